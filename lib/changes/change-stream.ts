import { isMapperError } from '../errors.js';
import { groupBy } from '../model/shared-tables.js';
import { systemTimer, type Timer } from '../operations/pace.js';
import { invalidArgument } from '../query/query-options.js';
import type { EntityContext } from '../read/entity-context.js';
import type { Shard, StreamRecord, TableStream } from '../store/streams.js';
import type { Change } from './change.js';
import { assertChangesOptions, type ChangesOptions, type StreamFailurePolicy } from './changes-options.js';
import { checkpointOf, parseCheckpoint, type Position } from './position.js';
import { changesOf, sortRecord } from './read-change.js';
import { type ConsumerNotes, ConsumerStore } from '../operations/consumer-store.js';
import { SharedLedger } from './shared-ledger.js';
import { OwnLedger, type ShardLedger } from './shard-ledger.js';
import { type ReadPage, shardKey, ShardReader, trimmedData } from './shard-reader.js';
import { type ChangeHost, contextsOf } from './single-change.js';

type Contexts = readonly EntityContext<object>[];

/** How often it is seen which shards there are, in milliseconds, unless leases are shorter than usual. */
const longestLookInterval = 10_000;
const looksPerLease = 3;
/** How soon again if the engine is throttling. */
const throttledInterval = 1_000;
/** How many shards are asked at once. */
const concurrency = 16;
const defaultLease = 60_000;
const defaultCheckpointInterval = 1_000;

/**
 * The changes of tables, shard by shard, as `changes()` of a mapper reads them. Asking for the next change acknowledges
 * the one before. The loop can be left and another one begun: that goes on behind what was acknowledged.
 */
export class ChangeStream<C = Change> implements AsyncIterable<C> {
  readonly #contexts: Contexts;
  readonly #options: ChangesOptions;
  readonly #timer: Timer;
  readonly #ledger: ShardLedger;
  readonly #readers = new Map<string, ShardReader>();
  #lookAt = 0;
  #isRunning = false;

  /** @internal */
  constructor(host: ChangeHost, options: ChangesOptions, timer: Timer = systemTimer, notes?: ConsumerNotes) {
    assertChangesOptions(options);
    this.#options = options;
    this.#contexts = contextsOf(host, options.entities, 'changes()');
    this.#timer = timer;
    this.#ledger = notes || options.consumer !== undefined ? this.#shared(host, notes) : ledgerOf(options);
  }

  #shared(host: ChangeHost, notes?: ConsumerNotes): ShardLedger {
    const { consumer = '', from = 'now', lease = defaultLease } = this.#options;
    const start: Position = from === 'oldest' ? 'oldest' : { since: Date.now() };
    return new SharedLedger(notes ?? new ConsumerStore(host, consumer), start, lease, this.#timer);
  }

  /**
   * Where to go on later, as the option `from`: behind all that is acknowledged. Of changes that the engine has written
   * at once, behind the last.
   */
  get checkpoint(): string {
    const { shards, start } = this.#ledger.progress;
    const unnoted = [...this.#readers].map(([key, { position }]) => [key, position] as const);
    return checkpointOf({ start, shards: new Map([...shards, ...unnoted]) });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<C, never, void> {
    if (this.#isRunning)
      throw invalidArgument('changes()', 'the iteration', 'is running already; call changes() again');
    this.#isRunning = true;
    try {
      this.#assertGoing();
      const streams = await this.#open();
      this.#lookAt = this.#timer.now();
      for (;;) {
        this.#assertGoing();
        if (this.#timer.now() >= this.#lookAt) await this.#look(streams);
        for (const { page, reader } of await this.#readDue()) yield* this.#deliver(reader, page);
      }
    } finally {
      await this.#end();
    }
  }

  async #open(): Promise<ReadonlyMap<TableStream, Contexts>> {
    const { signal, streams: client } = this.#options;
    const byTable = groupBy(this.#contexts, ({ table }) => table);
    const streams = await Promise.all([...byTable.keys()].map((table) => table.stream(client, signal)));
    await this.#ledger.open();
    return new Map(streams.map((stream, at) => [stream, [...byTable.values()][at] as Contexts]));
  }

  #assertGoing(): void {
    this.#options.signal?.throwIfAborted();
    this.#contexts[0]?.assertOpen('changes()');
  }

  /** Sees which shards there are, and takes those whose turn it is: parents come before their children. */
  async #look(streams: ReadonlyMap<TableStream, Contexts>): Promise<void> {
    const listed = new Map<string, { readonly stream: TableStream; readonly shard: Shard }>();
    for (const stream of streams.keys()) {
      const shards = await stream.shards();
      if (shards === 'throttled') {
        this.#lookAt = this.#timer.now() + throttledInterval;
        return;
      }
      for (const shard of shards) listed.set(shardKey(stream, shard.id), { stream, shard });
    }
    const { lease = defaultLease } = this.#options;
    this.#lookAt = this.#timer.now() + Math.min(longestLookInterval, lease / looksPerLease);
    const ledger = this.#ledger;
    const isDone = (key: string) => ledger.progress.shards.get(key) === 'done';
    for (const key of await ledger.look([...listed.keys()])) await this.#giveBack(key);
    for (const [key, position] of ledger.progress.shards) {
      if (!listed.has(key) && !this.#readers.has(key)) await this.#forget(key, position);
    }
    const { startsNow } = ledger;
    for (const [key, { shard, stream }] of listed) {
      if (this.#readers.has(key) || isDone(key)) continue;
      if (startsNow && shard.isClosed && !ledger.progress.shards.has(key)) {
        if (await ledger.take(key)) await ledger.giveBack(key, 'done');
        continue;
      }
      const parent = shard.parent === undefined ? undefined : shardKey(stream, shard.parent);
      if (parent !== undefined && listed.has(parent) && !isDone(parent)) continue;
      const position = await ledger.take(key);
      if (position !== undefined) {
        this.#readers.set(key, new ShardReader(stream, shard, position, startsNow));
      }
    }
  }

  /** A shard that the stream no longer has: what wasn't read of it is missing. */
  async #forget(key: string, position: Position): Promise<void> {
    const [table = '', shard = ''] = key.split(/\/(.*)/s);
    if ((await this.#ledger.take(key)) === undefined) return;
    if (typeof position !== 'string') answer(this.#options.onTrimmed, trimmedData(table, shard, position));
    await this.#ledger.forget(key);
  }

  /** Pages of the shards whose turn it is; waits if there are none. */
  async #readDue(): Promise<{ readonly reader: ShardReader; readonly page: ReadPage }[]> {
    const now = this.#timer.now();
    const waiting = [...this.#readers.values()].toSorted((a, b) => a.dueAt - b.dueAt);
    const due = waiting.filter(({ dueAt }) => dueAt <= now).slice(0, concurrency);
    if (due.length === 0) {
      const next = Math.min(this.#lookAt, waiting[0]?.dueAt ?? Infinity);
      const { signal } = this.#options;
      await this.#timer.sleep(Math.max(next - now, 1), signal && { signal });
      return [];
    }
    const pages = await Promise.all(due.map((reader) => this.#read(reader, now)));
    return due.flatMap((reader, at) => (pages[at] ? [{ reader, page: pages[at] }] : []));
  }

  async #read(reader: ShardReader, now: number): Promise<ReadPage | undefined> {
    // the others have their turn first
    reader.dueAt = now;
    try {
      return await reader.read(now);
    } catch (error) {
      if (!isMapperError(error, 'TRIMMED_DATA')) throw error;
      answer(this.#options.onTrimmed, error);
      reader.skipTrimmed();
      return undefined;
    }
  }

  async *#deliver(reader: ShardReader, { isLast, records }: ReadPage): AsyncGenerator<C, void, void> {
    const { checkpointInterval = defaultCheckpointInterval } = this.#options;
    for (const [at, record] of records.entries()) {
      const { position } = reader;
      const changes = this.#changesOf(reader, record);
      for (const change of changes) {
        yield change as C;
        // even if no other may follow
        if (change === changes.at(-1)) acknowledge(reader, records, at);
        this.#assertGoing();
      }
      acknowledge(reader, records, at);
      // behind the last of a page it is noted in any case
      if (at === records.length - 1) break;
      const isMoved = changes.length > 0 && reader.position !== position;
      const isDue = this.#timer.now() - reader.notedAt >= checkpointInterval;
      if (isMoved && isDue && !(await this.#note(reader))) return;
    }
    if (isLast) {
      reader.position = 'done';
      // its children may be read now
      this.#lookAt = this.#timer.now();
    }
    if ((isLast || records.length > 0) && !(await this.#note(reader))) return;
    if (isLast) await this.#giveBack(reader.key);
  }

  #changesOf({ stream }: ShardReader, record: StreamRecord): readonly Change[] {
    const { onUnreadable, unknown } = this.#options;
    const contexts = this.#contexts.filter(({ table }) => table.name === stream.table);
    try {
      return changesOf(sortRecord(contexts, record, { call: 'changes()', unknown }));
    } catch (error) {
      if (!isMapperError(error, 'UNREADABLE_CHANGE')) throw error;
      answer(onUnreadable, error);
      return [];
    }
  }

  /** Notes how far a shard is. Resolves to whether it may be read on. */
  async #note(reader: ShardReader): Promise<boolean> {
    reader.notedAt = this.#timer.now();
    const isKept = await this.#ledger.note(reader.key, reader.position);
    if (!isKept) this.#readers.delete(reader.key);
    return isKept;
  }

  async #giveBack(key: string): Promise<void> {
    const reader = this.#readers.get(key);
    this.#readers.delete(key);
    if (reader) await this.#ledger.giveBack(key, reader.position);
  }

  async #end(): Promise<void> {
    this.#isRunning = false;
    await Promise.allSettled([...this.#readers.keys()].map((key) => this.#giveBack(key)));
    await this.#ledger.end();
  }
}

/** Moves a shard's position behind a record, unless the next one has the same number: it belongs to it. */
function acknowledge(reader: ShardReader, records: readonly StreamRecord[], at: number): void {
  const { ApproximateCreationDateTime: time, SequenceNumber: number } = records[at]?.dynamodb ?? {};
  if (number === undefined || records[at + 1]?.dynamodb?.SequenceNumber === number) return;
  reader.position = { after: number, at: time?.getTime() };
}

function answer(
  policy: StreamFailurePolicy = 'throw',
  error: Parameters<Exclude<StreamFailurePolicy, string>>[0],
): void {
  if (policy === 'throw') throw error;
  policy(error);
}

function ledgerOf({ from = 'now' }: ChangesOptions): ShardLedger {
  const none = new Map<string, Position>();
  if (from === 'now') return new OwnLedger({ start: { since: Date.now() }, shards: none }, true);
  return new OwnLedger(from === 'oldest' ? { start: 'oldest', shards: none } : parseCheckpoint(from), false);
}
