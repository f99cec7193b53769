import type { ErrorCode, ErrorKey } from '../errors.js';

/** How one item ended. */
export type SweepOutcome = 'rewritten' | 'alreadyThere' | 'raced' | 'gone' | 'expiring';

/** An item that a sweep couldn't bring to the wanted version. */
export interface FailedItem {
  readonly key: ErrorKey;
  /** The stored version; `undefined` if its version attribute doesn't hold one. */
  readonly version: number | undefined;
}

/** Items that failed with one code. */
export interface FailedItems {
  readonly count: number;
  /** The first 100 of them. */
  readonly items: readonly FailedItem[];
}

/** What became of the items of a class. Each examined item is counted under one outcome. */
export interface SweepCounts {
  readonly examined: number;
  /** Brought to the wanted version. */
  readonly rewritten: number;
  /** Of the wanted version before. */
  readonly alreadyThere: number;
  /** Changed by somebody else meanwhile, and of the wanted version then. */
  readonly raced: number;
  /** Deleted, or replaced by an item of another class, meanwhile. */
  readonly gone: number;
  /** Left alone because they expire within a minute. */
  readonly expiring: number;
  /** Not brought to the wanted version, by the code of the error. */
  readonly failed: Readonly<Partial<Record<ErrorCode, FailedItems>>>;
}

/** The most failed items that are named, of each code. */
const mostNamed = 100;

/** Counts that grow. */
export class SweepTally {
  readonly #outcomes: Record<SweepOutcome, number> = { rewritten: 0, alreadyThere: 0, raced: 0, gone: 0, expiring: 0 };
  readonly #failed = new Map<ErrorCode, { count: number; items: FailedItem[] }>();

  /** How many items failed. */
  get failures(): number {
    return [...this.#failed.values()].reduce((sum, { count }) => sum + count, 0);
  }

  add(outcome: SweepOutcome): void {
    this.#outcomes[outcome]++;
  }

  fail(code: ErrorCode, item: FailedItem): void {
    this.#addFailed(code, { count: 1, items: [item] });
  }

  addAll({ counts }: SweepTally): void {
    this.addCounts(counts);
  }

  addCounts(counts: SweepCounts): void {
    for (const outcome of Object.keys(this.#outcomes) as SweepOutcome[]) this.#outcomes[outcome] += counts[outcome];
    for (const [code, failed] of Object.entries(counts.failed)) this.#addFailed(code as ErrorCode, failed);
  }

  get counts(): SweepCounts {
    const outcomes = this.#outcomes;
    const examined = Object.values(outcomes).reduce((sum, count) => sum + count, this.failures);
    const failed = [...this.#failed].map(([code, { count, items }]) => [code, { count, items: [...items] }] as const);
    return { examined, ...outcomes, failed: Object.fromEntries(failed) };
  }

  #addFailed(code: ErrorCode, { count, items }: FailedItems): void {
    const known = this.#failed.get(code) ?? { count: 0, items: [] };
    known.count += count;
    known.items.push(...items.slice(0, mostNamed - known.items.length));
    this.#failed.set(code, known);
  }
}
