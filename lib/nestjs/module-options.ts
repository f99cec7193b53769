import type { InjectionToken, ModuleMetadata, OptionalFactoryDependency, Type } from '@nestjs/common';
import { type CallName, MapperError } from '../errors.js';
import type { MapperOptions } from '../mapper-options.js';
import type { Class, ClassReference } from '../model/class.js';
import { type ClientConfig, makeClient } from '../store/client.js';
import type { EngineClient } from '../store/client-transport.js';
import { type StreamView, streamViews } from '../store/table-stream.js';
import type { WriteIsolation } from '../store/write-isolation.js';

/** The options of `new Mapper()`, and options for the start of an application. */
export interface EvolveModuleOptions extends Omit<MapperOptions, 'client' | 'entities'> {
  /** The name of the mapper, if the application has several. */
  readonly name?: string | undefined;
  /** Your own client, which the module doesn't destroy. Give either this or `clientConfig`. */
  readonly client?: EngineClient | undefined;
  /** The configuration of a `DynamoDBClient`, which the module creates and destroys when the application shuts down. */
  readonly clientConfig?: ClientConfig | undefined;
  /** The entity classes. */
  readonly entities?: readonly ClassReference[] | undefined;
  /** Whether classes passed to `forFeature` also become entities of the mapper. Default: true. */
  readonly autoLoadEntities?: boolean | undefined;
  /**
   * What happens to the tables when the application starts: nothing (`'off'`, the default), `'verify'` (the start fails
   * if a table doesn't match the entities), or `'create'` (missing tables are created, other differences are logged).
   */
  readonly tables?: 'off' | 'verify' | 'create' | undefined;
  /** The write isolation of tables that are created. Default: `'always_use_lwt'`. */
  readonly writeIsolation?: WriteIsolation | undefined;
  /**
   * The view of the tables' streams, which `'create'` turns on and `'verify'` looks for. Default: streams are neither
   * turned on nor looked at.
   */
  readonly streams?: StreamView | undefined;
  /** How often to try again if the engine doesn't answer or a table isn't ready at the start. Default: 9. */
  readonly retryAttempts?: number | undefined;
  /** The pause between these attempts, in milliseconds. Default: 3,000. */
  readonly retryDelay?: number | undefined;
}

/** The options without the name, which `forRootAsync` takes separately. */
export type EvolveOptions = Omit<EvolveModuleOptions, 'name'>;

/** A class that creates the options, for `useClass` and `useExisting`. */
export interface EvolveOptionsFactory {
  createEvolveOptions(): EvolveOptions | Promise<EvolveOptions>;
}

/** The options of `forRootAsync`: a name, and exactly one of `useFactory`, `useClass` and `useExisting`. */
export interface EvolveAsyncOptions {
  readonly imports?: ModuleMetadata['imports'] | undefined;
  readonly name?: string | undefined;
  readonly inject?: readonly (InjectionToken | OptionalFactoryDependency)[] | undefined;
  // oxlint-disable-next-line typescript/no-explicit-any -- receives what `inject` names
  readonly useFactory?: ((...dependencies: any[]) => EvolveOptions | Promise<EvolveOptions>) | undefined;
  readonly useClass?: Type<EvolveOptionsFactory> | undefined;
  readonly useExisting?: InjectionToken<EvolveOptionsFactory> | undefined;
}

/** The options of `forFeature`: the name of the mapper, and modules whose providers custom repositories inject. */
export interface EvolveFeatureOptions {
  readonly imports?: ModuleMetadata['imports'] | undefined;
  readonly name?: string | undefined;
}

/** The calls that take the options of the module. */
export type RootCall = Extract<CallName, `EvolveModule.${string}`>;

/** Separates the options of the module from those of the mapper, and creates the client. Throws `INVALID_ARGUMENT`. */
export function startOptions(call: RootCall, options: EvolveModuleOptions | undefined, registered: readonly Class[]) {
  const invalid = (argument: string, problem: string) => invalidOption(call, argument, problem);
  if (!options) throw invalid('the options', 'are missing: the function or class that creates them returned none');
  const { autoLoadEntities = true, client, clientConfig, entities = [], name: _name, ...rest } = options;
  const { retryAttempts = 9, retryDelay = 3_000, streams, tables = 'off', writeIsolation, ...mapperOptions } = rest;
  if ((client === undefined) === (clientConfig === undefined)) {
    throw invalid('the options', 'must have either client or clientConfig');
  }
  if (!['off', 'verify', 'create'].includes(tables)) throw invalid('tables', "must be 'off', 'verify' or 'create'");
  if (streams !== undefined && !streamViews.includes(streams)) {
    throw invalid('streams', `must be one of ${streamViews.join(', ')}`);
  }
  for (const [argument, value] of Object.entries({ retryAttempts, retryDelay })) {
    if (!Number.isInteger(value) || value < 0) throw invalid(argument, 'must be an integer, 0 or more');
  }
  const all = autoLoadEntities ? [...entities, ...registered] : entities;
  if (all.length === 0) throw invalid('entities', 'must name at least one class, unless forFeature() does');
  const created = clientConfig && makeClient(clientConfig);
  const mapper: MapperOptions = { ...mapperOptions, client: client ?? created!, entities: all };
  return {
    mapper,
    tables,
    retryAttempts,
    retryDelay,
    streams,
    writeIsolation,
    destroyClient: () => created?.destroy(),
  };
}

/** An `INVALID_ARGUMENT` about the options of the module. */
export function invalidOption(call: RootCall, argument: string, problem: string): MapperError {
  return new MapperError('INVALID_ARGUMENT', { call, argument, problem });
}
