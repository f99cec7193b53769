import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { MapperError } from '../errors.js';
import { Mapper } from '../mapper.js';
import type { CommandLineConfig, MapperOptions } from '../mapper-options.js';
import type { EngineClient } from '../store/client-transport.js';
import { clientOf } from '../store/endpoint-client.js';
import type { StreamView } from '../store/table-stream.js';
import type { Class } from '../model/class.js';
import { resolveClasses } from '../model/step-model.js';
import { loadTypeScript } from './load-typescript.js';

/** The configuration of the command line. */
export interface Config {
  readonly classes: readonly Class[];
  /** The folder with the samples of a class; `undefined` if it has none. */
  readonly samplesOf: (target: Class) => string | undefined;
  readonly lockFile: string;
  /** The view of the tables' streams, if the exported options say one. */
  readonly streams: StreamView | undefined;
  /** The exported mapper, or a new one if options were exported or an endpoint is given. Throws `INVALID_CONFIG`. */
  readonly mapper: (endpoint?: string) => OpenMapper;
}

/** A mapper, and how to close what was opened for the command. */
export interface OpenMapper {
  readonly mapper: Mapper;
  readonly close: () => Promise<void>;
}

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
/** The names under which a configuration is found. */
export const configNames = ['ts', 'mts', 'js', 'mjs'].map((extension) => `dynamo-evolve.config.${extension}`);

/** Loads the given configuration file, or else that of the folder. Rejects with `INVALID_CONFIG` or `MISSING_PEER`. */
export async function loadConfig(folder: string, given: string | undefined): Promise<Config> {
  const found = given ?? configNames.find((name) => existsSync(join(folder, name)));
  if (found === undefined) {
    const problem = `doesn't exist in ${folder}, nor does ${configNames.slice(1).join(', ')}. Create it with npx dynamo-evolve init, or use --config`;
    throw new MapperError('INVALID_CONFIG', { file: configNames[0]!, problem });
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

/** A mapper of exported options, with their client or one for an endpoint. */
function openMapper(
  { client, streams: _streams, ...options }: CommandLineConfig,
  endpoint: string | undefined,
  refuse: (problem: string) => MapperError,
): OpenMapper {
  const made = endpoint === undefined ? (typeof client === 'function' ? client() : undefined) : clientOf(endpoint);
  const used = made ?? (client as EngineClient | undefined);
  if (!used) throw refuse('has no client; export one, such as client: () => new DynamoDBClient({}), or use --endpoint');
  const mapper = new Mapper({ ...options, client: used });
  return {
    mapper,
    close: async () => {
      await mapper.close();
      (made as { destroy?: () => void } | undefined)?.destroy?.();
    },
  };
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
  const isMapper = typeof (exported as Partial<Mapper>).verifyTables === 'function';
  return {
    classes: [...classes],
    streams: isMapper ? undefined : (exported as CommandLineConfig).streams,
    samplesOf: (target) => {
      const folder = folders.get(target);
      return folder === undefined ? undefined : resolve(dirname(file), folder);
    },
    lockFile: join(dirname(file), 'schema.lock.json'),
    mapper: (endpoint) => {
      if (!isMapper) return openMapper(exported as CommandLineConfig, endpoint, refuse);
      if (endpoint === undefined) return { mapper: exported as Mapper, close: async () => {} };
      throw refuse('exports a mapper, which has its client; export its options to use --endpoint');
    },
  };
}
