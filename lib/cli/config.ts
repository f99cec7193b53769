import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { MapperError } from '../errors.js';
import { Mapper } from '../mapper.js';
import type { MapperOptions } from '../mapper-options.js';
import type { Class } from '../model/class.js';
import { resolveClasses } from '../model/step-model.js';
import { loadTypeScript } from './load-typescript.js';

/** The configuration of the command line. */
export interface Config {
  readonly classes: readonly Class[];
  /** The folder with the samples of a class; `undefined` if it has none. */
  readonly samplesOf: (target: Class) => string | undefined;
  readonly lockFile: string;
  /** The exported mapper, or a new one if options were exported; `isOwn` says that it is new and must be closed. */
  readonly mapper: () => { readonly mapper: Mapper; readonly isOwn: boolean };
}

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const names = ['ts', 'mts', 'js', 'mjs'].map((extension) => `dynamo-evolve.config.${extension}`);

/** Loads the given configuration file, or else that of the folder. Rejects with `INVALID_CONFIG` or `MISSING_PEER`. */
export async function loadConfig(folder: string, given: string | undefined): Promise<Config> {
  const found = given ?? names.find((name) => existsSync(join(folder, name)));
  if (found === undefined) {
    const problem = `doesn't exist in ${folder}, nor does ${names.slice(1).join(', ')}. Create it, or use --config`;
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

/** Where an error was thrown, if that is known; the value itself if it isn't an error. */
function placeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `: it threw ${inspect(thrown)}`;
  const places = thrown.stack?.match(/[^\s()[\]]+\.[cm]?[jt]sx?:\d+(?::\d+)?/g) ?? [];
  const place = places.find((path) => !path.includes(packageFolder) && !path.includes('/node_modules/'));
  return place === undefined ? '' : ` (${place})`;
}

function readExports(file: string, { default: exported, samples }: Readonly<Record<string, unknown>>): Config {
  const refuse = (problem: string) => new MapperError('INVALID_CONFIG', { file, problem });
  if (exported === undefined) throw refuse('has no default export');
  const { entities } = (exported ?? {}) as { readonly entities?: unknown };
  if (!Array.isArray(entities) || entities.length === 0)
    throw refuse('must export a mapper, or its options { entities: [...] }, as its default');
  if (samples !== undefined && !(samples instanceof Map)) {
    throw refuse('must export samples as a Map from classes to folders');
  }
  const folders = (samples ?? new Map()) as ReadonlyMap<Class, string>;
  const classes = new Set(
    (entities as MapperOptions['entities']).flatMap((entity, at) => resolveClasses(entity, `${file}: entities[${at}]`)),
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
