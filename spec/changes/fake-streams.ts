import { setImmediate as turn } from 'node:timers/promises';
import { type Class, Mapper, type StreamsClient } from 'dynamo-evolve';
import type { Timer } from '../../lib/operations/pace.js';

type Answers = { readonly [M in keyof StreamsClient]: Awaited<ReturnType<StreamsClient[M]>> };
export type FakeRecord = NonNullable<Answers['getRecords']['Records']>[number];

interface FakeShard {
  readonly parent: string | undefined;
  readonly records: FakeRecord[];
  isClosed: boolean;
  /** How many of the records have been removed. */
  trimmed: number;
}

/** Time that passes only while somebody sleeps. */
export class FakeTimer implements Timer {
  #now = 0;
  readonly naps: number[] = [];
  onSleep: (now: number) => void = () => {};

  now(): number {
    return this.#now;
  }

  async sleep(milliseconds: number): Promise<void> {
    this.naps.push(milliseconds);
    await turn();
    this.#now += milliseconds;
    this.onSleep(this.#now);
  }
}

/** Time that passes for several sleepers at once, and only while a spec lets it. */
export class VirtualTimer implements Timer {
  #now = 0;
  #sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number, { signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = () => {
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      this.#sleepers.push({ at: this.#now + milliseconds, wake });
      signal?.addEventListener('abort', wake, { once: true });
    });
  }

  /** Lets so much time pass: everybody does what there is to do before it goes on. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (;;) {
      await turn();
      const next = this.#sleepers.toSorted((a, b) => a.at - b.at)[0];
      if (!next || next.at > end) break;
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next);
      this.#now = next.at;
      next.wake();
    }
    this.#now = end;
  }
}

/** The streams of an engine that does what a spec says. */
export class FakeStreams implements StreamsClient {
  readonly shards = new Map<string, FakeShard>();
  readonly requests: string[] = [];
  readonly #failures: { readonly method: string; readonly name: string }[] = [];
  readonly #expired = new Set<string>();
  shardsPerPage = 2;
  recordsPerPage = 3;
  #iterators = 0;
  #numbers = 0;

  /** The next request by a method fails. */
  fail(method: keyof StreamsClient, name: string): void {
    this.#failures.push({ method, name });
  }

  /** All iterators that were handed out expire. */
  expire(): void {
    for (let number = 1; number <= this.#iterators; number++) this.#expired.add(String(number));
  }

  add(id: string, parent?: string): void {
    this.shards.set(id, { parent, records: [], isClosed: false, trimmed: 0 });
  }

  /** Closes a shard, and begins others in its place. */
  split(id: string, ...children: readonly string[]): void {
    this.#shard(id).isClosed = true;
    for (const child of children) this.add(child, id);
  }

  /** Adds the record of an item that is new; with the number of the last one, if it belongs to that. */
  put(shard: string, id: string, { at = new Date(), isSame = false, version = 1 } = {}): void {
    if (!isSame) this.#numbers++;
    this.#shard(shard).records.push({
      dynamodb: {
        Keys: { id: { S: id } },
        NewImage: { id: { S: id }, schema_version: { N: String(version) } },
        SequenceNumber: String(this.#numbers).padStart(9, '0'),
        ApproximateCreationDateTime: at,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
  }

  async describeStream({ ExclusiveStartShardId: last }: Parameters<StreamsClient['describeStream']>[0]) {
    this.#request('describeStream', last ?? '');
    const all = [...this.shards];
    const from = last === undefined ? 0 : all.findIndex(([id]) => id === last) + 1;
    const page = all.slice(from, from + this.shardsPerPage);
    const Shards = page.map(([ShardId, { isClosed, parent }]) => ({
      ShardId,
      ParentShardId: parent,
      SequenceNumberRange: isClosed ? { EndingSequenceNumber: '999999999' } : {},
    }));
    const LastEvaluatedShardId = from + page.length < all.length ? page.at(-1)?.[0] : undefined;
    return { StreamDescription: { Shards, LastEvaluatedShardId } };
  }

  async getShardIterator(input: Parameters<StreamsClient['getShardIterator']>[0]) {
    const { SequenceNumber: number = '', ShardId: id, ShardIteratorType: type } = input;
    this.#request('getShardIterator', `${id} ${type} ${number}`.trim());
    const { records, trimmed } = this.#shard(id);
    if (type === 'LATEST') return this.#iterator(id, records.length);
    if (type === 'TRIM_HORIZON') return this.#iterator(id, trimmed);
    const place = records.findLastIndex(({ dynamodb }) => String(dynamodb?.SequenceNumber) <= number) + 1;
    if (place < trimmed) throw failure('TrimmedDataAccessException');
    return this.#iterator(id, place);
  }

  async getRecords({ ShardIterator: iterator }: Parameters<StreamsClient['getRecords']>[0]) {
    const [number = '', id = '', place] = iterator.split(' ');
    this.#request('getRecords', id);
    if (this.#expired.has(number)) throw failure('ExpiredIteratorException');
    const { isClosed, records, trimmed } = this.#shard(id);
    const from = Number(place);
    if (from < trimmed) throw failure('TrimmedDataAccessException');
    let to = Math.min(from + this.recordsPerPage, records.length);
    // records of one number are never told apart
    while (to < records.length && numberOf(records[to]) === numberOf(records[to - 1])) to++;
    const isEnd = isClosed && to === records.length;
    const { ShardIterator: next } = isEnd ? { ShardIterator: undefined } : this.#iterator(id, to);
    return { Records: records.slice(from, to), NextShardIterator: next };
  }

  #iterator(id: string, place: number) {
    return { ShardIterator: `${++this.#iterators} ${id} ${place}` };
  }

  #request(method: keyof StreamsClient, what: string): void {
    this.requests.push(`${method} ${what}`.trim());
    const at = this.#failures.findIndex((each) => each.method === method);
    if (at >= 0) throw failure(this.#failures.splice(at, 1)[0]!.name);
  }

  #shard(id: string): FakeShard {
    const shard = this.shards.get(id);
    if (!shard) throw failure('ResourceNotFoundException');
    return shard;
  }
}

function numberOf(record: FakeRecord | undefined): string | undefined {
  return record?.dynamodb?.SequenceNumber;
}

function failure(name: string): Error {
  return Object.assign(new Error(name), { name });
}

/** A mapper whose tables have streams, as the engine describes them. */
export function streamingMapper(entities: readonly Class[], stream: object = wholeStream): Mapper {
  return new Mapper({ client: { send: async () => ({ Table: stream }) } as never, entities });
}

export const wholeStream = {
  LatestStreamArn: 'arn:stream',
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
};
