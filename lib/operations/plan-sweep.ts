import type { WireItem } from '../codec/wire.js';
import { wireSize } from '../codec/wire-size.js';
import { isMapperError, MapperError } from '../errors.js';
import { assertOptions, invalidArgument } from '../query/query-options.js';
import type { EntityContext } from '../read/entity-context.js';
import { readableItem } from '../read/stored-item.js';
import { certainRewrite } from '../rewrite/rewrite-in-table.js';
import { pageParams } from '../store/page-request.js';
import { type Estimate, estimateTotal, pickAtRandom, sampledSegments, segmentsForSample } from './estimate.js';
import { scannedItems } from './scanned-items.js';
import { type SweepCounts, SweepTally } from './sweep-counts.js';
import { leftAlone } from './sweep-item.js';

/** The options of `planSweep`. */
export interface SweepPlanOptions {
  /** The share of the table to read, above 0 and at most 1: segments chosen at random; 0.1 unless given. */
  readonly sample?: number | undefined;
  /** Rates, in items a second, to tell the duration for; 100, 500 and 1,000 unless given. */
  readonly rates?: readonly number[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a sweep would do. Nothing was written. */
export interface SweepPlan {
  /** The version that items would be brought to. */
  readonly version: number;
  /** How many segments were read of how many. */
  readonly sample: { readonly read: number; readonly total: number };
  /** What would become of the items that were read; nothing races with a plan. */
  readonly counts: Omit<SweepCounts, 'raced' | 'gone'>;
  /** The items that were read, by their stored version. */
  readonly versions: ReadonlyMap<number, number>;
  /** How many items of the whole table would be rewritten. */
  readonly rewrites: Estimate;
  /** The size of the update requests for them, in bytes. */
  readonly bytes: number;
  /** How many seconds that takes at each of the rates. */
  readonly seconds: ReadonlyMap<number, number>;
}

/** Reads a sample of a table and works out the rewrites of a sweep, down to their requests, without sending them. */
export async function planSweep(
  context: EntityContext<object>,
  options: SweepPlanOptions,
  random: () => number = Math.random,
): Promise<SweepPlan> {
  const { rates = [100, 500, 1_000], sample = 0.1, signal } = checked(context, options);
  const total = segmentsForSample(sample);
  const reader = new SampleReader(context, signal);
  const rewrites: number[] = [];
  for (const segment of pickAtRandom(sampledSegments, total, random)) rewrites.push(await reader.read(segment, total));
  const estimate = estimateTotal(rewrites, sampledSegments, total);
  const { gone: _gone, raced: _raced, ...counts } = reader.tally.counts((key) => context.keys.nameOf(key));
  return {
    version: context.writeVersion(),
    sample: { read: sampledSegments, total },
    counts,
    versions: new Map([...reader.versions].toSorted(([a], [b]) => a - b)),
    rewrites: estimate,
    bytes: Math.round((reader.bytes * total) / sampledSegments),
    seconds: new Map(rates.map((rate) => [rate, Math.ceil(estimate.value / rate)])),
  };
}

/** Works out what a sweep would do with the items of some segments. */
class SampleReader {
  readonly tally = new SweepTally();
  readonly versions = new Map<number, number>();
  bytes = 0;
  readonly #context: EntityContext<object>;
  readonly #signal: AbortSignal | undefined;

  constructor(context: EntityContext<object>, signal: AbortSignal | undefined) {
    this.#context = context;
    this.#signal = signal;
  }

  /** How many items of a segment would be rewritten. */
  async read(segment: number, total: number): Promise<number> {
    const { reader } = this.#context;
    const scan = {
      call: 'planSweep()',
      params: pageParams(undefined, { consistent: false }),
      segments: { total, from: segment, to: segment + 1 },
      signal: this.#signal,
    } as const;
    let rewrites = 0;
    for await (const items of scannedItems(this.#context, scan)) {
      for (const wire of items) if (reader.owns(wire) && this.#wouldRewrite(wire)) rewrites++;
    }
    return rewrites;
  }

  #wouldRewrite(wire: WireItem): boolean {
    const { keys, reader, writeVersion } = this.#context;
    const version = reader.storedVersion(wire);
    if (version !== undefined) this.versions.set(version, (this.versions.get(version) ?? 0) + 1);
    try {
      const stored = readableItem(this.#context, wire);
      const reason = leftAlone(this.#context, stored);
      if (reason) {
        this.tally.add(reason);
        return false;
      }
      const { params } = certainRewrite(this.#context, keys.nameOf(wire), stored, writeVersion());
      this.bytes += Buffer.byteLength(JSON.stringify(params)) + wireSize(keys.keyOf(wire));
      this.tally.add('rewritten');
      return true;
    } catch (error) {
      if (!isMapperError(error)) throw error;
      this.tally.fail({ code: error.code, key: keys.keyOf(wire), version });
      return false;
    }
  }
}

function checked({ assertOpen, isFenced }: EntityContext<object>, options: SweepPlanOptions): SweepPlanOptions {
  assertOpen('planSweep()');
  assertOptions('planSweep()', options, ['sample', 'rates', 'signal']);
  if (!isFenced) throw new MapperError('FENCE_REQUIRED', { call: 'planSweep()' });
  const { rates = [], sample = 1 } = options;
  if (typeof sample !== 'number' || !(sample > 0 && sample <= 1))
    throw invalidArgument('planSweep()', 'sample', "isn't a number above 0 and at most 1");
  if (!Array.isArray(rates) || !rates.every((rate) => typeof rate === 'number' && rate > 0))
    throw invalidArgument('planSweep()', 'rates', "isn't a list of numbers above 0");
  return options;
}
