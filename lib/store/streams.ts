import type { ForeignWireItem } from '../codec/wire.js';
import { MapperError } from '../errors.js';
import { nameOf, safeCause } from './client-transport.js';
import { describeTable } from './table-description.js';
import type { Transport } from './transport.js';

/** A record of a stream, as far as it is told apart from others. */
export interface StreamRecord {
  readonly dynamodb?:
    | {
        readonly Keys?: ForeignWireItem | undefined;
        readonly OldImage?: ForeignWireItem | undefined;
        readonly NewImage?: ForeignWireItem | undefined;
        readonly SequenceNumber?: string | undefined;
        readonly ApproximateCreationDateTime?: Date | undefined;
        readonly StreamViewType?: string | undefined;
      }
    | undefined;
  readonly userIdentity?: unknown;
}

interface RequestOptions {
  readonly abortSignal?: AbortSignal;
}

interface IteratorRequest {
  readonly StreamArn: string;
  readonly ShardId: string;
  readonly ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' | 'LATEST' | 'TRIM_HORIZON';
  readonly SequenceNumber?: string;
}

interface ShardDescription {
  readonly ShardId?: string | undefined;
  readonly ParentShardId?: string | undefined;
  readonly SequenceNumberRange?: { readonly EndingSequenceNumber?: string | undefined } | undefined;
}

interface StreamAnswer {
  readonly StreamDescription?:
    | {
        readonly Shards?: readonly ShardDescription[] | undefined;
        readonly LastEvaluatedShardId?: string | undefined;
      }
    | undefined;
}

interface RecordsAnswer {
  readonly Records?: readonly StreamRecord[] | undefined;
  readonly NextShardIterator?: string | undefined;
}

/** The client `DynamoDBStreams` of `@aws-sdk/client-dynamodb-streams`, or anything with these methods. */
export interface StreamsClient {
  describeStream(
    input: { readonly StreamArn: string; readonly ExclusiveStartShardId?: string },
    options?: RequestOptions,
  ): Promise<StreamAnswer>;
  getShardIterator(
    input: IteratorRequest,
    options?: RequestOptions,
  ): Promise<{ readonly ShardIterator?: string | undefined }>;
  getRecords(input: { readonly ShardIterator: string }, options?: RequestOptions): Promise<RecordsAnswer>;
}

/** A shard of a table's stream. */
export interface Shard {
  readonly id: string;
  readonly parent: string | undefined;
  /** Whether nothing is added to it any more. */
  readonly isClosed: boolean;
}

/** Where to begin in a shard. */
export type ShardStart = { readonly after: string } | 'latest' | 'oldest';

/** A page of a shard; `next` is missing behind the last one. */
export interface ShardPage {
  readonly records: readonly StreamRecord[];
  readonly next: string | undefined;
}

/** Why a shard gave no page, where its reader can do something about it. */
export type ShardTrouble = 'expired' | 'throttled' | 'trimmed';

const troubles: Readonly<Record<string, ShardTrouble>> = {
  ExpiredIteratorException: 'expired',
  TrimmedDataAccessException: 'trimmed',
  ResourceNotFoundException: 'trimmed',
  LimitExceededException: 'throttled',
  ProvisionedThroughputExceededException: 'throttled',
  RequestLimitExceeded: 'throttled',
  ThrottlingException: 'throttled',
};

/** The view with the images that changes are made of. */
export const wholeView = 'NEW_AND_OLD_IMAGES';

/** The stream of one table. Rejects with `REQUEST_FAILED`, or the signal's reason if that aborts a request. */
export class TableStream {
  readonly table: string;
  readonly #arn: string;
  readonly #client: StreamsClient;
  readonly #options: RequestOptions;

  private constructor(table: string, arn: string, client: StreamsClient, signal: AbortSignal | undefined) {
    this.table = table;
    this.#arn = arn;
    this.#client = client;
    this.#options = signal ? { abortSignal: signal } : {};
  }

  /** Finds the stream of a table. Rejects with `STREAM_VIEW` if it has none with both images. */
  static async of(
    transport: Transport,
    table: string,
    client: StreamsClient,
    signal: AbortSignal | undefined,
  ): Promise<TableStream> {
    const { LatestStreamArn: arn, StreamSpecification: stream } = (await describeTable(transport, table)) ?? {};
    // a stream that was turned off keeps its ARN
    if (!arn || !stream?.StreamEnabled) throw new MapperError('STREAM_VIEW', { table, found: 'no stream' });
    const { StreamViewType: view } = stream;
    if (view !== wholeView) throw new MapperError('STREAM_VIEW', { table, found: `the view ${view}` });
    return new TableStream(table, arn, client, signal);
  }

  /** All shards of the stream that still have records, or `'throttled'`. */
  async shards(): Promise<readonly Shard[] | 'throttled'> {
    const shards: Shard[] = [];
    let last: string | undefined;
    do {
      const input = { StreamArn: this.#arn, ...(last !== undefined && { ExclusiveStartShardId: last }) };
      const answer = await this.#ask('DescribeStream', () => this.#client.describeStream(input, this.#options));
      if (answer === 'throttled') return answer;
      if (typeof answer === 'string') throw new MapperError('STREAM_VIEW', { table: this.table, found: 'no stream' });
      const { LastEvaluatedShardId: next, Shards: page = [] } = answer.StreamDescription ?? {};
      for (const { ParentShardId: parent, SequenceNumberRange: range, ShardId: id } of page) {
        if (id !== undefined) shards.push({ id, parent, isClosed: range?.EndingSequenceNumber !== undefined });
      }
      last = next;
    } while (last !== undefined);
    return shards;
  }

  /** An iterator from a place in a shard; `undefined` if the engine has none. */
  async iterator(shard: string, start: ShardStart): Promise<{ readonly iterator: string | undefined } | ShardTrouble> {
    const place = { StreamArn: this.#arn, ShardId: shard };
    const input: IteratorRequest =
      typeof start === 'object'
        ? { ...place, ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: start.after }
        : { ...place, ShardIteratorType: start === 'latest' ? 'LATEST' : 'TRIM_HORIZON' };
    const answer = await this.#ask('GetShardIterator', () => this.#client.getShardIterator(input, this.#options));
    return typeof answer === 'string' ? answer : { iterator: answer.ShardIterator };
  }

  /** The next page. Without `Limit`: Alternator may cut through records that belong together. */
  async page(iterator: string): Promise<ShardPage | ShardTrouble> {
    const input = { ShardIterator: iterator };
    const answer = await this.#ask('GetRecords', () => this.#client.getRecords(input, this.#options));
    return typeof answer === 'string' ? answer : { records: answer.Records ?? [], next: answer.NextShardIterator };
  }

  async #ask<R extends object>(operation: string, send: () => Promise<R>): Promise<R | ShardTrouble> {
    try {
      return await send();
    } catch (thrown) {
      this.#options.abortSignal?.throwIfAborted();
      const name = nameOf(thrown);
      const trouble = Object.hasOwn(troubles, name) ? troubles[name] : undefined;
      if (trouble) return trouble;
      const details = { operation, table: this.table, reason: name };
      throw new MapperError('REQUEST_FAILED', details, { cause: safeCause(thrown) });
    }
  }
}
