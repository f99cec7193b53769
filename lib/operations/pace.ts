import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How many items a sweep rewrites in a second: at most so many, or as many as the engine takes without strain.
 * `adaptive` starts slowly, doubles each second until requests are throttled, lost or slower than in the sweep's first
 * minute, halves then, and goes on in small steps. Latency counts because Alternator reports no consumed capacity.
 */
export type SweepRate = 'adaptive' | { readonly items: number };

/** The rate of a sweep, and why it is what it is. */
export interface CurrentRate {
  readonly itemsPerSecond: number;
  readonly because: string;
}

/** What a pace waits with. */
export interface Timer {
  /** A time in milliseconds that only grows. */
  now(): number;
  /** Waits, but no longer than until the signal aborts. Keeps the process alive unless `ref` is false. */
  sleep(milliseconds: number, options?: { readonly signal?: AbortSignal; readonly ref?: boolean }): Promise<unknown>;
}

export const systemTimer: Timer = {
  now: () => performance.now(),
  sleep: (milliseconds, options) => sleep(milliseconds, undefined, options).catch(() => {}),
};

const firstRate = 200;
const step = 25;
/** Waits of less than this aren't worth a timer. */
const shortest = 4;
const window = 1_000;
const calibration = 60_000;
/**
 * How much slower than in the first minute requests may become: twice as slow, and some milliseconds that mean nothing.
 */
const slowdown = 2;
const tolerance = 5;

/** Says when a rewrite may start. */
export class Pace {
  readonly #timer: Timer;
  readonly #isAdaptive: boolean;
  readonly #onChange: (rate: CurrentRate) => void;
  /** How many processes share the rate. */
  #shares = 1;
  #rate: number;
  #because: string;
  #next: number;
  #windowStart: number;
  #latencies: number[] = [];
  #baseline = Infinity;
  /** When the first window began in which requests were answered. */
  #calibratedFrom: number | undefined;
  #strain: string | undefined;
  #isFirstClimb = true;

  /** Calls `onChange` when the rate has changed. */
  constructor(rate: SweepRate, timer: Timer = systemTimer, onChange: (rate: CurrentRate) => void = () => {}) {
    this.#timer = timer;
    this.#onChange = onChange;
    this.#isAdaptive = rate === 'adaptive';
    this.#rate = rate === 'adaptive' ? firstRate : rate.items;
    this.#because = rate === 'adaptive' ? 'starting' : 'fixed';
    this.#next = this.#windowStart = timer.now();
  }

  get current(): CurrentRate {
    return { itemsPerSecond: Math.round(this.#rate), because: this.#because };
  }

  /** After a pause: what was measured before it says nothing of now. */
  restart(): void {
    this.#windowStart = this.#timer.now();
    this.#latencies = [];
    this.#strain = undefined;
  }

  /** Waits until the next rewrite may start, but no longer than until the signal aborts. */
  async admit(signal?: AbortSignal): Promise<void> {
    this.#adapt();
    const now = this.#timer.now();
    const turn = Math.max(this.#next, now);
    this.#next = turn + (1_000 * this.#shares) / this.#rate;
    if (turn - now > shortest) await this.#timer.sleep(turn - now, signal && { signal });
  }

  /** So many processes share the rate from now on. An adaptive one finds its share by itself. */
  share(processes: number): void {
    if (!this.#isAdaptive) this.#shares = processes;
  }

  /** A write was answered after so many milliseconds. */
  answered(milliseconds: number): void {
    if (this.#isAdaptive) this.#latencies.push(milliseconds);
  }

  /** The engine shows strain. */
  strained(because: string): void {
    this.#strain ??= because;
  }

  #adapt(): void {
    const now = this.#timer.now();
    const elapsed = now - this.#windowStart;
    if (!this.#isAdaptive || elapsed < window) return;
    const typical = median(this.#latencies);
    const achieved = (this.#latencies.length * 1_000) / elapsed;
    if (typical !== undefined) {
      this.#calibratedFrom ??= this.#windowStart;
      const isFirstMinute = this.#baseline === Infinity || now - this.#calibratedFrom < calibration;
      if (isFirstMinute) this.#baseline = Math.min(this.#baseline, typical);
    }
    if (typical !== undefined && typical > this.#baseline * slowdown + tolerance) {
      this.#strain ??= `requests take ${Math.round(typical)} ms instead of ${Math.round(this.#baseline)} ms`;
    }
    const before = this.#rate;
    if (this.#strain !== undefined) {
      this.#rate = Math.max(1, Math.min(this.#rate, achieved) / 2);
      this.#because = this.#strain;
      this.#isFirstClimb = false;
    } else if (achieved >= this.#rate * 0.8) {
      this.#rate += this.#isFirstClimb ? this.#rate : step;
      this.#because = 'the engine shows no strain';
    }
    this.#windowStart = now;
    this.#latencies = [];
    this.#strain = undefined;
    if (this.#rate !== before) this.#onChange(this.current);
  }
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
