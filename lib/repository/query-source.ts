import type { WireItem } from '../codec/wire.js';
import { MapperError } from '../errors.js';
import type { IndexModel } from '../model/index-model.js';
import type { KeyParts } from '../model/key-type.js';
import type { KeyRange, PageParams } from '../store/table.js';
import { cursorCodec } from './cursor.js';
import type { EntityContext, WriteBackMode } from './entity-context.js';
import { keyRange, keyValue } from './entity-key.js';
import type { WriteBack } from './write-back.js';
import { type PageSource, type PagingOptions, QueryResult } from './query-result.js';

/** Options that queries and scans share. */
export interface ScanOptions extends PagingOptions {
  /** The index to read instead of the table. */
  readonly index?: string | undefined;
  /** Whether to read what was last written, at twice the price; not on global indexes. */
  readonly consistent?: boolean | undefined;
  /** Whether entities remember what they were loaded from; true unless said otherwise. */
  readonly track?: boolean | undefined;
  /** Whether stale items are written back, and when; as the mapper says unless given. Never from an index: it needs not hold whole items. */
  readonly writeBack?: WriteBackMode | undefined;
  /** Cancels what is under way and rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A value that a key can have, as the entity holds it. */
export type KeyInput = string | number | bigint | Uint8Array | Date;

export interface QueryOptions<Parts = never> extends ScanOptions {
  /** The partition key's value; of a key with a template also an object with its parts, or its only part. */
  readonly partition: KeyInput | Parts;
  /**
   * The sort key's value, or what to compare it with: `{ eq | lt | lte | gt | gte | beginsWith: value }`, `{ between: [from, to] }`. With
   * a template, values are given as for `partition`; `beginsWith` takes the leading parts, too.
   */
  readonly range?: KeyRange<KeyInput | Parts> | undefined;
  /** Whether to go from the highest sort key down. */
  readonly reverse?: boolean | undefined;
}

const scanOptions = ['index', 'consistent', 'track', 'writeBack', 'signal', 'limit', 'pageSize', 'cursor'];
const queryOptions = [...scanOptions, 'partition', 'range', 'reverse'];

/** The results of a query. */
export function queryResult<T extends object>(
  context: EntityContext<T>,
  writeBack: WriteBack<T>,
  options: QueryOptions<KeyParts<T>>,
): QueryResult<T> {
  return new QueryResult(() => {
    context.assertOpen('query()');
    assertOptions('query', options, queryOptions);
    writeBack.assertMode('query', options.writeBack);
    const index = findIndex(context, 'query', options.index);
    const { partition, range, consistent, reverse } = options;
    const [partitionKey, sortKey] = index ? [index.partitionKey, index.sortKey] : context.model.keys;
    if (range !== undefined && !sortKey)
      throw invalid('query', 'range', 'was given, but there is no sort key to compare');

    const params = context.requests.query(
      keyValue(context, partitionKey, partition, {}),
      range !== undefined && sortKey ? keyRange(context, sortKey, range) : undefined,
      options.index,
      { ...(reverse === true && { reverse }), ...(consistent !== undefined && { consistent }) },
    );
    return pageSource(context, writeBack, params, options, index);
  }, options);
}

/** The results of a scan. */
export function scanResult<T extends object>(
  context: EntityContext<T>,
  writeBack: WriteBack<T>,
  options: ScanOptions,
): QueryResult<T> {
  return new QueryResult(() => {
    context.assertOpen('scan()');
    assertOptions('scan', options, scanOptions);
    writeBack.assertMode('scan', options.writeBack);
    const index = findIndex(context, 'scan', options.index);
    const { consistent } = options;
    const params = context.requests.scan(options.index, consistent === undefined ? {} : { consistent });
    return pageSource(context, writeBack, params, options, index);
  }, options);
}

function pageSource<T extends object>(
  context: EntityContext<T>,
  writeBack: WriteBack<T>,
  params: PageParams,
  options: ScanOptions,
  index: IndexModel | undefined,
): PageSource<T> {
  const { connection, model, reader, schema } = context;
  const { signal, track = true } = options;
  const isQuery = 'KeyConditionExpression' in params;
  const keys = new Map(schema.keys.map((key) => [key.name, key]));
  for (const key of schema.indexes.find((one) => one.name === index?.name)?.keys ?? []) keys.set(key.name, key);
  // pages of one query may be read with other consistency
  const { ConsistentRead: _, ...identity } = params as PageParams & { ConsistentRead?: boolean };

  return {
    fetch: async (start, size) => {
      context.assertOpen(isQuery ? 'query()' : 'scan()');
      signal?.throwIfAborted();
      const request = {
        ...params,
        ...(start && { ExclusiveStartKey: start as never }),
        ...(size !== undefined && { Limit: size }),
      };
      return isQuery ? connection.query(request, signal) : connection.scan(request, signal);
    },
    read: (wire: WireItem) => (reader.owns(wire) ? reader.load(wire, track) : undefined),
    // an index needs not hold whole items
    afterRead: (loaded) => (index ? undefined : writeBack.afterRead(loaded, options.writeBack)),
    cursors: cursorCodec([identity, model.discriminator?.value], [...keys.values()], context.cursorSecret),
    isSparse: model.discriminator !== undefined || context.onUpgradeFailure !== 'throw',
    onUpgradeFailure: context.onUpgradeFailure,
  };
}

function findIndex<T extends object>(
  { model, writeVersion }: EntityContext<T>,
  call: string,
  name: string | undefined,
): IndexModel | undefined {
  if (name === undefined) return undefined;
  const index = model.indexes.find((one) => one.name === name);
  if (!index) {
    const known = model.indexes.map((one) => one.name).join(', ') || 'none';
    throw invalid(call, 'index', `is no index of ${model.name}; its indexes: ${known}`);
  }
  // what is written in a pinned older version hasn't the index's keys, whatever was rewritten before
  const floor = index.complete ? writeVersion() : model.chain.floor;
  if (index.since > floor) {
    throw new MapperError('INDEX_MAY_MISS_ITEMS', { class: model.name, index: name, since: index.since, floor });
  }
  return index;
}

/** Refuses options that nobody knows: a misspelt one would be silently without effect. Throws `INVALID_ARGUMENT`. */
export function assertOptions(call: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) throw invalid(call, 'the options', 'are no object');
  for (const option of Object.keys(options)) {
    if (!known.includes(option)) throw invalid(call, option, `is no option; the options are ${known.join(', ')}`);
  }
}

function invalid(call: string, argument: string, problem: string): MapperError {
  return new MapperError('INVALID_ARGUMENT', { call, argument, problem });
}
