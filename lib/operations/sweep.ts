import { setMaxListeners } from 'node:events';
import { wireOf } from '../codec/row.js';
import type { WireItem } from '../codec/wire.js';
import { wireSize } from '../codec/wire-size.js';
import { isMapperError, type MapperError } from '../errors.js';
import { groupBy } from '../model/shared-tables.js';
import type { EntityContext } from '../read/entity-context.js';
import { pageAt, pageParams } from '../store/page-request.js';
import { outputOf, reasonOf } from '../store/transport.js';
import { type SweepEvent, type SweepProgressEvent, type SweepRateEvent, sweepChannel } from '../telemetry.js';
import { Canary } from './canary.js';
import { Gate } from './gate.js';
import { type JobContexts, JobStore } from './job-store.js';
import { inParallel } from './in-parallel.js';
import { LeasedWork } from './leased-work.js';
import { type CurrentRate, Pace, systemTimer } from './pace.js';
import { PoliteTransport } from './polite-transport.js';
import { portableKey } from './portable-key.js';
import { LocalWork, type SegmentWork, type WorkSource } from './segment-work.js';
import { type SweepCounts, SweepTally } from './sweep-counts.js';
import { checkSweepOptions, type SweepOptions } from './sweep-options.js';
import { sweepItem } from './sweep-item.js';

/** How far a sweep is. */
export interface SweepProgress extends SweepCounts {
  readonly state: 'running' | 'paused' | 'done' | 'cancelled';
  readonly segments: { readonly done: number; readonly total: number };
  /** How many requests were sent. */
  readonly requests: number;
  /** The size of what was read, in bytes as engines count. */
  readonly bytes: number;
  readonly milliseconds: number;
  readonly rate: CurrentRate;
}

const segmentsAtOnce = 8;
const defaultLease = 30_000;
/** How many items a page has: what is done again after a crash, in each segment. */
const pageSize = 200;
/** How many partitions of a page are written to at once. */
const writesAtOnce = 8;

/** After how many milliseconds progress is told within a page. */
const longestSilence = 500;

/** Codes of errors that say something of the mapper or the engine and not of one item. */
const fatalCodes = ['MAPPER_CLOSED', 'WRITES_FORBIDDEN', 'INVALID_WRITE_VERSION', 'POINT_OF_NO_RETURN'] as const;

/**
 * Brings every item of a class to the version that its mapper writes. Runs from the start on; `result` tells how it
 * ended, and iteration how far it is. Leaving the loop doesn't end it.
 */
export class Sweep implements AsyncIterable<SweepProgress> {
  /**
   * Resolves when all items were examined, or after `cancel()`. Rejects if the sweep can't go on: with `REQUEST_FAILED`
   * if the engine can't be reached, with `MAPPER_CLOSED`, or with the signal's reason. A failed item doesn't end it.
   */
  readonly result: Promise<SweepProgress>;

  readonly #context: EntityContext<object>;
  readonly #source: WorkSource;
  readonly #job: string | undefined;
  readonly #transport: PoliteTransport;
  readonly #pace: Pace;
  readonly #gate = new Gate();
  /** Aborts when no further item is to be swept. */
  readonly #stopping = new AbortController();
  readonly #canary: Canary | undefined;
  readonly #signal: AbortSignal | undefined;
  /** What is counted, and not yet noted. */
  readonly #underWay = new Set<SweepTally>();
  readonly #startedAt = performance.now();
  #bytes = 0;
  #isCancelled = false;
  #isEnded = false;
  #hasFailed = false;
  #endedAt: number | undefined;
  #wake: (() => void)[] = [];
  #toldAt = performance.now();

  /** @internal */
  constructor(context: EntityContext<object>, options: SweepOptions, jobs: () => JobContexts) {
    const { canary, rate = 'adaptive', segments = segmentsAtOnce, signal } = checkSweepOptions(context, options);
    // each rewrite that waits adds a listener, and Node warns about more than ten
    setMaxListeners(Infinity, this.#stopping.signal);
    this.#source = workOf(context, options, segments, jobs);
    this.#job = options.job;
    this.#pace = new Pace(rate, systemTimer, (changed) => this.#publish({ event: 'rate', ...changed }));
    let transport: PoliteTransport | undefined;
    const table = context.table.through(
      (inner) => (transport = new PoliteTransport(inner, this.#pace, this.#stopping.signal)),
    );
    this.#transport = transport as unknown as PoliteTransport;
    this.#context = { ...context, table };
    this.#signal = signal;
    const atOnce = Math.min(segmentsAtOnce, segments);
    if (canary !== undefined) this.#canary = new Canary(canary, atOnce, () => this.#tell());
    this.result = this.#run(atOnce);
    // whoever only iterates gets the error there
    this.result.catch(() => {});
  }

  /** How far the sweep is now. */
  get progress(): SweepProgress {
    const { done, total } = this.#source;
    const tally = new SweepTally();
    for (const counted of [this.#source.tally, ...this.#underWay]) tally.addAll(counted);
    return {
      state: this.#state,
      ...tally.counts((key) => this.#context.keys.nameOf(key)),
      segments: { done, total },
      requests: this.#transport.requests,
      bytes: this.#bytes,
      milliseconds: Math.round((this.#endedAt ?? performance.now()) - this.#startedAt),
      rate: this.#pace.current,
    };
  }

  /**
   * How far groups of neighbouring segments are.
   *
   * @internal
   */
  groups(most: number): { readonly done: number; readonly total: number }[] {
    const { total } = this.#source;
    const count = Math.min(most, total);
    return Array.from({ length: count }, (_, at) => {
      const [from, to] = [Math.floor((at * total) / count), Math.floor(((at + 1) * total) / count)];
      let done = 0;
      for (let number = from; number < to; number++) if (this.#source.isDone(number)) done++;
      return { done, total: to - from };
    });
  }

  /** Stops after the items under way, until `resume()`. */
  pause(): void {
    this.#gate.close();
    this.#tell();
  }

  /** Goes on after `pause()`, or after the canary. */
  resume(): void {
    this.#pace.restart();
    this.#canary?.release();
    this.#gate.open();
    this.#tell();
  }

  /** Ends the sweep after the items under way. `result` resolves to what was done. */
  cancel(): void {
    this.#isCancelled = true;
    this.#stop();
  }

  /**
   * How far the sweep is, whenever that changes; the last time when it has ended. Throws what `result` rejects with.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<SweepProgress, void> {
    for (;;) {
      if (this.#isEnded) {
        yield await this.result;
        return;
      }
      const changed = new Promise<void>((resolve) => this.#wake.push(resolve));
      yield this.progress;
      await changed;
    }
  }

  get #state(): SweepProgress['state'] {
    if (this.#isEnded) return this.#isCancelled ? 'cancelled' : 'done';
    return this.#gate.isOpen && !this.#canary?.isHolding ? 'running' : 'paused';
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  #stop(): void {
    this.#stopping.abort();
    this.#source.stop();
    this.resume();
  }

  async #run(atOnce: number): Promise<SweepProgress> {
    const abort = () => this.#stop();
    this.#signal?.addEventListener('abort', abort, { once: true });
    try {
      this.#signal?.throwIfAborted();
      await this.#source.open();
      const workers = Array.from({ length: atOnce }, () => undefined);
      await inParallel(workers, atOnce, () => this.#work());
      if (!this.#isCancelled) this.#signal?.throwIfAborted();
    } catch (error) {
      this.#hasFailed = true;
      throw error;
    } finally {
      this.#signal?.removeEventListener('abort', abort);
      await this.#source.end();
      this.#isEnded = true;
      this.#endedAt = performance.now();
      this.#tell();
    }
    return this.progress;
  }

  /** Sweeps one segment after the other. A failure ends the other workers, too. */
  async #work(): Promise<void> {
    try {
      await this.#sweepSegments();
      this.#canary?.workerEnds();
    } catch (error) {
      this.#stop();
      throw error;
    }
  }

  async #sweepSegments(): Promise<void> {
    for (let work = await this.#take(); work; work = await this.#take()) {
      try {
        await this.#sweepSegment(work);
      } finally {
        this.#canary?.segmentEnds(work.number);
      }
      if (this.#isStopping) return;
    }
  }

  async #take(): Promise<SegmentWork | undefined> {
    this.#canary?.waits();
    try {
      return await this.#source.take();
    } finally {
      this.#canary?.works();
    }
  }

  async #sweepSegment(work: SegmentWork): Promise<void> {
    let { start } = work;
    do {
      await this.#gate.passed();
      if (this.#isStopping) return work.release(new SweepTally());
      this.#pace.share(this.#source.workers);
      const tally = new SweepTally();
      this.#underWay.add(tally);
      try {
        const page = work.keys ? await this.#readKeys(work.keys, tally) : await this.#read(work, start);
        await this.#sweepPage(work, page.items, tally);
        // what was left out then is to be read again
        if (this.#isStopping) return await work.release(tally);
        start = page.next;
        if (!(await work.checkpoint(start, tally))) return;
      } finally {
        this.#underWay.delete(tally);
      }
      this.#tell();
    } while (start !== undefined);
  }

  async #readKeys(keys: readonly WireItem[], tally: SweepTally) {
    const { assertOpen, reader, table } = this.#context;
    assertOpen('sweep()');
    const found = await table.getMany(keys, { consistent: true, signal: this.#signal });
    const items = found.map(wireOf).filter((wire) => reader.owns(wire));
    for (let gone = items.length; gone < keys.length; gone++) tally.add('gone');
    return { items, next: undefined };
  }

  async #read({ number, total }: SegmentWork, start: WireItem | undefined) {
    const { assertOpen, reader, table } = this.#context;
    assertOpen('sweep()');
    const position = { start, size: pageSize, segment: { number, total } };
    const params = pageAt(pageParams(undefined, { consistent: true }), position);
    const { Items: stored = [], LastEvaluatedKey: next } = outputOf(await table.readPage(params, this.#signal));
    const items = stored.map(wireOf);
    for (const wire of items) this.#bytes += wireSize(wire);
    return { items: items.filter((wire) => reader.owns(wire)), next };
  }

  /** Sweeps the items of a page: those of one partition one after the other, since engines take turns there. */
  async #sweepPage(work: SegmentWork, items: readonly WireItem[], tally: SweepTally): Promise<void> {
    const { keys } = this.#context;
    const partitions = groupBy(items, (wire) => keys.partitionOf(wire));
    await inParallel([...partitions.values()], writesAtOnce, async (partition) => {
      for (const wire of partition) await this.#sweepItem(work, wire, tally);
    });
  }

  async #sweepItem({ number }: SegmentWork, wire: WireItem, tally: SweepTally): Promise<void> {
    if (this.#isStopping) return;
    let isAdmitted = false;
    const admit = async () => {
      await this.#canary?.admit(number);
      isAdmitted = true;
      await this.#pace.admit(this.#stopping.signal);
      await this.#gate.passed();
      return !this.#isStopping;
    };
    try {
      const outcome = await sweepItem(this.#context, wire, admit);
      if (outcome === undefined) return;
      tally.add(outcome);
    } catch (error) {
      if (!isMapperError(error) || isFatal(error)) throw error;
      const { keys, reader } = this.#context;
      tally.fail({ code: error.code, key: portableKey(keys.keyOf(wire)), version: reader.storedVersion(wire) });
    } finally {
      if (isAdmitted) this.#canary?.finished();
    }
    // a page can take long, and whoever iterates wants to see that it goes on
    if (performance.now() - this.#toldAt > longestSilence) this.#tell();
  }

  #tell(): void {
    this.#toldAt = performance.now();
    const wake = this.#wake;
    this.#wake = [];
    for (const go of wake) go();
    if (sweepChannel.hasSubscribers) this.#publish(progressEvent(this.progress, this.#hasFailed));
  }

  #publish(event: SweepProgressEvent | SweepRateEvent): void {
    if (!sweepChannel.hasSubscribers) return;
    const { model, table } = this.#context;
    sweepChannel.publish({ entity: model.name, table: table.name, job: this.#job, ...event } satisfies SweepEvent);
  }
}

function progressEvent(progress: SweepProgress, hasFailed: boolean): SweepProgressEvent {
  const { examined, failed, rewritten, segments, state } = progress;
  const counts = Object.entries(failed).map(([code, { count }]) => [code, count] as const);
  return {
    event: 'progress',
    state: hasFailed ? 'failed' : state,
    examined,
    rewritten,
    failed: Object.fromEntries(counts),
    segments,
  };
}

function workOf(
  { model, table, writeVersion }: EntityContext<object>,
  { job, lease = defaultLease, only }: SweepOptions,
  segments: number,
  jobs: () => JobContexts,
): WorkSource {
  if (job === undefined) return new LocalWork(segments);
  const about = { job, entity: model.name, swept_table: table.name, version: writeVersion(), segments };
  return new LeasedWork(new JobStore(jobs()), about, lease, only === 'failed');
}

function isFatal(error: MapperError): boolean {
  if (error.code === 'REQUEST_FAILED') return reasonOf(error) !== 'invalid';
  return fatalCodes.some((code) => code === error.code);
}
