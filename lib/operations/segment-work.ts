import type { WireItem } from '../codec/wire.js';
import { SweepTally } from './sweep-counts.js';

/** A segment of a table to sweep, from a position on. */
export interface SegmentWork {
  readonly number: number;
  readonly total: number;
  readonly start: WireItem | undefined;
  /** The keys of the only items to sweep, if it isn't the whole segment. */
  readonly keys: readonly WireItem[] | undefined;
  /** Notes what was done up to a position, `undefined` at the segment's end. Resolves to whether to go on. */
  checkpoint(next: WireItem | undefined, done: SweepTally): Promise<boolean>;
  /**
   * Gives the segment back before its end. What was done since the last checkpoint counts here; whoever takes the segment
   * examines it again.
   */
  release(done: SweepTally): Promise<void>;
}

/** Where the segments come from. */
export interface WorkSource {
  /** How many segments there are, once it is open. */
  readonly total: number;
  /** How many of them are done. */
  readonly done: number;
  /** Whether a segment is done. */
  isDone(number: number): boolean;
  /** How many workers share them. */
  readonly workers: number;
  /** What became of the items so far. */
  readonly tally: SweepTally;
  /** Must be called first. */
  open(): Promise<void>;
  /** The next segment; `undefined` if there are none left, or after `stop`. */
  take(): Promise<SegmentWork | undefined>;
  /** Ends a `take` that waits for others. */
  stop(): void;
  /** Gives back whatever is still taken. Must be called last, and never rejects. */
  end(): Promise<void>;
}

/** All segments of a table, in the memory of one process. */
export class LocalWork implements WorkSource {
  readonly total: number;
  readonly workers = 1;
  readonly tally = new SweepTally();
  readonly #done = new Set<number>();
  #next = 0;

  constructor(total: number) {
    this.total = total;
  }

  get done(): number {
    return this.#done.size;
  }

  isDone(number: number): boolean {
    return this.#done.has(number);
  }

  async open(): Promise<void> {}

  async take(): Promise<SegmentWork | undefined> {
    if (this.#next >= this.total) return undefined;
    const number = this.#next++;
    const checkpoint = async (next: WireItem | undefined, done: SweepTally) => {
      this.tally.addAll(done);
      if (next === undefined) this.#done.add(number);
      return true;
    };
    const release = async (done: SweepTally) => this.tally.addAll(done);
    return { number, total: this.total, start: undefined, keys: undefined, checkpoint, release };
  }

  stop(): void {
    this.#next = this.total;
  }

  async end(): Promise<void> {}
}
