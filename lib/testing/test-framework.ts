import { type CallName, MapperError } from '../errors.js';

/** What a test framework must provide: `describe` and `it` of Jest, Vitest, node:test or another framework. */
export interface TestFramework {
  /** Declares a group of tests. */
  readonly describe: (name: string, declare: () => void) => unknown;
  /** Declares a test; it fails if its body throws. */
  readonly it: (name: string, body: () => void) => unknown;
}

/** A framework, as an option. */
export type FrameworkOptions = { readonly [P in keyof TestFramework]?: TestFramework[P] | undefined };

/**
 * The framework to declare tests with: the given one, else the globals `describe` and `it`, else node:test. Throws
 * `INVALID_ARGUMENT` if Jest or Vitest runs without these globals.
 */
export function findFramework({ describe, it }: FrameworkOptions, call: CallName): TestFramework {
  if (describe !== undefined && it !== undefined) return { describe, it };
  if (describe !== undefined || it !== undefined) {
    const problem = 'must have both describe and it, or neither';
    throw new MapperError('INVALID_ARGUMENT', { call, argument: 'the options', problem });
  }
  const globals = globalThis as Partial<TestFramework>;
  if (typeof globals.describe === 'function' && typeof globals.it === 'function') return globals as TestFramework;
  const hidden = hiddenFramework();
  if (hidden !== undefined) {
    const problem =
      `must have describe and it, because ${hidden.name} runs without these globals; ` +
      `import them from '${hidden.module}' and pass { describe, it }`;
    throw new MapperError('INVALID_ARGUMENT', { call, argument: 'the options', problem });
  }
  return process.getBuiltinModule('node:test');
}

/** Found by what frameworks leave in the global object, because child processes inherit environment variables. */
function hiddenFramework(): { readonly name: string; readonly module: string } | undefined {
  if (Symbol.for('jest-native-now') in globalThis) return { name: 'Jest', module: '@jest/globals' };
  return '__vitest_worker__' in globalThis ? { name: 'Vitest', module: 'vitest' } : undefined;
}
