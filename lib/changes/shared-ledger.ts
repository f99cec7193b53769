import { randomUUID } from 'node:crypto';
import type { ConsumerNotes, ShardFacts } from '../operations/consumer-store.js';
import type { Timer } from '../operations/pace.js';
import type { Position, Progress } from './position.js';
import type { ShardLedger } from './shard-ledger.js';

/** How many signs of life a worker gives before it would lose its shards. */
const beatsPerLease = 5;

/** What was last seen of a worker, and when that changed last, by the clock of this one. */
interface Sighting {
  readonly beat: number;
  readonly at: number;
}

/**
 * The ledger of a consumer whose processes share the shards. Each gives signs of life for all of its shards at once:
 * there can be thousands. One that gave none for the length of a lease, by the clock of whoever looks, loses them. The
 * token of a shard, which grows with each take-over, is a condition of whatever is noted of it, so that one that hangs
 * and wakes up can note nothing.
 */
export class SharedLedger implements ShardLedger {
  readonly #notes: ConsumerNotes;
  readonly #timer: Timer;
  readonly #lease: number;
  readonly #worker = randomUUID();
  readonly #records = new Map<string, ShardFacts>();
  readonly #tokens = new Map<string, number>();
  readonly #sightings = new Map<string, Sighting>();
  #start: Position;
  #startsNow: boolean;
  #most = Infinity;
  #living = new AbortController();

  /** `lease` is in milliseconds. */
  constructor(notes: ConsumerNotes, start: Position, lease: number, timer: Timer) {
    this.#notes = notes;
    this.#start = start;
    this.#startsNow = typeof start === 'object' && 'since' in start;
    this.#lease = lease;
    this.#timer = timer;
  }

  get progress(): Progress {
    const noted = [...this.#records].map(([key, { position }]) => [key, JSON.parse(position) as Position] as const);
    return { start: this.#start, shards: new Map(noted) };
  }

  get startsNow(): boolean {
    return this.#startsNow;
  }

  async open(): Promise<void> {
    const { isNew, start } = await this.#notes.open(JSON.stringify(this.#start));
    this.#start = JSON.parse(start) as Position;
    this.#startsNow &&= isNew;
    await this.#notes.beat(this.#worker);
    this.#living = new AbortController();
    void this.#keepBeating(this.#living.signal);
  }

  async look(open: readonly string[]): Promise<readonly string[]> {
    const { shards, workers } = await this.#notes.state();
    const now = this.#timer.now();
    for (const { beat, worker } of workers) {
      if (this.#sightings.get(worker)?.beat !== beat) this.#sightings.set(worker, { beat, at: now });
    }
    const known = new Set(workers.map(({ worker }) => worker));
    for (const worker of this.#sightings.keys()) if (!known.has(worker)) this.#sightings.delete(worker);
    this.#records.clear();
    for (const record of shards) this.#records.set(record.shard, record);
    const lost = [...this.#tokens].filter(([key, token]) => this.#records.get(key)?.token !== token);
    for (const [key] of lost) this.#tokens.delete(key);
    const live = new Set([this.#worker, ...[...known].filter((worker) => this.#isLive(worker))]).size;
    const unread = open.filter((key) => this.#records.get(key)?.position !== '"done"');
    this.#most = Math.ceil(unread.length / live);
    await this.#sweepOut(shards, known);
    return [...lost.map(([key]) => key), ...[...this.#tokens.keys()].slice(this.#most)];
  }

  async take(key: string): Promise<Position | undefined> {
    const record = this.#records.get(key);
    if (this.#tokens.size >= this.#most || (record?.worker !== undefined && this.#isLive(record.worker))) {
      return undefined;
    }
    if (record) {
      const taken = await this.#notes.takeOver(key, record.token, this.#worker);
      if (!taken) return undefined;
      this.#hold(taken);
      return JSON.parse(taken.position) as Position;
    }
    const position = JSON.stringify(this.#start);
    if (!(await this.#notes.begin(key, this.#worker, position))) return undefined;
    this.#hold({ shard: key, token: 1, worker: this.#worker, position });
    return this.#start;
  }

  async note(key: string, position: Position): Promise<boolean> {
    return this.#note(key, position, false);
  }

  async giveBack(key: string, position: Position): Promise<void> {
    await this.#note(key, position, true);
    this.#tokens.delete(key);
  }

  async forget(key: string): Promise<void> {
    const token = this.#tokens.get(key);
    this.#tokens.delete(key);
    this.#records.delete(key);
    if (token !== undefined) await this.#notes.forget(key, token);
  }

  async end(): Promise<void> {
    this.#living.abort();
    this.#tokens.clear();
    await this.#notes.leave(this.#worker).catch(() => {});
  }

  #hold(record: ShardFacts): void {
    this.#records.set(record.shard, record);
    this.#tokens.set(record.shard, record.token);
  }

  async #note(key: string, position: Position, givesBack: boolean): Promise<boolean> {
    const token = this.#tokens.get(key);
    if (token === undefined) return false;
    const text = JSON.stringify(position);
    const isKept = await this.#notes.note(key, token, text, givesBack);
    const worker = givesBack ? undefined : this.#worker;
    if (isKept) this.#records.set(key, { shard: key, token, worker, position: text } as ShardFacts);
    else this.#tokens.delete(key);
    return isKept;
  }

  /** A worker whose record is gone has left; one that is seen for the first time counts as alive. */
  #isLive(worker: string): boolean {
    if (worker === this.#worker) return false;
    const seen = this.#sightings.get(worker);
    return seen !== undefined && this.#timer.now() - seen.at < this.#lease;
  }

  /** Removes the records of workers that are gone and have no shards. */
  async #sweepOut(shards: readonly ShardFacts[], workers: ReadonlySet<string>): Promise<void> {
    const busy = new Set(shards.map(({ worker }) => worker));
    const gone = [...workers].filter((worker) => worker !== this.#worker && !busy.has(worker) && !this.#isLive(worker));
    for (const worker of gone) await this.#notes.leave(worker);
  }

  async #keepBeating(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#timer.sleep(this.#lease / beatsPerLease, { signal, ref: false });
      if (signal.aborted) return;
      // the next one may arrive; if none does, somebody takes the shards over
      await this.#notes.beat(this.#worker).catch(() => {});
    }
  }
}
