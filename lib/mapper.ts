import { MapperError } from './errors.js';
import { Hydrator, type TypeMismatchPolicy } from './hydration/hydrator.js';
import { modelOf } from './hydration/model-of.js';
import type { EntityModel } from './model/entity-model.js';
import type { Class, ClassReference } from './model/class.js';
import type { PropertyOf } from './model/key-type.js';
import { KeyCodec } from './keys/key-codec.js';
import { checkSharedTables, groupBy } from './model/shared-tables.js';
import { resolveClasses } from './model/step-model.js';
import {
  contextFor,
  type EntityContext,
  type ItemContext,
  type RepositoryHost,
  type UpgradeFailurePolicy,
  type WriteBackMode,
  writeBackModes,
} from './read/entity-context.js';
import { EntityReader } from './read/entity-reader.js';
import { assertOptions, type Selected } from './query/query-options.js';
import type { QueryResult } from './query/query-result.js';
import { Repository } from './repository.js';
import { type EntitiesQueryOptions, type EntityOf, entitiesResult } from './query/plan-query.js';
import { QueuedWriteBack } from './rewrite/write-back.js';
import { WriteBackQueue } from './rewrite/write-back-queue.js';
import { type WriteVersions, writeVersionOf } from './model/write-version.js';
import { ClientTransport, type EngineClient } from './store/client-transport.js';
import {
  addIndexes,
  createTable,
  type CreatedTable,
  type WriteIsolation,
  writeIsolations,
} from './store/create-table.js';
import { Table } from './store/table.js';
import { tableSchema } from './store/table-schema.js';
import type { Transport } from './store/transport.js';
import { type TableDifference, verifyTable } from './store/verify-table.js';

export interface MapperOptions {
  /** The AWS SDK's `DynamoDBClient`, a subclass of it, or anything with its `send`. Stays yours: `close()` doesn't destroy it. */
  readonly client: EngineClient;
  /**
   * Whether answers are taken raw, before the client decodes them, which is much faster, or as the client hands them out. Middlewares of
   * the client see counts, capacities and items either way; those that replace the bytes of an answer, or read `response.body`, need
   * `'client'`, which also sends requests the client's usual way (see docs/performance.md). `'raw'` unless given.
   */
  readonly reads?: 'raw' | 'client';
  /** The entity classes, or functions that name them. */
  readonly entities: readonly ClassReference[];
  /** Stands before the name of every table. */
  readonly tablePrefix?: string;
  /** Whether upgraded items are stored after they were read, and how; `'off'` unless given. */
  readonly writeBack?: WriteBackMode | WriteBackOptions;
  /**
   * The version that is stored, where it is not the newest one, by class or by a function that is asked at each write: so that code of that
   * version can read all that this code writes. Entities are of the newest version all the same. See docs/rollouts.md.
   */
  readonly writeVersion?: WriteVersions;
  /**
   * `false` gives up conditional writes, for tables whose isolation forbids them (`forbid_rmw`): old code can overwrite newer items,
   * and others' changes get lost; `insert`, `add` and write-back are refused. True unless given.
   */
  readonly fence?: boolean;
  /** What queries and scans do with an item that can't be upgraded; `'throw'` unless given. */
  readonly onUpgradeFailure?: UpgradeFailurePolicy;
  /** What happens to a value that has not its declared type; `'throw'` unless given. */
  readonly onTypeMismatch?: TypeMismatchPolicy;
  /** Signs cursors, so that clients can't make their own. */
  readonly cursorSecret?: string | Uint8Array;
  /** Tells the time, for `@CreatedAt` and `@UpdatedAt`; the system's clock unless given. */
  readonly clock?: () => Date;
}

/** How upgraded items are stored after they were read. */
export interface WriteBackOptions {
  /** When: never, before the read ends, or some time after it; `'off'` unless given. */
  readonly mode?: WriteBackMode;
  /** Modes of single classes. */
  readonly entities?: ReadonlyMap<Class, WriteBackMode>;
  /** How many run at once; 8 unless given. */
  readonly concurrency?: number;
  /** How many start in a second; no limit unless given. In the background they wait, else they are left out. */
  readonly perSecond?: number;
  /** How many may wait in the background; 1,000 unless given. More are left out: the next read will do. */
  readonly queueSize?: number;
}

const mapperOptions = [
  'writeBack',
  'writeVersion',
  'fence',
  'client',
  'reads',
  'entities',
  'tablePrefix',
  'onUpgradeFailure',
  'onTypeMismatch',
  'cursorSecret',
  'clock',
];

/**
 * Knows the entity classes of an application and the engine that holds their items. Compiles and proves all that the
 * classes' decorators say when it is made, before the first request.
 *
 * @example
 * const mapper = new Mapper({ client, entities: [Session, Message] });
 * const sessions = mapper.repository(Session);
 */
export class Mapper implements RepositoryHost {
  readonly #options: MapperOptions;
  readonly #transport: Transport;
  readonly #contexts = new Map<Class, EntityContext<object>>();
  readonly #repositories = new Map<Class, Repository<object>>();
  readonly #tables: readonly Table[];
  readonly #queue: WriteBackQueue;
  #isClosed = false;

  /**
   * Throws the error of the first mistake in the classes' decorators, `INVALID_WRITE_VERSION`, `POINT_OF_NO_RETURN` or
   * `INVALID_ARGUMENT`.
   */
  constructor(options: MapperOptions) {
    checkOptions(options);
    this.#options = options;
    this.#transport = new ClientTransport(options.client, options.reads !== 'client');
    const { concurrency = 8, perSecond = Infinity, queueSize = 1_000 } = writeBackOptions(options);
    this.#queue = new WriteBackQueue({ concurrency, perSecond, queueSize });
    const classes = options.entities.flatMap((one, at) => resolveClasses(one, `new Mapper(): entities[${at}]`));
    const models = [...new Set(classes)].map((one) => modelOf(one));
    checkSharedTables(models);
    for (const target of writeBackOptions(options).entities?.keys() ?? []) {
      if (!classes.includes(target))
        throw invalid('writeBack.entities', 'names a class that is not among the entities');
    }
    if (options.writeVersion instanceof Map) {
      for (const target of options.writeVersion.keys() as Iterable<Class>) {
        if (!classes.includes(target)) throw invalid('writeVersion', 'names a class that is not among the entities');
      }
    }
    const { tablePrefix = '' } = options;
    this.#tables = [...groupBy(models, (model) => model.table)].map(([name, sharing]) => {
      const schema = tableSchema(tablePrefix + name, sharing as [EntityModel, ...EntityModel[]]);
      const table = new Table(this.#transport, schema);
      for (const model of sharing) this.#contexts.set(model.class, this.#contextOf(model, table));
      return table;
    });
  }

  /**
   * The entity classes that the mapper knows, each once, in the order in which they were named.
   *
   * @example
   * mapper.entities; // → [[class Session], [class Message]]
   */
  get entities(): readonly Class[] {
    return [...this.#contexts.keys()];
  }

  /**
   * The entities of several classes of one table, of one partition of the table or of an index, in the order of the sort key: each an
   * instance of its own class, upgraded by its own chain. Items of other classes are left out. `filter` and `attributes` name
   * properties that all the classes have; `partition` and `range` must be the same key by all their templates.
   *
   * Rejects like `query` of a repository, with `UNKNOWN_ENTITY` for a class that the mapper doesn't know, and with `INVALID_ARGUMENT`
   * for classes of different tables.
   *
   * @example
   * const all = await mapper.query({ entities: [Session], partition: 'abc-123' }).all();
   */
  query<const Classes extends readonly Class[], A extends PropertyOf<EntityOf<Classes>> = never>(
    options: EntitiesQueryOptions<Classes, A>,
  ): QueryResult<Selected<EntityOf<Classes>, NoInfer<A>>> {
    return entitiesResult(this, options as never);
  }

  /**
   * The repository of an entity class; the same one at every call. Throws `UNKNOWN_ENTITY`.
   *
   * @example
   * const session = await mapper.repository(Session).get({ session_id: 'abc-123' });
   */
  repository<T extends object>(target: Class<T>): Repository<T> {
    const known = this.#repositories.get(target) ?? new Repository<object>(this, target);
    this.#repositories.set(target, known);
    return known as unknown as Repository<T>;
  }

  /**
   * Creates the tables that are missing, with their indexes, the tag `system:write_isolation`, and expiry where an entity has
   * `@TimeToLive` and the engine can; waits until they are active. Tables that are there stay as they are, but for expiry. Resolves to
   * what was done. Rejects with `TABLE_MISMATCH` if a table has other keys.
   *
   * @example
   * await mapper.createTables({ writeIsolation: 'always_use_lwt' });
   */
  async createTables(options: { readonly writeIsolation?: WriteIsolation } = {}): Promise<CreatedTable[]> {
    this.#assertOpen('createTables()');
    assertOptions('createTables()', options, ['writeIsolation']);
    const { writeIsolation = 'always_use_lwt' } = options;
    if (!writeIsolations.includes(writeIsolation)) {
      throw new MapperError('INVALID_ARGUMENT', {
        call: 'createTables()',
        argument: 'writeIsolation',
        problem: `is none of ${writeIsolations.join(', ')}`,
      });
    }
    return Promise.all(this.#tables.map(({ schema }) => createTable(this.#transport, schema, writeIsolation)));
  }

  /**
   * Adds the global indexes that tables lack, one at a time, and waits for each. Resolves to the names of those it added, as
   * `table/index`. Rejects with `TABLE_MISMATCH` if a table is missing or lacks a local index.
   *
   * @example
   * const added = await mapper.addIndexes(); // such as ['chat_sessions/by_user']
   */
  async addIndexes(): Promise<string[]> {
    this.#assertOpen('addIndexes()');
    const added: string[] = [];
    for (const { schema } of this.#tables) {
      const names = await addIndexes(this.#transport, schema);
      added.push(...names.map((name) => `${schema.name}/${name}`));
    }
    return added;
  }

  /**
   * Compares the tables with what the entities want and resolves to the differences, each with a readable message.
   *
   * @example
   * for (const difference of await mapper.verifyTables()) console.log(difference.message);
   */
  async verifyTables(): Promise<TableDifference[]> {
    this.#assertOpen('verifyTables()');
    const differences = await Promise.all(this.#tables.map(({ schema }) => verifyTable(this.#transport, schema)));
    return differences.flat();
  }

  /**
   * Waits until no write-back waits or runs any more.
   *
   * @example
   * await mapper.flush();
   */
  async flush(): Promise<void> {
    await this.#queue.drain();
  }

  /**
   * Ends the mapper's work: later calls reject with `MAPPER_CLOSED`; resolves when the write-backs that are under way are done.
   * May be called again. The client stays open; it is yours.
   *
   * @example
   * await mapper.close();
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#queue.close();
  }

  /** @internal */
  [contextFor]<T extends object>(target: Class<T>): EntityContext<T> {
    const context = this.#contexts.get(target);
    if (context) return context as unknown as EntityContext<T>;
    const known = [...this.#contexts.values()].map((one) => one.model.name);
    if (typeof target !== 'function') throw new MapperError('UNDEFINED_CLASS', { where: "A repository's class" });
    throw new MapperError('UNKNOWN_ENTITY', { class: target.name || 'a class without a name', known });
  }

  #contextOf(model: EntityModel, table: Table): EntityContext<object> {
    const { clock, cursorSecret, onTypeMismatch = 'throw', onUpgradeFailure = 'throw' } = this.#options;
    const hydrator = new Hydrator(model, onTypeMismatch);
    const writeVersion = writeVersionOf(model, this.#options.writeVersion);
    // a pin that can't be kept is known before the first request
    writeVersion();
    const context: ItemContext<object> = {
      model,
      hydrator,
      reader: new EntityReader(model, hydrator, table.name),
      keys: new KeyCodec(model, hydrator),
      table,
      isFenced: this.#options.fence !== false,
      writeVersion,
      now: () => (clock ? new Date(clock()) : new Date()),
    };
    return {
      ...context,
      writeBack: new QueuedWriteBack(context, { mode: this.#modeOf(model.class), queue: this.#queue }),
      onUpgradeFailure,
      cursorSecret,
      assertOpen: (call) => this.#assertOpen(call),
    };
  }

  #modeOf(target: Class): WriteBackMode {
    const { entities, mode = 'off' } = writeBackOptions(this.#options);
    return entities?.get(target) ?? mode;
  }

  #assertOpen(call: string): void {
    if (this.#isClosed) throw new MapperError('MAPPER_CLOSED', { call });
  }
}

function writeBackOptions({ writeBack }: MapperOptions): WriteBackOptions {
  if (writeBack === undefined || writeBack === null) return {};
  return typeof writeBack === 'string' ? { mode: writeBack } : writeBack;
}

function checkPolicies(options: MapperOptions): void {
  const { clock, fence = true, onTypeMismatch = 'throw', onUpgradeFailure = 'throw', tablePrefix = '' } = options;
  if (typeof onUpgradeFailure !== 'function' && !['throw', 'skip'].includes(onUpgradeFailure)) {
    throw invalid('onUpgradeFailure', "is neither 'throw' nor 'skip' nor a function");
  }
  if (!['raw', 'client'].includes(options.reads ?? 'raw')) throw invalid('reads', "is neither 'raw' nor 'client'");
  if (!['throw', 'keep'].includes(onTypeMismatch)) throw invalid('onTypeMismatch', "is neither 'throw' nor 'keep'");
  const { writeVersion = new Map() } = options;
  if (!(writeVersion instanceof Map) && typeof writeVersion !== 'function') {
    throw invalid('writeVersion', 'is neither a Map from classes to versions nor a function');
  }
  if (typeof fence !== 'boolean') throw invalid('fence', 'is neither true nor false');
  if (typeof tablePrefix !== 'string') throw invalid('tablePrefix', "isn't a string");
  if (clock !== undefined && typeof clock !== 'function') throw invalid('clock', "isn't a function");
}

function checkWriteBack(options: MapperOptions): void {
  const given = writeBackOptions(options);
  assertOptions('new Mapper()', given, ['mode', 'entities', 'concurrency', 'perSecond', 'queueSize']);
  const { mode = 'off', entities, ...limits } = given;
  if (entities !== undefined && !(entities instanceof Map))
    throw invalid('writeBack.entities', "isn't a Map from classes to modes");
  const asked = [mode, ...(entities?.values() ?? [])];
  const unknown = asked.find((one) => !writeBackModes.includes(one));
  if (unknown !== undefined)
    throw invalid('writeBack', "has a mode that is none; expected 'off', 'inline' or 'background'");
  for (const [name, value] of Object.entries(limits)) {
    if (value !== undefined && !(typeof value === 'number' && value >= 1)) {
      throw invalid(`writeBack.${name}`, "isn't a number from 1");
    }
  }
  if (options.fence === false && asked.some((one) => one !== 'off')) {
    throw new MapperError('FENCE_REQUIRED', { call: 'write-back' });
  }
}

function checkOptions(options: MapperOptions): void {
  if (typeof options !== 'object' || options === null) throw invalid('the options', "aren't an object");
  assertOptions('new Mapper()', options, mapperOptions);
  if (typeof options.client?.send !== 'function') throw invalid('client', 'has no send(); pass a DynamoDBClient');
  if (!Array.isArray(options.entities) || options.entities.length === 0) {
    throw invalid('entities', "isn't an array of entity classes");
  }
  checkWriteBack(options);
  checkPolicies(options);
  const { cursorSecret } = options;
  const isSecret = typeof cursorSecret === 'string' || cursorSecret instanceof Uint8Array;
  if (cursorSecret !== undefined && !(isSecret && cursorSecret.length > 0)) {
    throw invalid('cursorSecret', "isn't a string or bytes of at least one");
  }
}

function invalid(argument: string, problem: string): MapperError {
  return new MapperError('INVALID_ARGUMENT', { call: 'new Mapper()', argument, problem });
}
