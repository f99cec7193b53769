import { randomUUID } from 'node:crypto';
import type { WireItem } from '../codec/wire.js';
import { type JobAbout, type JobStore, differentJob, type Lease, type SegmentChanges } from './job-store.js';
import { SegmentRecord } from './job-records.js';
import { type SweepEvent, sweepChannel } from '../telemetry.js';
import { systemTimer, type Timer } from './pace.js';
import { portableKey } from './portable-key.js';
import type { SegmentWork, WorkSource } from './segment-work.js';
import { SweepTally } from './sweep-counts.js';

/** How many signs of life a worker gives before it would lose its segments. */
const beatsPerLease = 5;

/** The longest pause, in milliseconds, before it is seen what others have left. */
const longestWait = 2_000;

/** What was last seen of a segment of another worker, and when that changed last, by the clock of this one. */
interface Sighting {
  readonly token: number;
  readonly beat: number;
  readonly at: number;
}

/** A segment that this worker has. */
interface Held extends Lease {
  readonly number: number;
  isLost: boolean;
}

/**
 * The segments of a job that several workers share by leases. A lease has no time in it that another machine would have
 * to trust: a worker takes a segment over when it has seen no sign of life for the length of a lease by its own clock.
 * The token, which grows with each take-over, is a condition of whatever a worker notes, so one that hangs and wakes up
 * can note nothing. What it still rewrites does no harm: that is conditional on the item itself.
 */
export class LeasedWork implements WorkSource {
  readonly #store: JobStore;
  readonly #about: JobAbout;
  readonly #lease: number;
  readonly #timer: Timer;
  readonly #onlyFailed: boolean;
  readonly #worker: string;
  readonly #records = new Map<number, SegmentRecord>();
  readonly #sightings = new Map<number, Sighting>();
  readonly #held = new Map<number, Held>();
  /** What was done of segments that were given back: it counts here and is stored nowhere. */
  readonly #unnoted = new SweepTally();
  /** With `onlyFailed`: the segments whose failed items were tried again here. */
  readonly #triedAgain = new Set<number>();
  #total: number;
  readonly #stopping = new AbortController();
  #isBeating = false;
  #isFinished = false;

  /** `lease` is in milliseconds. The name of the worker begins with six hexadecimal digits. */
  constructor(
    store: JobStore,
    about: JobAbout,
    lease: number,
    onlyFailed: boolean,
    timer: Timer = systemTimer,
    worker: string = randomUUID(),
  ) {
    this.#store = store;
    this.#about = about;
    this.#total = about.segments;
    this.#lease = lease;
    this.#onlyFailed = onlyFailed;
    this.#timer = timer;
    this.#worker = worker;
  }

  get total(): number {
    return this.#total;
  }

  get done(): number {
    return [...this.#records.values()].filter(({ done }) => done).length;
  }

  isDone(number: number): boolean {
    return this.#records.get(number)?.done === true;
  }

  get workers(): number {
    const live = [...this.#records.values()].filter((record) => this.#isLive(record));
    return new Set([this.#worker, ...live.map(({ worker }) => worker)]).size;
  }

  get tally(): SweepTally {
    const tally = new SweepTally();
    for (const { counts } of this.#records.values()) tally.addAll(SweepTally.parse(counts));
    tally.addAll(this.#unnoted);
    return tally;
  }

  async open(): Promise<void> {
    const stored = await this.#store.open(this.#about, this.#onlyFailed);
    const problem = differentJob(stored, this.#about);
    if (problem) throw problem;
    this.#total = stored.segments;
  }

  async take(): Promise<SegmentWork | undefined> {
    const { job } = this.#about;
    while (!this.#stopping.signal.aborted) {
      await this.#look();
      for (const number of this.#numbers()) {
        // asked at each: another `take` of this worker may have seen more meanwhile
        if (!this.#isFree(number)) continue;
        const taken = await this.#claim(number);
        if (taken) return this.#work(taken);
      }
      if (!this.#onlyFailed && !this.#isFinished && this.done === this.#total) {
        this.#isFinished = true;
        await this.#store.finish(job);
      }
      // the rest, if any, is under way in this process
      if (!this.#mayOthersLeaveWork()) return undefined;
      await this.#wait(Math.min(this.#lease / beatsPerLease, longestWait));
    }
    return undefined;
  }

  stop(): void {
    this.#stopping.abort();
  }

  async end(): Promise<void> {
    const held = [...this.#held.values()].filter(({ token }) => token > 0);
    // the signs of life end with this, whatever the engine answers
    this.#held.clear();
    const giveBack = async (lease: Held) => {
      if (!lease.isLost) await this.#store.note(lease, { leased: false });
    };
    await Promise.allSettled(held.map(giveBack));
  }

  /** Reads the segments, and notes which of other workers' show signs of life. */
  async #look(): Promise<void> {
    const now = this.#timer.now();
    for (const record of await this.#store.segments(this.#about.job)) {
      const { beat, number, token } = record;
      // what this worker has noted itself is newer
      if (!this.#held.has(number)) this.#records.set(number, record);
      const seen = this.#sightings.get(number);
      if (seen?.token !== token || seen.beat !== beat) this.#sightings.set(number, { token, beat, at: now });
    }
  }

  /** All segments, in another order for each worker. */
  #numbers(): number[] {
    const first = Number.parseInt(this.#worker.slice(0, 6), 16);
    return Array.from({ length: this.#total }, (_, at) => (first + at) % this.#total);
  }

  #isFree(number: number): boolean {
    if (this.#held.has(number)) return false;
    const record = this.#records.get(number);
    if (!record) return !this.#onlyFailed;
    if (this.#isLive(record)) return false;
    if (!this.#onlyFailed) return !record.done;
    return !this.#triedAgain.has(number) && SweepTally.parse(record.counts).failures.length > 0;
  }

  /** Whether a worker has a segment and has shown a sign of life within a lease. */
  #isLive({ leased, number }: SegmentRecord): boolean {
    const now = this.#timer.now();
    return leased && now - (this.#sightings.get(number)?.at ?? now) < this.#lease;
  }

  /** Whether a live worker of another process has a segment. */
  #hasLive(): boolean {
    return [...this.#records.values()].some((record) => !this.#held.has(record.number) && this.#isLive(record));
  }

  /** Whether a segment is neither done nor in this process, so that it may become free. */
  #mayOthersLeaveWork(): boolean {
    if (this.#onlyFailed) return this.#hasLive();
    return this.#numbers().some((number) => !this.isDone(number) && !this.#held.has(number));
  }

  async #claim(number: number): Promise<SegmentRecord | undefined> {
    const record = this.#records.get(number);
    // a place for it, before another `take` of this worker looks
    this.#held.set(number, { job: this.#about.job, part: '', token: 0, number, isLost: false });
    let taken: SegmentRecord | undefined;
    try {
      taken = record
        ? await this.#store.takeOver(record, this.#worker)
        : await this.#store.begin(this.#about.job, number, this.#worker, String(new SweepTally()));
    } finally {
      if (!taken) this.#held.delete(number);
    }
    // a segment that was given back has no worker to take it over from
    if (taken && record?.leased && sweepChannel.hasSubscribers) {
      const { entity, job, swept_table: table } = this.#about;
      sweepChannel.publish({ entity, table, job, event: 'take-over', segment: number } satisfies SweepEvent);
    }
    return taken;
  }

  #work(record: SegmentRecord): SegmentWork {
    const { job, number, part, token } = record;
    const held: Held = { job, number, part, token, isLost: false };
    this.#held.set(number, held);
    this.#records.set(number, record);
    void this.#keepBeating();
    const before = SweepTally.parse(record.counts);
    const work = { number, total: this.#total };
    const release = async (done: SweepTally) => {
      this.#unnoted.addAll(done);
      await this.#note(held, { leased: false });
    };
    if (this.#onlyFailed) {
      const tally = before.withoutNoted();
      const checkpoint = (_: unknown, done: SweepTally) => {
        tally.addAll(done);
        return this.#note(held, { leased: false, counts: String(tally) });
      };
      return { ...work, start: undefined, keys: before.failures.map(({ key }) => key), checkpoint, release };
    }
    const checkpoint = (next: WireItem | undefined, done: SweepTally) => {
      before.addAll(done);
      const counts = String(before);
      if (next === undefined) return this.#note(held, { leased: false, done: true, position: undefined, counts });
      return this.#note(held, { position: JSON.stringify(portableKey(next)), counts });
    };
    const start = record.position === undefined ? undefined : (JSON.parse(record.position) as WireItem);
    return { ...work, start, keys: undefined, checkpoint, release };
  }

  async #note(held: Held, set: SegmentChanges): Promise<boolean> {
    const { number } = held;
    const isKept = !held.isLost && (await this.#store.note(held, set));
    const record = this.#records.get(number);
    if (isKept && record) this.#records.set(number, Object.assign(Object.create(SegmentRecord.prototype), record, set));
    if (!isKept || set.leased === false) {
      if (this.#onlyFailed) this.#triedAgain.add(number);
      this.#held.delete(number);
    }
    return isKept;
  }

  /** Shows that this worker lives as long as it has segments. */
  async #keepBeating(): Promise<void> {
    if (this.#isBeating) return;
    this.#isBeating = true;
    while (this.#held.size > 0) {
      await this.#timer.sleep(this.#lease / beatsPerLease, { ref: false });
      const taken = [...this.#held.values()].filter(({ token }) => token > 0);
      await Promise.all(taken.map((held) => this.#beat(held)));
      // how many share the rate is seen here, too, since a segment can take long
      if (taken.length > 0) await this.#look().catch(() => {});
    }
    this.#isBeating = false;
  }

  async #beat(held: Held): Promise<void> {
    try {
      held.isLost ||= !(await this.#store.beat(held));
    } catch {
      // the next one may arrive; if none does, somebody takes the segment over
    }
  }

  #wait(milliseconds: number): Promise<unknown> {
    return this.#timer.sleep(milliseconds, { signal: this.#stopping.signal });
  }
}
