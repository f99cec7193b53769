import { setInterval } from 'node:timers';
import type { ErrorCode } from '../errors.js';
import type { Class } from '../model/class.js';
import { type JobContexts, jobContexts } from '../operations/job-store.js';
import { Sweep, type SweepProgress } from '../operations/sweep.js';
import type { SweepCounts } from '../operations/sweep-counts.js';
import type { SweepOptions } from '../operations/sweep-options.js';
import { contextFor, type EntityContext, type RepositoryHost } from '../read/entity-context.js';
import type { Answer, Operation, RequestOf, Transport } from '../store/transport.js';
import { type BrokenItem, brokenItem } from './broken-item.js';
import { type Problem, problemOf } from './problem.js';

/** What was measured in an interval. */
export interface SweepSample {
  /** Seconds since the start. */
  readonly second: number;
  /** Items rewritten in a second. */
  readonly rate: number;
  /** What the sweep allows itself, in items a second. */
  readonly allowed: number;
  /** How long requests took, in milliseconds: half of them less, and 95 % of them less. Absent without requests. */
  readonly median: number | undefined;
  readonly slow: number | undefined;
}

/** How far a sweep of the studio is. */
export interface SweepStatus {
  readonly job: string | undefined;
  readonly state: SweepProgress['state'] | 'failed';
  readonly problem?: Problem;
  readonly segments: { readonly done: number; readonly total: number };
  readonly outcomes: Omit<SweepCounts, 'failed'>;
  readonly codes: Readonly<Record<string, number>>;
  readonly broken: readonly BrokenItem[];
  readonly rate: SweepProgress['rate'];
  readonly requests: number;
  readonly milliseconds: number;
  readonly samples: readonly SweepSample[];
}

const interval = 500;
const mostSamples = 1_200;

/** A sweep that the page started. */
export class SweepRun {
  readonly #context: EntityContext<object>;
  readonly #sweep: Sweep;
  readonly #job: string | undefined;
  readonly #samples: SweepSample[] = [];
  readonly #latencies: number[] = [];
  #rewritten = 0;
  #problem: Problem | undefined;

  /** Starts at once. */
  constructor(host: RepositoryHost, target: Class, options: SweepOptions) {
    const context = host[contextFor](target);
    const table = context.table.through((inner) => new TimedTransport(inner, this.#latencies));
    const jobs = (): JobContexts => jobContexts(host);
    this.#context = context;
    this.#job = options.job;
    this.#sweep = new Sweep({ ...context, table }, options, jobs);
    const timer = setInterval(() => this.#measure(), interval);
    timer.unref();
    this.#sweep.result
      .catch((error: unknown) => (this.#problem = problemOf(error)))
      .finally(() => {
        clearInterval(timer);
        this.#measure();
      })
      .catch(() => {});
  }

  get isRunning(): boolean {
    const { state } = this.#sweep.progress;
    return !this.#problem && (state === 'running' || state === 'paused');
  }

  pause(): void {
    this.#sweep.pause();
  }

  resume(): void {
    this.#sweep.resume();
  }

  async cancel(): Promise<void> {
    this.#sweep.cancel();
    await this.#sweep.result.catch(() => {});
  }

  get status(): SweepStatus {
    const { bytes: _bytes, failed, milliseconds, rate, requests, segments, state, ...outcomes } = this.#sweep.progress;
    const codes = Object.entries(failed);
    return {
      job: this.#job,
      state: this.#problem ? 'failed' : state,
      ...(this.#problem && { problem: this.#problem }),
      segments,
      outcomes,
      codes: Object.fromEntries(codes.map(([code, { count }]) => [code, count])),
      broken: codes.flatMap(([code, { items }]) =>
        items.map(({ key, version }) => brokenItem(this.#context, { key, version, code: code as ErrorCode })),
      ),
      rate,
      requests,
      milliseconds,
      samples: this.#samples,
    };
  }

  #measure(): void {
    const { milliseconds, rate, rewritten } = this.#sweep.progress;
    const second = milliseconds / 1_000;
    const last = this.#samples.at(-1)?.second ?? 0;
    if (second - last < 0.05) return;
    const taken = this.#latencies.splice(0).toSorted((a, b) => a - b);
    this.#samples.push({
      second: rounded(second),
      rate: rounded((rewritten - this.#rewritten) / (second - last)),
      allowed: rate.itemsPerSecond,
      median: taken[Math.floor(taken.length / 2)],
      slow: taken[Math.floor(taken.length * 0.95)],
    });
    this.#rewritten = rewritten;
    if (this.#samples.length > mostSamples) this.#samples.shift();
  }
}

/** Notes how long each request takes. */
class TimedTransport implements Transport {
  readonly #inner: Transport;
  readonly #latencies: number[];

  constructor(inner: Transport, latencies: number[]) {
    this.#inner = inner;
    this.#latencies = latencies;
  }

  async send<O extends Operation>(operation: O, request: RequestOf<O>, signal?: AbortSignal): Promise<Answer<O>> {
    const began = performance.now();
    try {
      return await this.#inner.send(operation, request, signal);
    } finally {
      this.#latencies.push(rounded(performance.now() - began));
    }
  }
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
