import { createRequire, register } from 'node:module';
import { MapperError } from '../errors.js';

/**
 * Makes modules in TypeScript importable, with decorators and their metadata. Their imports of `dynamo-evolve` lead to
 * this copy of the package, so that the classes are registered in the registry that it reads. Throws `MISSING_PEER`, or
 * `INVALID_CONFIG` for a tsconfig.json that can't be read.
 */
export function loadTypeScript(file: string): void {
  try {
    createRequire(import.meta.url).resolve('@swc/core');
  } catch (cause) {
    throw new MapperError(
      'MISSING_PEER',
      { package: '@swc/core', needed: `To load ${file}, dynamo-evolve` },
      { cause },
    );
  }
  // so that errors name lines of the TypeScript source
  process.setSourceMapsEnabled(true);
  try {
    register('./typescript-hooks.js', import.meta.url, {
      data: { file, packageFolder: new URL('..', import.meta.url).href },
    });
  } catch (cause) {
    throw new MapperError('INVALID_CONFIG', { file, problem: "has a tsconfig.json that can't be read" }, { cause });
  }
}
