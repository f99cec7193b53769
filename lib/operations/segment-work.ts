import type { WireItem } from '../codec/wire.js';
import type { SweepTally } from './sweep-counts.js';

/** A segment of a table to sweep, from a position on. */
export interface SegmentWork {
  readonly number: number;
  readonly total: number;
  readonly start: WireItem | undefined;
  /** Notes what was done up to a position, `undefined` at the segment's end. Resolves to whether to go on. */
  checkpoint(next: WireItem | undefined, done: SweepTally): Promise<boolean>;
  /** Gives the segment back before its end. */
  release(): Promise<void>;
}

/** Where the segments come from. */
export interface WorkSource {
  /** How many segments there are. */
  readonly total: number;
  /** The next segment; `undefined` if there are none left. */
  take(): Promise<SegmentWork | undefined>;
}

/** All segments of a table, in the memory of one process. */
export class LocalWork implements WorkSource {
  readonly total: number;
  #next = 0;

  constructor(total: number) {
    this.total = total;
  }

  async take(): Promise<SegmentWork | undefined> {
    if (this.#next >= this.total) return undefined;
    const number = this.#next++;
    return {
      number,
      total: this.total,
      start: undefined,
      checkpoint: async () => true,
      release: async () => {},
    };
  }
}
