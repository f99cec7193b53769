import { type StoredItem, wireOf } from '../codec/row.js';
import { valueAt, type WireItem } from '../codec/wire.js';
import type { WireCondition } from '../codec/wire-condition.js';
import { canonicalNumber } from '../codec/number.js';
import { isMapperError, MapperError } from '../errors.js';
import { batchGet, type BatchGetOptions, batchWrite } from './batch.js';
import { conditionParams } from './condition.js';
import { type CreatedTable, createTable, type TableOptions } from './create-table.js';
import { type IndexProjection, indexProjection } from './index-projection.js';
import type { PageParams } from './page-request.js';
import type { PartitionTurns } from './partition-turns.js';
import { keyInStoredNotation } from './stored-notation.js';
import { type StreamsClient, TableStream } from './streams.js';
import type { KeyAttribute, TableSchema } from './table-schema.js';
import {
  type Answer,
  type BatchedWrite,
  errorOf,
  type Failure,
  type OutputOf,
  outputOf,
  reasonOf,
  type RequestOf,
  type Transport,
} from './transport.js';
import type { UpdateParams } from './update.js';

/** How a write ended. */
export type WriteOutcome = WriteDone | RefusedWrite;

export interface WriteDone {
  readonly done: true;
  /** What is stored now, if that was asked for. */
  readonly item: WireItem | undefined;
}

/**
 * A write that the engine refused: its condition doesn't hold, or a nested place of it has no map or list around it.
 */
export type RefusedWrite = Failure & { readonly because: 'condition' | 'no parent' };

/** How a table is asked. */
interface Manner {
  /** Whether its writes go before those that wait for their partition. */
  readonly triesAgain?: boolean;
  /** The partition key of the one item that it is asked about, as the engine keeps it. */
  readonly storedKey?: WireItem;
}

/** One table of an engine: reads and writes its items. Rejects with `REQUEST_FAILED` or `WRITES_FORBIDDEN`. */
export class Table {
  readonly schema: TableSchema;
  readonly #transport: Transport;
  readonly #turns: PartitionTurns;
  readonly #manner: Manner;
  #again: Table | undefined;
  /** What is known of the indexes that don't hold whole items. */
  readonly #projections = new Map<string, IndexProjection>();

  /** Conditional writes take their turns among all that go through `turns`. */
  constructor(transport: Transport, schema: TableSchema, turns: PartitionTurns, manner: Manner = {}) {
    this.#transport = transport;
    this.#turns = turns;
    this.#manner = manner;
    this.schema = schema;
  }

  /** Creates the table unless it is there. */
  create(options: TableOptions): Promise<CreatedTable> {
    return createTable(this.#transport, this.schema, options);
  }

  /** The same table by another way to the engine. */
  through(wrap: (transport: Transport) => Transport): Table {
    return new Table(wrap(this.#transport), this.schema, this.#turns);
  }

  /** The same table for writes that are tried again, which go before those that wait for their partition. */
  get again(): Table {
    this.#again ??= new Table(this.#transport, this.schema, this.#turns, { ...this.#manner, triesAgain: true });
    return this.#again;
  }

  /** The stream of the table, by a client for streams. Rejects with `STREAM_VIEW`. */
  stream(client: StreamsClient, signal: AbortSignal | undefined): Promise<TableStream> {
    return TableStream.of(this.#transport, this.name, client, signal);
  }

  get name(): string {
    return this.schema.name;
  }

  /** The key attributes: the partition key, then the sort key if there is one. */
  get keys(): readonly KeyAttribute[] {
    return this.schema.keys;
  }

  async get(key: WireItem, { consistent = false, signal }: BatchGetOptions = {}): Promise<WireItem | undefined> {
    const request = { TableName: this.name, Key: this.#asStored(key), ...(consistent && { ConsistentRead: true }) };
    const { Item: item } = outputOf(await this.#transport.send('GetItem', request, signal));
    if (item && !this.keys.every(({ name }) => isSameKeyValue(valueAt(item, name), valueAt(key, name)))) {
      throw this.#wrongAnswer('GetItem');
    }
    return item;
  }

  /** Reads items by their keys, each key once, in any order. */
  getMany(keys: readonly WireItem[], options: BatchGetOptions): Promise<StoredItem[]> {
    return batchGet(this.#transport, this.name, keys, options);
  }

  /** Reads one page, of a Query if there is a condition on the keys, else of a Scan. */
  readPage(params: PageParams, signal: AbortSignal | undefined): Promise<Answer<'Query' | 'Scan'>> {
    const operation = params.KeyConditionExpression === undefined ? 'Scan' : 'Query';
    return this.#transport.send(operation, { TableName: this.name, ...params }, signal);
  }

  /** How many conditional writes to one partition run at the same time. */
  get writesPerPartition(): number {
    return this.#turns.limits.perPartition;
  }

  put(item: WireItem, condition: WireCondition | undefined): Promise<WriteOutcome> {
    const request = { TableName: this.name, Item: this.#asStored(item), ...conditional(condition) };
    return this.#write('PutItem', item, request);
  }

  delete(key: WireItem, condition: WireCondition | undefined): Promise<WriteOutcome> {
    const request = { TableName: this.name, Key: this.#asStored(key), ...conditional(condition) };
    return this.#write('DeleteItem', key, request);
  }

  /** Changes an item. With `returning: 'item'` the outcome has what is stored now. */
  update(key: WireItem, params: UpdateParams, returning?: 'item'): Promise<WriteOutcome> {
    return this.#write('UpdateItem', key, {
      TableName: this.name,
      Key: this.#asStored(key),
      ...params,
      ...(params.ConditionExpression !== undefined && returnsStored),
      ...(returning && { ReturnValues: 'ALL_NEW' }),
    });
  }

  /**
   * The same table for an item that isn't found by the number that ScyllaDB hands out for its partition key, because it
   * is kept in another notation; `'several'` if that could be more than one, and `undefined` if there is none.
   */
  async inStoredNotation(key: WireItem): Promise<Table | 'several' | undefined> {
    const [{ name, type }] = this.keys as [KeyAttribute];
    if (type !== 'number') return undefined;
    const readMany = async (keys: readonly WireItem[]) => (await this.getMany(keys, { consistent: true })).map(wireOf);
    const found = await keyInStoredNotation(readMany, key, name).catch((error: unknown) => {
      const reason = reasonOf(error);
      if (reason === undefined || reason === 'throttled' || reason === 'lost') throw error;
      // engines that compare numbers by their values refuse to read one key twice, and a role may not read at all
      return undefined;
    });
    if (found === undefined || found === 'several') return found;
    const storedKey = { [name]: found[name] as WireItem[string] };
    return new Table(this.#transport, this.schema, this.#turns, { ...this.#manner, storedKey });
  }

  /** Does at most 25 unconditional writes in one request. */
  writeMany(writes: readonly BatchedWrite[]): Promise<void> {
    return batchWrite(this.#transport, this.name, writes);
  }

  /** What an index holds, as far as it is known; the engine is asked at most once, and only if `isAsked`. */
  async heldBy(index: string, isAsked: boolean): Promise<IndexProjection> {
    if (this.#projections.has(index) || !isAsked) return this.#projections.get(index);
    let held: IndexProjection;
    try {
      held = await indexProjection(this.#transport, this.schema, index);
    } catch (error) {
      // without the right to ask, it is taken for whole, and the engine refuses what it doesn't hold
      if (!isMapperError(error, 'REQUEST_FAILED')) throw error;
    }
    this.#projections.set(index, held);
    return held;
  }

  async #write<O extends 'PutItem' | 'UpdateItem' | 'DeleteItem'>(
    operation: O,
    keys: WireItem,
    request: RequestOf<O>,
  ): Promise<WriteOutcome> {
    const send = () => this.#transport.send(operation, request);
    const isConditional = request.ConditionExpression !== undefined;
    const answer = await (isConditional
      ? this.#turns.run(this.name, this.#partitionOf(keys), send, this.#manner.triesAgain === true)
      : send());
    if (answer.done) return { done: true, item: (answer.output as OutputOf<'UpdateItem'>).Attributes };
    if (isRefused(answer)) return answer;
    throw errorOf(answer);
  }

  #asStored(item: WireItem): WireItem {
    const { storedKey } = this.#manner;
    return storedKey ? { ...item, ...storedKey } : item;
  }

  /** Text that is equal for the same partition. */
  #partitionOf(keys: WireItem): string {
    const [{ name }] = this.keys as [KeyAttribute];
    const value = valueAt(keys, name);
    return String(value && keyContent(value));
  }

  #wrongAnswer(operation: string): MapperError {
    const reason = 'the answer holds an item with another key';
    return new MapperError('REQUEST_FAILED', { operation, table: this.name, reason });
  }
}

const returnsStored = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;

function conditional(condition: WireCondition | undefined) {
  return condition && { ...conditionParams(condition), ...returnsStored };
}

function isRefused(failure: Failure): failure is RefusedWrite {
  return failure.because === 'condition' || failure.because === 'no parent';
}

/** Whether two key values are the same one: engines may give a number back in another notation. */
function isSameKeyValue(value: WireItem[string] | undefined, other: WireItem[string] | undefined): boolean {
  return value !== undefined && other !== undefined && keyContent(value) === keyContent(other);
}

function keyContent(value: WireItem[string]): string | undefined {
  if ('S' in value) return `S ${value.S}`;
  if ('N' in value) return `N ${canonicalNumber(value.N)}`;
  if ('B' in value) return `B ${typeof value.B === 'string' ? value.B : Buffer.from(value.B).toString('base64')}`;
  return undefined;
}
