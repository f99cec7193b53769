import { MapperError } from '../errors.js';
import type { Shard, ShardStart, ShardTrouble, StreamRecord, TableStream } from '../store/streams.js';
import type { Position } from './position.js';

/** Pauses between requests for a shard, in milliseconds: the first one, which doubles up to the longest. */
const pauses = {
  empty: { first: 200, longest: 2_000 },
  throttled: { first: 500, longest: 30_000 },
} as const;

/** By how much the clocks of engines and processes may differ, in milliseconds. */
const clockTolerance = 60_000;

/** What became of an attempt to read a page. */
export interface ReadPage {
  readonly records: readonly StreamRecord[];
  /** Whether there is nothing behind this page, and never will be. */
  readonly isLast: boolean;
}

/** Reads one shard, page by page, and says when it should be asked again. */
export class ShardReader {
  readonly stream: TableStream;
  readonly shard: Shard;
  readonly key: string;
  /** Up to where the changes are acknowledged. */
  position: Position;
  /** When to ask for the next page, by the clock of the caller. */
  dueAt = 0;
  /** When the position was noted last. */
  notedAt = 0;
  #startsNow: boolean;
  #iterator: string | undefined;
  #pause = 0;

  /** `startsNow`: a position that is a time means the present. */
  constructor(stream: TableStream, shard: Shard, position: Position, startsNow: boolean) {
    this.stream = stream;
    this.shard = shard;
    this.key = shardKey(stream, shard.id);
    this.position = position;
    this.#startsNow = startsNow;
  }

  /** The next page; `undefined` if there is none for now. Rejects with `TRIMMED_DATA`. */
  async read(now: number): Promise<ReadPage | undefined> {
    if (this.#iterator === undefined) {
      const answer = await this.stream.iterator(this.shard.id, this.#start());
      if (typeof answer === 'string') return this.#handle(answer, now);
      if (answer.iterator === undefined) return { records: [], isLast: true };
      this.#iterator = answer.iterator;
      // one that follows an expired one must not leave out what came meanwhile
      this.#startsNow = false;
    }
    const page = await this.stream.page(this.#iterator);
    if (typeof page === 'string') return this.#handle(page, now);
    const { next, records } = page;
    this.#iterator = next;
    if (records.length === 0 && next !== undefined) this.#wait('empty', now);
    else this.#pause = 0;
    return { records: records.filter((record) => this.#isWanted(record)), isLast: next === undefined };
  }

  /** Goes on with the oldest record that is left. */
  skipTrimmed(): void {
    this.#iterator = undefined;
    this.position = 'oldest';
  }

  #start(): ShardStart {
    const { position } = this;
    if (typeof position === 'string') return 'oldest';
    if ('after' in position) return position;
    return this.#startsNow ? 'latest' : 'oldest';
  }

  #handle(trouble: ShardTrouble, now: number): undefined {
    if (trouble === 'throttled') return this.#wait('throttled', now);
    this.#iterator = undefined;
    // nothing of such a shard was promised
    if (trouble === 'expired') return undefined;
    if (this.position !== 'oldest') throw trimmedData(this.stream.table, this.shard.id, this.position);
    // the next iterator is that of the oldest record again
    return this.#wait('empty', now);
  }

  #wait(why: keyof typeof pauses, now: number): undefined {
    const { first, longest } = pauses[why];
    this.#pause = Math.min(Math.max(this.#pause * 2, first), longest);
    this.dueAt = now + this.#pause;
    return undefined;
  }

  /** Whether a record isn't from before the time from which on changes are wanted. */
  #isWanted({ dynamodb }: StreamRecord): boolean {
    const { position } = this;
    if (typeof position === 'string' || !('since' in position)) return true;
    const at = dynamodb?.ApproximateCreationDateTime?.getTime();
    return at === undefined || at >= position.since - clockTolerance;
  }
}

/** The key of a shard, among those of all tables. */
export function shardKey({ table }: TableStream, shard: string): string {
  return `${table}/${shard}`;
}

/** The error for a place that the stream no longer has. */
export function trimmedData(table: string, shard: string, position: Position): MapperError {
  const time = typeof position === 'string' ? undefined : 'since' in position ? position.since : position.at;
  const since = time === undefined ? undefined : new Date(time).toISOString();
  return new MapperError('TRIMMED_DATA', { table, shard, since });
}
