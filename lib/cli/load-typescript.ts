import { createRequire, register } from 'node:module';
import { MapperError } from '../errors.js';

/**
 * Lets modules in TypeScript be imported, with decorators and what the compiler says of types. The package itself is this very
 * copy, so that the classes meet the registry that reads them. Throws `MISSING_PEER`, or `INVALID_CONFIG` for a tsconfig.json that leads nowhere.
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
  // so that an error names the line that was written
  process.setSourceMapsEnabled(true);
  try {
    register('./typescript-hooks.js', import.meta.url, {
      data: { file, packageFolder: new URL('..', import.meta.url).href },
    });
  } catch (cause) {
    throw new MapperError('INVALID_CONFIG', { file, problem: "has a tsconfig.json that can't be read" }, { cause });
  }
}
