import type { WireItem } from 'dynamo-evolve';
import { canonicalText } from '../wire-places.js';
import { Refusal } from './refusal.js';
import type { Answer, Body } from './upstream.js';

/** How often requests end as they do where nodes contend or fail: shares from 0 to 1. */
export interface Uncertainty {
  /** Writes that are answered 500 although they were done. */
  readonly after: number;
  /** Writes that are answered 500 and weren't done. */
  readonly before: number;
  /** First reads of an item behind a write that was answered 500, which show it as it was before. */
  readonly old: number;
  readonly seed: number;
}

/** What was answered otherwise than it was. */
export interface UncertainCounts {
  after: number;
  before: number;
  old: number;
}

/** Lets a share of requests end as timeouts do, by the numbers that come of a seed. */
export class UncertainEngine {
  readonly counts: UncertainCounts = { after: 0, before: 0, old: 0 };
  readonly #shares: Uncertainty;
  readonly #next: () => number;
  /** The items as they were before writes that were answered 500; `null` for none. */
  readonly #before = new Map<string, WireItem | null>();

  constructor(shares: Uncertainty) {
    this.#shares = shares;
    this.#next = numbersFrom(shares.seed);
  }

  /** Does a write, or doesn't, and answers 500, or doesn't. */
  async write(key: string, before: () => Promise<WireItem | undefined>, write: () => Promise<Answer>): Promise<Answer> {
    const draw = this.#next();
    if (draw < this.#shares.before) {
      this.counts.before++;
      throw timedOut();
    }
    if (draw >= this.#shares.before + this.#shares.after) return write();
    const old = await before();
    const answer = await write();
    if (answer.status !== 200) return answer;
    this.counts.after++;
    this.#before.set(key, old ?? null);
    throw timedOut();
  }

  /** An item as a read sees it: once, perhaps, as it was before the last write. */
  read(key: string, answer: Answer): Answer {
    const old = this.#before.get(key);
    this.#before.delete(key);
    if (old === undefined || this.#next() >= this.#shares.old) return answer;
    this.counts.old++;
    const { Item: _, ...rest } = answer.body;
    return { ...answer, body: old === null ? rest : { ...rest, Item: old } };
  }
}

/** What tells one item of all tables from others. */
export function nameOfItem({ TableName: table = '' }: Body, key: WireItem): string {
  return `${table} ${canonicalText(key)}`;
}

function timedOut(): Refusal {
  return new Refusal(
    'InternalServerError',
    'Operation timed out for alternator_… - received only 1 responses',
    {},
    500,
  );
}

/** Numbers from 0 to 1 that look random and are the same for the same seed (mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
