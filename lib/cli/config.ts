import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { MapperError } from '../errors.js';
import { Mapper, type MapperOptions } from '../mapper.js';
import type { Class } from '../model/class.js';
import { resolveClasses } from '../model/step-model.js';
import { loadTypeScript } from './load-typescript.js';

/** What the command line works with. */
export interface Config {
  readonly classes: readonly Class[];
  /** The folder of a class's samples. */
  readonly samplesOf: (target: Class) => string | undefined;
  readonly lockFile: string;
  /** The exported mapper, or one made from the exported options, and whether it was made here. */
  readonly mapper: () => { readonly mapper: Mapper; readonly isOwn: boolean };
}

const ownFolder = fileURLToPath(new URL('..', import.meta.url));
const names = ['ts', 'mts', 'js', 'mjs'].map((extension) => `dynamo-evolve.config.${extension}`);

/** Loads the configuration of a folder, or the given file. Throws `INVALID_CONFIG` or `MISSING_PEER`. */
export async function loadConfig(folder: string, given: string | undefined): Promise<Config> {
  const found = given ?? names.find((name) => existsSync(join(folder, name)));
  if (found === undefined) {
    const problem = `is not in ${folder}; neither are ${names.slice(1).join(', ')}. Make one, or name it with --config`;
    throw new MapperError('INVALID_CONFIG', { file: names[0]!, problem });
  }
  const file = resolve(folder, found);
  if (!existsSync(file)) throw new MapperError('INVALID_CONFIG', { file, problem: 'does not exist' });
  return readExports(file, await load(file));
}

async function load(file: string): Promise<Readonly<Record<string, unknown>>> {
  if (/\.m?ts$/.test(file)) loadTypeScript(file);
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (cause) {
    throw new MapperError('INVALID_CONFIG', { file, problem: `can't be loaded${placeOf(cause)}` }, { cause });
  }
}

/** Where what was thrown comes from, if that is known; else what it is. */
function placeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `: it throws ${inspect(thrown)}`;
  const places = thrown.stack?.match(/[^\s()[\]]+\.[cm]?[jt]sx?:\d+(?::\d+)?/g) ?? [];
  const place = places.find((one) => !one.includes(ownFolder) && !one.includes('/node_modules/'));
  return place === undefined ? '' : ` (${place})`;
}

function readExports(file: string, { default: exported, samples }: Readonly<Record<string, unknown>>): Config {
  const refuse = (problem: string) => new MapperError('INVALID_CONFIG', { file, problem });
  if (exported === undefined) throw refuse('has no default export');
  const { entities } = (exported ?? {}) as { readonly entities?: unknown };
  if (!Array.isArray(entities) || entities.length === 0)
    throw refuse('exports by default neither a mapper nor its options, { entities: [...] }');
  if (samples !== undefined && !(samples instanceof Map)) {
    throw refuse("exports samples that aren't a Map from classes to folders");
  }
  const folders = (samples ?? new Map()) as ReadonlyMap<Class, string>;
  const classes = new Set(
    (entities as MapperOptions['entities']).flatMap((one, at) => resolveClasses(one, `${file}: entities[${at}]`)),
  );
  return {
    classes: [...classes],
    samplesOf: (target) => {
      const folder = folders.get(target);
      return folder === undefined ? undefined : resolve(dirname(file), folder);
    },
    lockFile: join(dirname(file), 'schema.lock.json'),
    mapper: () => {
      const isMapper = typeof (exported as Partial<Mapper>).verifyTables === 'function';
      return isMapper
        ? { mapper: exported as Mapper, isOwn: false }
        : { mapper: new Mapper(exported as MapperOptions), isOwn: true };
    },
  };
}
