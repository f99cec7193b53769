import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync as transformWithSwc } from '@swc/core';
import * as evolve from 'dynamo-evolve';
import { transformSync as transformWithEsbuild } from 'esbuild';

/** How decorators are compiled. */
export type Decorators = 'standard' | 'experimental';
/** Compiles TypeScript with classes to JavaScript. */
export type Compiler = (source: string, decorators: Decorators) => string;

const tsc = join(dirname(fileURLToPath(import.meta.url)), '../../node_modules/typescript/bin/tsc');

export const compilers = {
  swc: (source, decorators) => {
    const transform = decorators === 'standard' ? { decoratorVersion: '2022-03' as const } : { legacyDecorator: true };
    const parser = { syntax: 'typescript', decorators: true } as const;
    return transformWithSwc(source, { jsc: { target: 'es2022', parser, transform, keepClassNames: true } }).code;
  },
  esbuild: (source, decorators) => {
    const compilerOptions = { experimentalDecorators: decorators === 'experimental' };
    return transformWithEsbuild(source, { loader: 'ts', target: 'es2022', tsconfigRaw: { compilerOptions } }).code;
  },
  tsc: (source, decorators) => {
    const known = `${decorators} ${source}`;
    const compiled = compiledByTsc.get(known) ?? compileWithTsc(source, decorators);
    compiledByTsc.set(known, compiled);
    return compiled;
  },
} as const satisfies Record<string, Compiler>;

/** What has been compiled before: each time is a process. */
const compiledByTsc = new Map<string, string>();

const compileWithTsc: Compiler = (source, decorators) => {
  const folder = mkdtempSync(join(tmpdir(), 'compiled-'));
  try {
    mkdirSync(join(folder, 'out'));
    const file = join(folder, 'classes.ts');
    writeFileSync(file, `// @ts-nocheck\n${source}`);
    const mode = ['--experimentalDecorators', String(decorators === 'experimental')];
    const options = [
      '--target',
      'es2022',
      '--module',
      'es2022',
      '--types',
      '',
      '--outDir',
      join(folder, 'out'),
      ...mode,
    ];
    execFileSync(process.execPath, [tsc, '--ignoreConfig', ...options, file]);
    return readFileSync(join(folder, 'out/classes.js'), 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/**
 * The classes that a source declares, compiled as asked for. It sees what `dynamo-evolve` exports, and what `given` has.
 */
export function classesOf<Names extends string>(
  compiler: Compiler,
  decorators: Decorators,
  source: string,
  given: Readonly<Record<string, unknown>> = {},
): Record<Names, evolve.Class> {
  const names = [...source.matchAll(/\bclass ([A-Z]\w*)/g)].map(([, name]) => name);
  const scope = { ...evolve, ...given };
  // compilers see a function, so that the classes can use what they are given
  const code = compiler(
    `function make(scope) {\nconst { ${Object.keys(scope).join(', ')} } = scope;\n${source}\nreturn { ${names.join(', ')} };\n}`,
    decorators,
  );
  // oxlint-disable-next-line typescript/no-implied-eval -- compiled on the spot
  return (new Function(`${code}\nreturn make;`)() as (scope: object) => Record<Names, evolve.Class>)(scope);
}
