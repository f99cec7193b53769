import type { WireItem } from '../codec/wire.js';
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
  /** Some of them: of all failed items, the first 100 are named. */
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

/** A failed item as it is noted. */
export interface NotedFailure {
  readonly code: ErrorCode;
  /** Its key, with bytes as base64 text. */
  readonly key: WireItem;
  readonly version: number | undefined;
}

/** Counts as they are stored with a job. */
interface StoredCounts {
  readonly outcomes: Readonly<Record<SweepOutcome, number>>;
  readonly failed: Readonly<Partial<Record<ErrorCode, number>>>;
  readonly failures: readonly NotedFailure[];
}

/** The most failed items that are noted, and how long their JSON may be: an item of an engine has at most 400 kB. */
const mostNoted = 100;
const mostNotedBytes = 100_000;

/** Counts that grow. */
export class SweepTally {
  readonly #outcomes: Record<SweepOutcome, number> = { rewritten: 0, alreadyThere: 0, raced: 0, gone: 0, expiring: 0 };
  readonly #failed = new Map<ErrorCode, number>();
  readonly #failures: NotedFailure[] = [];
  #notedBytes = 0;

  /** Counts that were stored. */
  static parse(text: string): SweepTally {
    const { failed, failures, outcomes } = JSON.parse(text) as StoredCounts;
    const tally = new SweepTally();
    Object.assign(tally.#outcomes, outcomes);
    for (const [code, count] of Object.entries(failed)) tally.#failed.set(code as ErrorCode, count);
    tally.#note(failures);
    return tally;
  }

  /** The failed items that are noted, which can be fewer than failed. */
  get failures(): readonly NotedFailure[] {
    return this.#failures;
  }

  /** How many items failed. */
  get failedCount(): number {
    return [...this.#failed.values()].reduce((sum, count) => sum + count, 0);
  }

  add(outcome: SweepOutcome): void {
    this.#outcomes[outcome]++;
  }

  fail(failure: NotedFailure): void {
    this.#failed.set(failure.code, (this.#failed.get(failure.code) ?? 0) + 1);
    this.#note([failure]);
  }

  addAll(more: SweepTally): void {
    for (const outcome of Object.keys(this.#outcomes) as SweepOutcome[])
      this.#outcomes[outcome] += more.#outcomes[outcome];
    for (const [code, count] of more.#failed) this.#failed.set(code, (this.#failed.get(code) ?? 0) + count);
    this.#note(more.#failures);
  }

  /** The same counts without the failed items that are noted. */
  withoutNoted(): SweepTally {
    const tally = new SweepTally();
    tally.addAll(this);
    tally.#notedBytes = 0;
    for (const { code } of tally.#failures.splice(0)) {
      const left = (tally.#failed.get(code) ?? 0) - 1;
      if (left > 0) tally.#failed.set(code, left);
      else tally.#failed.delete(code);
    }
    return tally;
  }

  counts(nameOf: (key: WireItem) => ErrorKey): SweepCounts {
    const outcomes = { ...this.#outcomes };
    const examined = Object.values(outcomes).reduce((sum, count) => sum + count, this.failedCount);
    const failed = [...this.#failed].map(([code, count]) => {
      const noted = this.#failures.filter((failure) => failure.code === code);
      return [code, { count, items: noted.map(({ key, version }) => ({ key: nameOf(key), version })) }] as const;
    });
    return { examined, ...outcomes, failed: Object.fromEntries(failed) };
  }

  #note(failures: readonly NotedFailure[]): void {
    for (const failure of failures) {
      const bytes = this.#notedBytes + Buffer.byteLength(JSON.stringify(failure));
      if (this.#failures.length >= mostNoted || bytes > mostNotedBytes) return;
      this.#notedBytes = bytes;
      this.#failures.push(failure);
    }
  }

  toString(): string {
    const stored: StoredCounts = {
      outcomes: this.#outcomes,
      failed: Object.fromEntries(this.#failed),
      failures: this.#failures,
    };
    return JSON.stringify(stored);
  }
}
