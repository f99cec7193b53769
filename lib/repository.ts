import { decodeItem } from './codec/decode.js';
import { copyPlain } from './item/copy.js';
import type { Item } from './item/item.js';
import type { ForeignWireItem, WireItem } from './codec/wire.js';
import { MapperError } from './errors.js';
import { copyDefault } from './item/copy-default.js';
import type { InitOf, KeyOf, PropertyOf } from './model/key-type.js';
import type { Class } from './model/class.js';
import { type BulkOptions, type BulkResult, deleteMany, putMany } from './write/bulk-write.js';
import type { WriteOptions } from './write/caller-condition.js';
import { contextFor, type EntityContext, type RepositoryHost, type WriteBackMode } from './read/entity-context.js';
import { inTurn } from './write/in-turn.js';
import { loadedFrom } from './write/loaded-item.js';
import { afterWrite } from './write/after-write.js';
import { deleteItem, insertEntity, putEntity } from './write/put-and-delete.js';
import type { QueryResult } from './query/query-result.js';
import {
  assertList,
  assertOptions,
  invalidArgument,
  type QueryOptions,
  type ScanOptions,
  type Selected,
} from './query/query-options.js';
import { queryResult, scanResult, type EntityContexts } from './query/plan-query.js';
import { saveEntity, type SaveOptions } from './write/save.js';
import { trackedOf } from './read/tracked-item.js';
import { untilAborted } from './read/until-aborted.js';
import { updateItem } from './write/update.js';
import type { UpdateClausesOf } from './write/update-clauses.js';
import { type VersionCount, versionCensus, type VersionsOptions } from './query/census.js';

export interface GetOptions {
  /** Whether to read what was last written, at twice the price. */
  readonly consistent?: boolean | undefined;
  /** Whether entities remember what they were loaded from; true unless said otherwise. */
  readonly track?: boolean | undefined;
  /** Whether a stale item is written back, and when; as the mapper says unless given. */
  readonly writeBack?: WriteBackMode | undefined;
  /** Cancels what is under way and rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** An item as it was read: its version then, and its plain values. */
export interface StoredItem {
  readonly version: number;
  readonly item: Item;
}

const getOptions = ['consistent', 'track', 'writeBack', 'signal'];
const writeOptions = ['condition'];
const bulkOptions = ['concurrency', 'unconditional', ...writeOptions];

/**
 * Reads and writes the entities of one class. Whatever the version of a stored item, an entity is of the newest one. Get one
 * from `mapper.repository(Class)`, or extend it to give an application's queries names.
 *
 * Every read can reject with `INVALID_VERSION`, `NEWER_VERSION`, `TOO_OLD_VERSION`, `UPGRADE_FAILED`, `ATTRIBUTE_TYPE` or
 * `HYDRATION_FAILED`, every call with `REQUEST_FAILED`, `INVALID_ARGUMENT`, `INVALID_KEY_VALUE` or `MAPPER_CLOSED`.
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

  constructor(mapper: RepositoryHost, target: Class<T>) {
    this.#context = mapper[contextFor](target);
  }

  /**
   * Makes a new entity, with the declared defaults for what is not given. Stores nothing. Throws `UNKNOWN_ATTRIBUTE` for a
   * property that isn't an attribute.
   *
   * @example
   * const session = sessions.create({ session_id: 'new-1', user_id: 'user-456', title: 'New' });
   * session.blueprint; // → 'devassist'
   */
  create(init: InitOf<T>): T {
    const { attributes, byProperty, class: target, name } = this.#context.model;
    if (typeof init !== 'object' || init === null) {
      throw invalidArgument('create()', 'the argument', "isn't an object with values of properties");
    }
    for (const member of Object.keys(init)) {
      if (!byProperty.has(member)) {
        throw new MapperError('UNKNOWN_ATTRIBUTE', { class: name, member, known: [...byProperty.keys()] });
      }
    }
    const entity = new (target as unknown as new () => Record<string, unknown>)();
    for (const { property, default: fallback } of attributes) {
      const given = (init as Readonly<Record<string, unknown>>)[property];
      if (given !== undefined) entity[property] = given;
      else if (fallback !== undefined && entity[property] === undefined) entity[property] = makeDefault(fallback);
    }
    return entity as T;
  }

  /**
   * The entity with a key; `undefined` if there is none. A broken item is an error, never absent.
   *
   * @example
   * const session = await sessions.get({ session_id: 'abc-123' });
   */
  async get(key: KeyOf<T>, options: GetOptions = {}): Promise<T | undefined> {
    const { keys, reader, table } = this.#context;
    this.#context.assertOpen('get()');
    assertOptions('get()', options, getOptions);
    this.#context.writeBack.assertMode('get()', options.writeBack);
    const wire = await table.get(keys.encode(key), options);
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
    throw new MapperError('NOT_FOUND', { entity: model.name, key: keys.nameOf(keys.encode(key)) });
  }

  /**
   * The entities with these keys, in the same order, `undefined` where there is none. Keys may repeat; the same key gives the
   * same entity. Reads 100 items a request. Rejects with `UNPROCESSED_KEYS` if the engine goes on leaving some unread.
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
    const wanted = keys.map((key) => codec.encode(key));
    const unique = new Map(wanted.map((key) => [codec.textOf(key), key]));
    const wires = await table.getMany([...unique.values()], options);
    const found = new Map<string, T>();
    const read = async (wire: WireItem) => found.set(codec.textOf(wire), await this.#load(wire, options));
    await Promise.all(wires.filter((wire) => reader.owns(wire)).map(read));
    return wanted.map((key) => found.get(codec.textOf(key)));
  }

  /**
   * Stores a new entity and resolves to it. Rejects with `ALREADY_EXISTS` if there is an item with its key, with
   * `MISSING_ATTRIBUTE` if it lacks a required attribute, or with the error of a value that can't be stored.
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
   * Stores an entity whole and resolves to it. A new one replaces whatever item has its key, unless that one is of a newer
   * version (`NEWER_VERSION`) or another class (`WRONG_ENTITY`). A loaded one replaces the item that it was loaded from, with the
   * attributes that the class doesn't declare, and rejects with `CONFLICT` if that item's version or revision has changed, with
   * `NOT_FOUND` if it is gone. Without `@Revision`, changes of others within the same version are overwritten.
   *
   * With a `condition` it rejects with `CONDITION_FAILED` where that doesn't hold on what is stored, in its newest version; where
   * nothing is stored, every attribute is absent.
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
   * Stores what has changed since an entity was loaded, and nothing else: attributes that the class doesn't declare stay as they
   * are; an item of an older version is brought to the newest one by the same request. With nothing changed nothing is sent. An
   * entity that wasn't loaded is inserted. Resolves to the entity.
   *
   * A changed attribute is replaced whole, on the condition that it is still what was loaded; `{ overwrite: true }` waives
   * that, and the revision. Rejects with `CONFLICT` if somebody else changed it (or, with `@Revision`, anything) meanwhile, with `NOT_FOUND` if the
   * item is gone, with `NEWER_VERSION` if newer code has written it. That others upgraded the item meanwhile isn't a conflict: the
   * changes are applied to what is stored then, and the entity takes over the attributes that others changed.
   *
   * With a `condition` it rejects with `CONDITION_FAILED` where that doesn't hold on what is stored, in its newest version.
   *
   * With `@Revision` a save whose answer was lost on the way is recognised and reported as done. Without it, such a save can
   * reject with `CONFLICT` although it was done.
   *
   * @example
   * const session = await sessions.getOrFail({ session_id: 'abc-123' });
   * session.title = 'Renamed';
   * await sessions.save(session);
   */
  async save(entity: T, options: SaveOptions & WriteOptions<T> = {}): Promise<T> {
    this.#context.assertOpen('save()');
    assertOptions('save()', options, ['overwrite', ...writeOptions]);
    await inTurn(entity, () => this.#save(entity, options));
    return entity;
  }

  /**
   * Changes an item in the table and resolves to the entity that it is then. `set` and `remove` replace and remove properties
   * or places below them, `add` adds to numbers and sets, `delete` takes members out of sets. An item of an older version is upgraded
   * in the table first. Rejects with `NOT_FOUND`, `NEWER_VERSION`, `MISSING_PARENT` for a place whose map or list is not there, or
   * `CONFLICT` after ten attempts; with a `condition`, with `CONDITION_FAILED` where that doesn't hold on what is stored.
   *
   * With `@Revision`, `add` (and a change that moves a list's elements) is done at most once, even if the SDK repeats a request
   * whose answer was lost; if somebody else wrote in between, the call rejects with `CONFLICT` although it may have been done. Without
   * it, the SDK's repetition can add twice.
   *
   * An error that carries `done: true` says that the update was done, and that what is stored now can't be read.
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
   * Deletes the item with a key, whatever its version, and resolves to whether it existed; `undefined` where that can't be told:
   * with the mapper's option `fence: false`, and when the SDK repeated a request whose answer was lost. Rejects with `WRONG_ENTITY` if it is another class's.
   *
   * With a `condition` it rejects with `CONDITION_FAILED` where there is an item on which that doesn't hold, in its newest version, and
   * with `NEWER_VERSION` or its like where that can't be told.
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
   * Puts many entities, each under the condition that `put` has, ten at once unless said otherwise. Resolves to a result for each,
   * in order, as `Promise.allSettled` does.
   *
   * `{ unconditional: true }` sends BatchWriteItem requests of 25 instead. That is cheaper and gives up everything that conditions
   * are for: it overwrites newer versions, others' changes and other classes' items, and revives deleted ones. On ScyllaDB, unless
   * the table is `always_use_lwt`, it must not be mixed with conditional writes to the same items. One failure is that of a whole batch.
   *
   * @example
   * const results = await sessions.putMany([sessions.create({ session_id: 'm-1', user_id: 'user-456', title: 'New' })]);
   * results[0]?.status; // → 'fulfilled'
   */
  async putMany(entities: readonly T[], options: BulkOptions & WriteOptions<T> = {}): Promise<BulkResult<T>> {
    this.#context.assertOpen('putMany()');
    assertOptions('putMany()', options, bulkOptions);
    assertList('putMany()', 'the entities', entities);
    return putMany(this.#context, entities, options);
  }

  /**
   * Deletes the items with these keys, each like `delete`, ten at once unless said otherwise. Resolves to a result for each, in order.
   * `{ unconditional: true }` sends BatchWriteItem requests of 25 instead: it can't tell whether an item existed, and deletes other
   * classes' items, too.
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
   * `INDEX_MAY_MISS_ITEMS` for an index that older items are missing from, with `INVALID_CURSOR` for a cursor of another query.
   *
   * @example
   * const latest = await sessions.query({ index: 'by_user', partition: 'user-456', reverse: true, limit: 3 }).all();
   */
  query<A extends PropertyOf<T> = never>(options: QueryOptions<T, A>): QueryResult<Selected<T, NoInfer<A>>> {
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
   * Counts the stored items by their versions, the oldest first, versions that this code can't read included; last, under `undefined`,
   * those whose version attribute holds none. Scans the whole table, reading only keys and versions; `lastUpdated` says when an item of
   * a version was last written, if the class has `@UpdatedAt`: which versions are still being written shows there.
   *
   * @example
   * for (const { version, count, lastUpdated } of await sessions.versions()) console.log(version, count, lastUpdated);
   */
  async versions(options: VersionsOptions = {}): Promise<VersionCount[]> {
    this.#context.assertOpen('versions()');
    return versionCensus(this.#context, options);
  }

  /**
   * The entity of a wire item of any version, from wherever it comes: a stream, an export, a Lambda event. Synchronous. Throws
   * like every read, `WRONG_ENTITY` if the item is another class's, and `INVALID_WIRE_VALUE` if it isn't a wire item.
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
    // a copy: the entity remembers the item, whatever becomes of the caller's
    return this.#context.reader.read(copyPlain(wireItem as WireItem));
  }

  /**
   * What an entity was loaded from or last stored as: the version and the plain values; `undefined` for a new one and for one
   * that was read with `track: false`.
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

  async #save(entity: T, options: SaveOptions & WriteOptions<T>): Promise<void> {
    const loaded = loadedFrom(this.#context, entity, 'save()');
    if (loaded) return saveEntity(this.#context, entity, loaded, options);
    if (options.condition === undefined) return insertEntity(this.#context, entity);
    const problem = 'was given for an entity that is not stored yet; put() takes one there';
    throw new MapperError('INVALID_ARGUMENT', { call: 'save()', argument: 'condition', problem });
  }

  /** Reads an item and, where that is wanted, writes it back. */
  async #load(wire: WireItem, { signal, track: isTracked = true, writeBack }: GetOptions): Promise<T> {
    const { reader, writeBack: writeBacks } = this.#context;
    const examined = reader.examine(wire);
    const entity = reader.hydrate(examined, isTracked);
    const writtenBack = writeBacks.afterRead(entity, examined, writeBack);
    if (writtenBack) await untilAborted(writtenBack, signal);
    return entity;
  }
}

function makeDefault(fallback: unknown): unknown {
  if (typeof fallback === 'function') return (fallback as () => unknown)();
  return copyDefault(fallback);
}
