import type { ChangeOf } from './changes/change.js';
import { type ChangeRecord } from './changes/change-record.js';
import { ChangeStream } from './changes/change-stream.js';
import type { ChangesOptions } from './changes/changes-options.js';
import { type ChangeOptions, singleChange } from './changes/single-change.js';
import { type CallName, MapperError } from './errors.js';
import { Hydrator } from './hydration/hydrator.js';
import { modelOf } from './hydration/model-of.js';
import { entityNameOf } from './model/entity-name.js';
import type { EntityModel } from './model/entity-model.js';
import { checkOptions, invalid, type MapperOptions, turnLimits, writeBackOptions } from './mapper-options.js';
import {
  assertCreateOptions,
  assertVerifyOptions,
  type CreateTablesOptions,
  type VerifyTablesOptions,
} from './tables-options.js';
import type { Class } from './model/class.js';
import type { PropertyOf } from './model/key-type.js';
import { KeyCodec } from './keys/key-codec.js';
import { checkSharedTables, groupBy } from './model/shared-tables.js';
import { resolveClasses } from './model/step-model.js';
import {
  contextFor,
  type EntityContext,
  type ItemContext,
  type RepositoryHost,
  type WriteBackMode,
} from './read/entity-context.js';
import { EntityReader } from './read/entity-reader.js';
import type { Selected } from './query/query-options.js';
import type { QueryResult } from './query/query-result.js';
import { type Census, type CensusOptions, takeCensus } from './operations/census.js';
import { CensusRecord } from './operations/census-records.js';
import { ConsumerRecord, ShardRecord, WorkerRecord } from './operations/consumer-records.js';
import { jobRecords } from './operations/job-records.js';
import { Repository } from './repository.js';
import { type EntitiesQuery, type EntitiesQueryOptions, type EntityOf, entitiesResult } from './query/plan-query.js';
import { QueuedWriteBack } from './rewrite/write-back.js';
import { WriteBackQueue } from './rewrite/write-back-queue.js';
import { writeVersionOf } from './model/write-version.js';
import { ClientTransport } from './store/client-transport.js';
import { addIndexes, type CreatedTable } from './store/create-table.js';
import { PartitionTurns } from './store/partition-turns.js';
import { Table } from './store/table.js';
import { tableSchema } from './store/table-schema.js';
import type { Transport } from './store/transport.js';
import { type TableDifference, verifyTable } from './store/verify-table.js';

/** Where the other entries of the package find a mapper's client. A symbol keeps it out of the public members. */
export const clientOf: unique symbol = Symbol('clientOf');

/**
 * Knows the entity classes of an application and the engine that stores their items. The constructor compiles and
 * checks everything that the classes' decorators say, before the first request.
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
  readonly #turns: PartitionTurns;
  #isClosed = false;
  #jobs: ReadonlyMap<Class, EntityContext<object>> | undefined;

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
    this.#turns = new PartitionTurns(turnLimits(options));
    const classes = options.entities.flatMap((reference, at) =>
      resolveClasses(reference, `new Mapper(): entities[${at}]`),
    );
    const models = [...new Set(classes)].map((target) => modelOf(target));
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
      const table = new Table(this.#transport, schema, this.#turns);
      for (const model of sharing) this.#contexts.set(model.class, this.#contextOf(model, table));
      return table;
    });
  }

  /**
   * The entity classes of the mapper, without duplicates, in the order in which they were given.
   *
   * @example
   * mapper.entities; // → [[class Session], [class Message]]
   */
  get entities(): readonly Class[] {
    return [...this.#contexts.keys()];
  }

  /**
   * The entities of several classes that share a table, from one partition of the table or of an index, in the order of
   * the sort key. Each is an instance of its own class, and upgraded by its own upgrades. Items of other classes are
   * left out. `filter` and `attributes` name properties that all the classes have. `partition` and `range` must give
   * the same key with the templates of all classes.
   *
   * Rejects like `query` of a repository, with `UNKNOWN_ENTITY` for a class that the mapper doesn't know, and with
   * `INVALID_ARGUMENT` for classes of different tables.
   *
   * @example
   * const all = await mapper.query({ entities: [Session], partition: 'abc-123' }).all();
   */
  query<const Classes extends readonly Class[], A extends PropertyOf<EntityOf<Classes>> = never>(
    options: EntitiesQueryOptions<Classes, A>,
  ): QueryResult<Selected<EntityOf<Classes>, NoInfer<A>>> {
    return entitiesResult(this, options as unknown as EntitiesQuery);
  }

  /**
   * The repository of an entity class, the same one on every call. Throws `UNKNOWN_ENTITY`.
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
   * Creates the missing tables with their indexes, the tag `system:write_isolation` and, if an entity has `@TimeToLive`
   * and the engine supports it, expiry. With `streams`, turns on the stream of each table that has none; on an engine
   * without streams, such as the embedded one, the answer says `stream: 'unsupported'`. Waits until the tables are
   * active. Nothing but expiry and streams is changed in existing tables.
   *
   * Resolves to what was done. Rejects with `TABLE_MISMATCH` if a table has other keys or a stream of another view, which
   * no engine can change, with `TABLE_NOT_READY` after ten minutes, with `NAME_TOO_LONG` if ScyllaDB couldn't take a
   * name, and with `TABLETS_UNSUPPORTED` if ScyllaDB can't have indexes, expiry or streams on tables with tablets.
   *
   * @example
   * await mapper.createTables({ writeIsolation: 'always_use_lwt', initialTablets: 'none', tags: { team: 'chat' } });
   */
  async createTables(options: CreateTablesOptions = {}): Promise<CreatedTable[]> {
    this.#assertOpen('createTables()');
    assertCreateOptions(options);
    const { jobs = false, streams, writeIsolation = 'always_use_lwt', ...common } = options;
    const created = this.#tables.map((table) => table.create({ ...common, writeIsolation, streams }));
    const [records] = jobs ? this.#jobContexts().values() : [];
    // its writes are conditional, whatever those of others are
    if (records) created.push(records.table.create({ ...common, writeIsolation: 'always_use_lwt' }));
    return Promise.all(created);
  }

  /**
   * Adds the missing global indexes, one at a time, and waits for each. Resolves to the names of the added indexes, as
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
   * Compares the tables with what the entities need and, with `streams`, their streams with a view. Resolves to the
   * differences, each with a readable message. On ScyllaDB it also reports a write isolation that doesn't isolate
   * conditional writes and, if asked, one other than `writeIsolation`, and tablets where `initialTablets` says `'none'`
   * or none where it is a number.
   *
   * @example
   * for (const difference of await mapper.verifyTables()) console.log(difference.message);
   */
  async verifyTables(options: VerifyTablesOptions = {}): Promise<TableDifference[]> {
    this.#assertOpen('verifyTables()');
    assertVerifyOptions(options);
    const expected = { ...options, isFenced: this.#options.fence !== false };
    const verified = this.#tables.map(({ schema }) => verifyTable(this.#transport, schema, expected));
    const differences = await Promise.all(verified);
    return differences.flat();
  }

  /**
   * Counts the stored items of all classes by their versions, in one scan of each table. Resolves to a census for each
   * class, in the order of `entities`. Takes the options of a repository's `census`.
   *
   * @example
   * for (const { entity, versions } of await mapper.census()) console.log(entity, versions);
   */
  async census(options: CensusOptions = {}): Promise<Census[]> {
    const byTable = groupBy([...this.#contexts.values()], ({ table }) => table);
    const counted = new Map<EntityContext<object>, Census>();
    for (const contexts of byTable.values()) {
      const censuses = await takeCensus(contexts as [EntityContext<object>, ...EntityContext<object>[]], options);
      for (const [at, context] of contexts.entries()) counted.set(context, censuses[at] as Census);
    }
    return [...this.#contexts.values()].map((context) => counted.get(context) as Census);
  }

  /**
   * The change that a record of a stream stands for, with the entities before and after it in the newest version. Takes
   * records as the SDK's client of DynamoDB Streams returns them, and as Lambda hands them over. `undefined` for a
   * record of none of the classes, or without effect. `kind` is worked out from the images: engines don't agree on
   * `eventName`. Where an item of one class became one of another, it is the insertion of the new one.
   *
   * Throws `UNREADABLE_CHANGE` if an image can't be read, and `STREAM_VIEW` if there are no images.
   *
   * @example
   * const change = mapper.change({
   *   dynamodb: {
   *     Keys: { session_id: { S: 'abc-123' } },
   *     OldImage: { session_id: { S: 'abc-123' }, title: { S: 'Hello' }, state: { S: 'open' } },
   *     NewImage: { session_id: { S: 'abc-123' }, title: { S: 'Hello' }, state: { S: 'closed' } },
   *   },
   * });
   * console.log(change?.kind, change?.changed); // → modify [ 'session_state' ]
   */
  change<const Classes extends readonly Class[] = readonly Class[]>(
    record: ChangeRecord,
    options: ChangeOptions<Classes> = {},
  ): ChangeOf<Classes> | undefined {
    return singleChange(this, record, options) as ChangeOf<Classes> | undefined;
  }

  /**
   * The changes of the classes' tables as they happen, from the streams of the tables, without Lambda. An async iterable
   * that doesn't end by itself: leave the loop, or abort `signal`. Changes of one item come in their order; parents of
   * shards are read before their children. It goes on by itself when shards split, iterators expire or the engine
   * throttles. Of a change of class, the removal comes before the insertion.
   *
   * Asking for the next change acknowledges the one before: finish with a change before you go on. `checkpoint` of the
   * result says where to go on later; with the option `consumer`, the table of sweep jobs keeps it, at least once a second
   * and behind each page, and several processes share the shards. Every change comes at least once: after a crash, those
   * come again whose acknowledgement wasn't kept.
   *
   * Throws `INVALID_ARGUMENT`, `UNKNOWN_ENTITY` or `MAPPER_CLOSED`. Iterating rejects with `STREAM_VIEW` if a table has
   * no stream with both images, `UNREADABLE_CHANGE`, `TRIMMED_DATA` if changes were removed before they were read, and
   * `REQUEST_FAILED`.
   *
   * @example
   * import { DynamoDBStreams } from '@aws-sdk/client-dynamodb-streams';
   *
   * async function follow(streams: DynamoDBStreams, signal: AbortSignal) {
   *   for await (const change of mapper.changes({ streams, entities: [Session], from: 'oldest', signal })) {
   *     if (!change.onlyUpgraded) console.log(change.kind, change.key.session_id, change.changed);
   *   }
   * }
   */
  changes<const Classes extends readonly Class[] = readonly Class[]>(
    options: ChangesOptions<Classes>,
  ): ChangeStream<ChangeOf<Classes>> {
    return new ChangeStream(this, options);
  }

  get [clientOf](): MapperOptions['client'] {
    return this.#options.client;
  }

  /**
   * Waits until all pending write-backs are done.
   *
   * @example
   * await mapper.flush();
   */
  async flush(): Promise<void> {
    await this.#queue.drain();
  }

  /**
   * Closes the mapper, and resolves when the pending write-backs are done. Later calls reject with `MAPPER_CLOSED`. May
   * be called more than once. The client stays open.
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
    const context = this.#contexts.get(target) ?? this.#jobContexts().get(target);
    if (context) return context as unknown as EntityContext<T>;
    const known = [...this.#contexts.values()].map(({ model }) => model.name);
    if (typeof target !== 'function') throw new MapperError('UNDEFINED_CLASS', { where: "A repository's class" });
    throw new MapperError('UNKNOWN_ENTITY', { class: entityNameOf(target), known });
  }

  /** The contexts of the records of jobs, which are entities of the package's own. */
  #jobContexts(): ReadonlyMap<Class, EntityContext<object>> {
    if (this.#jobs) return this.#jobs;
    const models = [...jobRecords, CensusRecord, ConsumerRecord, WorkerRecord, ShardRecord].map((record) =>
      modelOf(record as Class),
    );
    const { tablePrefix = '' } = this.#options;
    const [{ table: name }] = models as [EntityModel];
    const schema = tableSchema(tablePrefix + name, models as [EntityModel, EntityModel]);
    const table = new Table(this.#transport, schema, this.#turns);
    this.#jobs = new Map(models.map((model) => [model.class, this.#contextOf(model, table, { isOwn: true })]));
    return this.#jobs;
  }

  /** Options such as a pin are for the application's classes, and not for the package's own. */
  #contextOf(model: EntityModel, table: Table, { isOwn = false } = {}): EntityContext<object> {
    const { clock, cursorSecret, ...options } = this.#options;
    const {
      fence = true,
      onTypeMismatch = 'throw',
      onUpgradeFailure = 'throw',
      writeVersion: pins,
    } = isOwn ? {} : options;
    const hydrator = new Hydrator(model, onTypeMismatch, this.#options.generatedCode);
    const writeVersion = writeVersionOf(model, pins);
    // throws before the first request if the class can't be stored in that version
    writeVersion();
    const context: ItemContext<object> = {
      model,
      hydrator,
      reader: new EntityReader(model, hydrator, table.name, options.onInvalid),
      keys: new KeyCodec(model, hydrator),
      table,
      isFenced: fence,
      validatesWrites: options.validateWrites ?? true,
      writeVersion,
      now: () => (clock ? new Date(clock()) : new Date()),
    };
    return {
      ...context,
      writeBack: new QueuedWriteBack(context, { mode: isOwn ? 'off' : this.#modeOf(model.class), queue: this.#queue }),
      onUpgradeFailure,
      cursorSecret,
      assertOpen: (call) => this.#assertOpen(call),
    };
  }

  #modeOf(target: Class): WriteBackMode {
    const { entities, mode = 'off' } = writeBackOptions(this.#options);
    return entities?.get(target) ?? mode;
  }

  #assertOpen(call: CallName): void {
    if (this.#isClosed) throw new MapperError('MAPPER_CLOSED', { call });
  }
}
