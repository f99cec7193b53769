import type { InjectionToken, ModuleMetadata, OptionalFactoryDependency, Type } from '@nestjs/common';
import { MapperError } from '../errors.js';
import type { MapperOptions } from '../mapper.js';
import type { Class, ClassReference } from '../model/class.js';
import { type ClientConfig, makeClient } from '../store/client.js';
import type { EngineClient } from '../store/client-transport.js';
import type { WriteIsolation } from '../store/create-table.js';

/** Options of a mapper that a module makes: those of `new Mapper()`, and what belongs to an application's start. */
export interface EvolveModuleOptions extends Omit<MapperOptions, 'client' | 'entities'> {
  /** The mapper's name, where there are several. */
  readonly name?: string;
  /** A client of yours, which the module doesn't destroy. Either this or `clientConfig`. */
  readonly client?: EngineClient;
  /** What the module makes a `DynamoDBClient` of, which it destroys when the application shuts down. */
  readonly clientConfig?: ClientConfig;
  /** The entity classes. */
  readonly entities?: readonly ClassReference[];
  /** Whether the classes that `forFeature` names are entities of the mapper, too; true unless given. */
  readonly autoLoadEntities?: boolean;
  /**
   * What is done about the tables at the start: nothing, `'verify'` (the start fails if they differ from what the entities want), or
   * `'create'` (creates those that are missing, warns of other differences). `'off'` unless given.
   */
  readonly tables?: 'off' | 'verify' | 'create';
  /** The write isolation of tables that are created; `'always_use_lwt'` unless given. */
  readonly writeIsolation?: WriteIsolation;
  /** How often the tables are tried again while the engine doesn't answer or isn't ready; 9 times unless given. */
  readonly retryAttempts?: number;
  /** How long to wait in between, in milliseconds; 3,000 unless given. */
  readonly retryDelay?: number;
}

/** The options without the name, which `forRootAsync` takes beside them. */
export type EvolveOptions = Omit<EvolveModuleOptions, 'name'>;

/** A class that makes the options, for `useClass` and `useExisting`. */
export interface EvolveOptionsFactory {
  createEvolveOptions(): EvolveOptions | Promise<EvolveOptions>;
}

/** What `forRootAsync` takes: a name, and one way to make the options. */
export interface EvolveAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  readonly name?: string;
  readonly inject?: readonly (InjectionToken | OptionalFactoryDependency)[];
  // oxlint-disable-next-line typescript/no-explicit-any -- takes what `inject` names
  readonly useFactory?: (...dependencies: any[]) => EvolveOptions | Promise<EvolveOptions>;
  readonly useClass?: Type<EvolveOptionsFactory>;
  readonly useExisting?: InjectionToken<EvolveOptionsFactory>;
}

/** What `forFeature` takes beside the classes: the mapper's name, and modules that custom repositories inject from. */
export interface EvolveFeatureOptions extends Pick<ModuleMetadata, 'imports'> {
  readonly name?: string;
}

/** Tells a module's own options from the mapper's, and makes the client if that is wanted. Throws `INVALID_ARGUMENT`. */
export function startOptions(options: EvolveModuleOptions | undefined, registered: readonly Class[]) {
  if (!options) throw invalid('the options', 'are missing: the function or class that makes them gave none');
  const { autoLoadEntities = true, client, clientConfig, entities = [], name: _name, ...others } = options;
  const { retryAttempts = 9, retryDelay = 3_000, tables = 'off', writeIsolation, ...mapperOptions } = others;
  if ((client === undefined) === (clientConfig === undefined)) throw invalid('client', 'or clientConfig is needed');
  if (!['off', 'verify', 'create'].includes(tables)) throw invalid('tables', "is none of 'off', 'verify', 'create'");
  for (const [argument, value] of Object.entries({ retryAttempts, retryDelay })) {
    if (!Number.isInteger(value) || value < 0) throw invalid(argument, "isn't an integer from 0");
  }
  const all = autoLoadEntities ? [...entities, ...registered] : entities;
  if (all.length === 0) throw invalid('entities', 'names no class, and neither does forFeature()');
  const own = clientConfig && makeClient(clientConfig);
  const mapper: MapperOptions = { ...mapperOptions, client: client ?? own!, entities: all };
  return { mapper, tables, retryAttempts, retryDelay, writeIsolation, destroyClient: () => own?.destroy() };
}

/** An error of the module's options. */
export function invalid(argument: string, problem: string): MapperError {
  return new MapperError('INVALID_ARGUMENT', { call: 'EvolveModule', argument, problem });
}
