import { decodeItem } from './codec/decode.js';
import { copyPlain } from './item/copy.js';
import type { Item } from './item/item.js';
import type { StoredItem as FoundItem } from './codec/row.js';
import type { ForeignWireItem, WireItem } from './codec/wire.js';
import { MapperError } from './errors.js';
import type { InitOf, KeyOf, PropertyOf } from './model/key-type.js';
import type { Class } from './model/class.js';
import type { IndexNameOf } from './model/index-type.js';
import { type BulkOptions, type BulkResult, deleteMany, putMany } from './write/bulk-write.js';
import type { WriteOptions } from './write/caller-condition.js';
import { contextFor, type EntityContext, type RepositoryHost } from './read/entity-context.js';
import { inTurn } from './write/in-turn.js';
import { afterWrite } from './write/after-write.js';
import { createEntity } from './write/create-entity.js';
import { deleteItem, insertEntity, putEntity } from './write/put-and-delete.js';
import type { QueryResult } from './query/query-result.js';
import { assertList, assertOptions } from './query/query-options.js';
import type { QueryOptions, ScanOptions, Selected } from './query/query-options.js';
import { queryResult, scanResult, type EntityContexts } from './query/plan-query.js';
import { saveOrInsert, type SaveOptions } from './write/save.js';
import { type GetOptions, getOptions } from './read/get-options.js';
import { keyItemOf } from './read/key-item.js';
import { trackedOf } from './read/tracked-item.js';
import { untilAborted } from './read/until-aborted.js';
import { updateItem } from './write/update.js';
import type { UpdateClausesOf } from './write/update-clauses.js';
import { type Census, type CensusOptions, takeCensus } from './operations/census.js';
import { type JobContexts, jobContexts } from './operations/job-store.js';
import { planSweep, type SweepPlan, type SweepPlanOptions } from './operations/plan-sweep.js';
import { judgeRetirement, type RetireOptions, type RetireVerdict } from './operations/retire.js';
import { Sweep } from './operations/sweep.js';
import type { SweepOptions } from './operations/sweep-options.js';

/** An item as it was read or stored: its version, and its plain values. */
export interface StoredItem {
  readonly version: number;
  readonly item: Item;
}

const writeOptions = ['condition'];
const bulkOptions = ['concurrency', 'unconditional', ...writeOptions];

/**
 * Reads and writes the entities of one class. Entities have the newest version, whatever the version of the stored
 * item. Get a repository from `mapper.repository(Class)`, or extend this class to add an application's own queries.
 *
 * Every read can reject with `INVALID_VERSION`, `NEWER_VERSION`, `TOO_OLD_VERSION`, `UPGRADE_FAILED`, `ATTRIBUTE_TYPE`
 * or `HYDRATION_FAILED`, and every call with `REQUEST_FAILED`, `INVALID_ARGUMENT`, `INVALID_KEY_VALUE` or
 * `MAPPER_CLOSED`. On ScyllaDB, writes of entities with a number as partition key can reject with `AMBIGUOUS_KEY`.
 *
 * @example
 * class SessionRepository extends Repository<Session> {
 *   constructor(mapper: Mapper) {
 *     super(mapper, Session);
 *   }
 * }
 */
export class Repository<T extends object> {
  readonly #context: EntityContext<T>;
  readonly #jobs: () => JobContexts;

  constructor(mapper: RepositoryHost, target: Class<T>) {
    this.#context = mapper[contextFor](target);
    this.#jobs = () => jobContexts(mapper);
  }

  /**
   * Creates a new entity, with the declared defaults for attributes that aren't given. Stores nothing. Throws
   * `UNKNOWN_ATTRIBUTE` for a property that isn't an attribute.
   *
   * @example
   * const session = sessions.create({ session_id: 'new-1', user_id: 'user-456', title: 'New' });
   * session.blueprint; // → 'devassist'
   */
  create(init: InitOf<T>): T {
    return createEntity(this.#context, init);
  }

  /**
   * The entity with a key; `undefined` if there is none. Rejects if the item can't be read.
   *
   * @example
   * const session = await sessions.get({ session_id: 'abc-123' });
   */
  async get(key: KeyOf<T>, options: GetOptions = {}): Promise<T | undefined> {
    const { reader, table } = this.#context;
    this.#context.assertOpen('get()');
    assertOptions('get()', options, getOptions);
    this.#context.writeBack.assertMode('get()', options.writeBack);
    const wire = await table.get(keyItemOf(this.#context, key), options);
    return wire && reader.owns(wire) ? this.#load(wire, options) : undefined;
  }

  /**
   * The entity with a key. Rejects with `NOT_FOUND` if there is none.
   *
   * @example
   * const session = await sessions.getOrFail({ session_id: 'abc-123' });
   */
  async getOrFail(key: KeyOf<T>, options: GetOptions = {}): Promise<T> {
    this.#context.assertOpen('getOrFail()');
    const entity = await this.get(key, options);
    if (entity !== undefined) return entity;
    const { keys, model } = this.#context;
    throw new MapperError('NOT_FOUND', { entity: model.name, key: keys.nameOf(keyItemOf(this.#context, key)) });
  }

  /**
   * The entities with these keys, in the same order, with `undefined` where there is none. Keys may repeat; equal keys
   * give the same entity. Reads up to 100 items with one request. Rejects with `UNPROCESSED_KEYS` if the engine keeps
   * leaving some unread.
   *
   * @example
   * const [first, second] = await sessions.getMany([{ session_id: 'abc-123' }, { session_id: 'absent' }]);
   */
  async getMany(keys: readonly KeyOf<T>[], options: GetOptions = {}): Promise<(T | undefined)[]> {
    const { keys: codec, reader, table } = this.#context;
    this.#context.assertOpen('getMany()');
    assertOptions('getMany()', options, getOptions);
    assertList('getMany()', 'the keys', keys);
    this.#context.writeBack.assertMode('getMany()', options.writeBack);
    const wanted = keys.map((key) => keyItemOf(this.#context, key));
    const texts = wanted.map((key) => codec.textOf(key));
    const unique = new Map(wanted.map((key, at) => [texts[at], key]));
    const items = await table.getMany([...unique.values()], options);
    const found = new Map<string, T>();
    const read = async (item: FoundItem) => found.set(codec.textOf(item), await this.#load(item, options));
    await Promise.all(items.filter((item) => reader.owns(item)).map(read));
    return texts.map((text) => found.get(text));
  }

  /**
   * Stores a new entity and resolves to it. Rejects with `ALREADY_EXISTS` if an item with its key exists, with
   * `MISSING_ATTRIBUTE` if a required attribute is missing, or with the error of a value that can't be stored.
   *
   * If the answer is lost, and the client sends it again, the call resolves if the stored item has the `@Revision` of
   * this insert or, without one, is exactly what was sent; of two equal inserts both can then succeed.
   *
   * @example
   * await sessions.insert(sessions.create({ session_id: 'new-2', user_id: 'user-456', title: 'New' }));
   */
  async insert(entity: T): Promise<T> {
    this.#context.assertOpen('insert()');
    await inTurn(entity, () => insertEntity(this.#context, entity));
    return entity;
  }

  /**
   * Stores a whole entity and resolves to it. A new entity replaces any item with its key, unless that item has a newer
   * version (`NEWER_VERSION`) or belongs to another class (`WRONG_ENTITY`). A loaded entity replaces the item that it
   * was loaded from, but keeps the attributes that the class doesn't declare. It rejects with `CONFLICT` if that item's
   * version or revision has changed, and with `NOT_FOUND` if it was deleted. Without `@Revision`, changes by others
   * within the same version are overwritten.
   *
   * With a `condition`, it rejects with `CONDITION_FAILED` if the stored item, in its newest version, doesn't meet it.
   * If nothing is stored, all attributes count as absent.
   *
   * @example
   * const session = await sessions.getOrFail({ session_id: 'abc-123' });
   * session.title = 'Renamed';
   * await sessions.put(session, { condition: { attr: 'session_state', eq: 'open' } });
   */
  async put(entity: T, options: WriteOptions<T> = {}): Promise<T> {
    this.#context.assertOpen('put()');
    assertOptions('put()', options, writeOptions);
    await inTurn(entity, () => putEntity(this.#context, entity, options));
    return entity;
  }

  /**
   * Stores what has changed since an entity was loaded, and resolves to the entity. Attributes that the class doesn't
   * declare stay as they are. The same request brings an item of an older version to the newest one. If nothing has
   * changed, nothing is sent. An entity that wasn't loaded is inserted.
   *
   * A changed attribute is replaced as a whole, on the condition that its stored value is still the loaded one. `{
   * overwrite: true }` waives that condition, and that on the revision. Rejects with `CONFLICT` if another writer has
   * changed the attribute (or, with `@Revision`, anything), with `NOT_FOUND` if the item was deleted, and with
   * `NEWER_VERSION` if newer code has written it. It isn't a conflict if others have upgraded the item: the changes are
   * applied to what is stored then, and the entity receives the attributes that others changed.
   *
   * With a `condition`, it rejects with `CONDITION_FAILED` if the stored item, in its newest version, doesn't meet it.
   *
   * If the answer is lost, and the client sends it again, the call resolves if `@Revision` or, without one, what is stored
   * shows that it was done. Without `@Revision`, it can still reject with `CONFLICT` although it was done.
   *
   * @example
   * const session = await sessions.getOrFail({ session_id: 'abc-123' });
   * session.title = 'Renamed';
   * await sessions.save(session);
   */
  async save(entity: T, options: SaveOptions & WriteOptions<T> = {}): Promise<T> {
    this.#context.assertOpen('save()');
    assertOptions('save()', options, ['overwrite', ...writeOptions]);
    await inTurn(entity, () => saveOrInsert(this.#context, entity, options));
    return entity;
  }

  /**
   * Changes an item in the table and resolves to the changed entity. `set` and `remove` replace and remove properties
   * or paths below them, `add` adds to numbers and sets, and `delete` deletes members from sets. An item of an older
   * version is upgraded in the table first. Rejects with `NOT_FOUND`, `NEWER_VERSION`, `MISSING_PARENT` for a path
   * whose map or list doesn't exist, or `CONFLICT` after ten attempts. With a `condition`, it rejects with
   * `CONDITION_FAILED` if the stored item doesn't meet it.
   *
   * With `@Revision`, `add` (and a change that moves the elements of a list) is done at most once, even if the SDK
   * repeats a request whose answer was lost. If another writer changed the item in between, the call rejects with
   * `CONFLICT` although it may have been done. Without `@Revision`, a repeated request can add twice.
   *
   * An error with `done: true` means that the update was done, but that what is stored now can't be read.
   *
   * @example
   * const key = { session_id: 'abc-123' };
   * const condition = { attr: 'session_state', eq: 'open' } as const;
   * const closed = await sessions.update(key, { set: { session_state: 'closed' } }, { condition });
   */
  async update(key: KeyOf<T>, clauses: UpdateClausesOf<T>, options: WriteOptions<T> = {}): Promise<T> {
    this.#context.assertOpen('update()');
    assertOptions('update()', clauses, ['set', 'remove', 'add', 'delete']);
    assertOptions('update()', options, writeOptions);
    const stored = await updateItem(this.#context, key, clauses, options);
    return afterWrite(() => this.#context.reader.read(stored));
  }

  /**
   * Deletes the item with a key, whatever its version, and resolves to whether it existed. Resolves to `undefined` if
   * that is unknown: with the mapper's option `fence: false`, or if the SDK repeated a request whose answer was lost.
   * Rejects with `WRONG_ENTITY` if the item belongs to another class.
   *
   * With a `condition`, it rejects with `CONDITION_FAILED` if there is an item and, in its newest version, it doesn't
   * meet the condition, or with an error such as `NEWER_VERSION` if the item can't be read.
   *
   * @example
   * const existed = await sessions.delete({ session_id: 'new-2' });
   */
  async delete(key: KeyOf<T>, options: WriteOptions<T> = {}): Promise<boolean | undefined> {
    this.#context.assertOpen('delete()');
    assertOptions('delete()', options, writeOptions);
    return deleteItem(this.#context, key, options);
  }

  /**
   * Puts many entities, each like `put`, ten at a time by default. Resolves to a result for each, in order, like
   * `Promise.allSettled`.
   *
   * `{ unconditional: true }` sends BatchWriteItem requests of 25 items instead. That is cheaper, but gives up
   * everything that conditions protect: it overwrites newer versions, others' changes and items of other classes, and
   * revives deleted items. On ScyllaDB, unless the table is `always_use_lwt`, it must not be mixed with conditional
   * writes to the same items. If a request fails, all entities of its batch have that failure as result.
   *
   * @example
   * const results = await sessions.putMany([sessions.create({ session_id: 'm-1', user_id: 'user-456', title: 'New'
   * })]); results[0]?.status; // → 'fulfilled'
   */
  async putMany(entities: readonly T[], options: BulkOptions & WriteOptions<T> = {}): Promise<BulkResult<T>> {
    this.#context.assertOpen('putMany()');
    assertOptions('putMany()', options, bulkOptions);
    assertList('putMany()', 'the entities', entities);
    return putMany(this.#context, entities, options);
  }

  /**
   * Deletes the items with these keys, each like `delete`, ten at a time by default. Resolves to a result for each, in
   * order. `{ unconditional: true }` sends BatchWriteItem requests of 25 keys instead: these can't tell whether an item
   * existed, and delete items of other classes, too.
   *
   * @example
   * const results = await sessions.deleteMany([{ session_id: 'm-1' }]);
   */
  async deleteMany(
    keys: readonly KeyOf<T>[],
    options: BulkOptions & WriteOptions<T> = {},
  ): Promise<BulkResult<boolean | undefined>> {
    this.#context.assertOpen('deleteMany()');
    assertOptions('deleteMany()', options, bulkOptions);
    assertList('deleteMany()', 'the keys', keys);
    return deleteMany(this.#context, keys, options);
  }

  /**
   * The entities of one partition of the table or of an index, in the order of the sort key. Rejects with
   * `INDEX_MAY_MISS_ITEMS` for an index from which older items are missing, and with `INVALID_CURSOR` for a cursor of
   * another query.
   *
   * @example
   * const latest = await sessions.query({ index: 'by_user', partition: 'user-456', reverse: true, limit: 3 }).all();
   */
  query<A extends PropertyOf<T> = never, I extends IndexNameOf<T> | undefined = undefined>(
    options: QueryOptions<T, A, I>,
  ): QueryResult<Selected<T, NoInfer<A>>> {
    return queryResult(() => this.#contexts, options as unknown as QueryOptions);
  }

  /**
   * All entities of the table or of an index, in no particular order.
   *
   * @example
   * for await (const session of sessions.scan({ pageSize: 100 })) console.log(session.title);
   */
  scan<A extends PropertyOf<T> = never>(options: ScanOptions<T, A> = {}): QueryResult<Selected<T, NoInfer<A>>> {
    return scanResult(this.#contexts, options as unknown as ScanOptions);
  }

  /**
   * Counts the stored items by their versions, those that this code can't read included. Scans the whole table, reading
   * only keys, versions and times; `lastUpdated` says when an item of a version was last written, if the class has
   * `@UpdatedAt`. With `examine: true` it reads whole items and tells which can't be read, with `sample` only a random
   * part of the table.
   *
   * @example
   * const { versions } = await sessions.census({ consistent: true });
   * for (const { version, count, lastUpdated } of versions) console.log(version, count, lastUpdated);
   */
  async census(options: CensusOptions = {}): Promise<Census> {
    const [census] = await takeCensus([this.#context], options);
    return census as Census;
  }

  /**
   * Brings every stored item of the class to the version that the mapper writes, up or down, and nothing else of it.
   * Each rewrite is on the condition that what the upgrades looked at is unchanged, so nothing is lost while the
   * application goes on writing. Starts at once. Throws `FENCE_REQUIRED` with `fence: false`.
   *
   * @example
   * const { rewritten, failed } = await sessions.sweep({ rate: { items: 500 } }).result;
   */
  sweep(options: SweepOptions = {}): Sweep {
    return new Sweep(this.#context, options, this.#jobs);
  }

  /**
   * What a sweep would do, from a random part of the table: how many items it would rewrite, how long that would take,
   * and which items would fail. Writes nothing.
   *
   * @example
   * const { rewrites, seconds, counts } = await sessions.planSweep({ sample: 0.02, rates: [500] });
   */
  async planSweep(options: SweepPlanOptions = {}): Promise<SweepPlan> {
    return planSweep(this.#context, options);
  }

  /**
   * Whether the versions below one may be forgotten, so that their upgrades, samples and indexes' `since` can be
   * deleted and the floor raised, with the reasons if not: examines every item, consistently. Changes nothing.
   *
   * @example
   * const { mayRetire, reasons } = await sessions.retire({ below: 3, lastOldWriter: new Date('2024-03-01T12:00:00Z')
   * });
   */
  async retire(options: RetireOptions): Promise<RetireVerdict> {
    return judgeRetirement(this.#context, options, this.#jobs);
  }

  /**
   * The entity for a wire item of any version, for example from a stream, an export or a Lambda event. Synchronous.
   * Throws what reads throw, `WRONG_ENTITY` if the item belongs to another class, and `INVALID_WIRE_VALUE` if it isn't
   * a wire item.
   *
   * @example
   * const session = sessions.hydrate({
   *   session_id: { S: 'abc-123' }, user_id: { S: 'user-456' }, title: { S: 'Hello' }, state: { S: 'open' },
   *   created_at: { S: '2024-03-01T09:15:00.000Z' }, updated_at: { S: '2024-03-01T09:15:00.000Z' },
   * });
   */
  hydrate(wireItem: WireItem | ForeignWireItem): T {
    this.#context.assertOpen('hydrate()');
    if (typeof wireItem !== 'object' || wireItem === null || Array.isArray(wireItem)) {
      throw new MapperError('INVALID_WIRE_VALUE', { path: '', found: 'not an object' });
    }
    // a copy, because the entity remembers the item, and the caller may change it
    return this.#context.reader.read(copyPlain(wireItem as WireItem));
  }

  /**
   * What an entity was loaded from or last stored as: the version and the plain values. `undefined` for a new entity,
   * and for one that was read with `track: false`.
   *
   * @example
   * sessions.stored(await sessions.getOrFail({ session_id: 'abc-123' }))?.version; // → 1
   */
  stored(entity: T): StoredItem | undefined {
    const tracked = trackedOf(entity, this.#context.table.name);
    return tracked && { version: tracked.version, item: decodeItem(tracked.wire) };
  }

  get #contexts(): EntityContexts {
    return [this.#context] as unknown as EntityContexts;
  }

  /** Reads an item and writes it back if required. */
  async #load(item: FoundItem, { signal, track: isTracked = true, writeBack }: GetOptions): Promise<T> {
    const { reader, writeBack: writeBacks } = this.#context;
    const examined = reader.examine(item);
    const entity = reader.hydrate(examined, isTracked);
    const writtenBack = writeBacks.afterRead(entity, examined, writeBack);
    if (writtenBack) await untilAborted(writtenBack, signal);
    return entity;
  }
}
