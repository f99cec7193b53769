import { MapperError } from '../errors.js';

/** What is used of a test framework: that of Jest, Vitest, node:test, or any other with `describe` and `it`. */
export interface TestFramework {
  /** Declares a group of tests. */
  readonly describe: (name: string, declare: () => void) => unknown;
  /** Declares a test; it fails if its body throws. */
  readonly it: (name: string, body: () => void) => unknown;
}

/**
 * The framework to declare tests with: the given one, else the globals `describe` and `it`, else node:test. Throws
 * `INVALID_ARGUMENT` where another framework runs, but hides its globals.
 */
export function findFramework({ describe, it }: Partial<TestFramework>, call: string): TestFramework {
  if (describe !== undefined && it !== undefined) return { describe, it };
  if (describe !== undefined || it !== undefined) {
    throw new MapperError('INVALID_ARGUMENT', {
      call,
      argument: 'the options',
      problem: 'have one of describe and it',
    });
  }
  const globals = globalThis as Partial<TestFramework>;
  if (typeof globals.describe === 'function' && typeof globals.it === 'function') return globals as TestFramework;
  const hidden = hiddenFramework();
  if (hidden !== undefined) {
    const problem = `lack describe and it, which ${hidden.name} doesn't give as globals here; import them from '${hidden.module}' and pass { describe, it }`;
    throw new MapperError('INVALID_ARGUMENT', { call, argument: 'the options', problem });
  }
  return process.getBuiltinModule('node:test');
}

/** By what the frameworks leave in the global object, not by the environment, which child processes inherit. */
function hiddenFramework(): { readonly name: string; readonly module: string } | undefined {
  if (Symbol.for('jest-native-now') in globalThis) return { name: 'Jest', module: '@jest/globals' };
  return '__vitest_worker__' in globalThis ? { name: 'Vitest', module: 'vitest' } : undefined;
}
