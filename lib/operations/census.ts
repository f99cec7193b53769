import { valueAt, type WireItem } from '../codec/wire.js';
import { wireSize } from '../codec/wire-size.js';
import { isMapperError, type ErrorCode, type ErrorKey, type MapperError } from '../errors.js';
import { pageParams, selecting } from '../store/page-request.js';
import type { EntityContext } from '../read/entity-context.js';
import { assertOptions, invalidArgument, type ScanOptions, type Segments, segmentsOf } from '../query/query-options.js';
import { type Estimate, estimateTotal, pickAtRandom, sampledSegments, segmentsForSample } from './estimate.js';
import { scannedItems } from './scanned-items.js';

/** The items of one class by their stored versions. */
export interface Census {
  /** The name of the class. */
  readonly entity: string;
  /** The name of the table, with its prefix. */
  readonly table: string;
  /** The versions that are stored, the oldest first, those that the class can't read included. */
  readonly versions: readonly VersionCount[];
  /** How many items have something else than a version in their version attribute. */
  readonly withoutVersion: number;
  /** How many items of the table are of other classes. */
  readonly otherClasses: number;
  /** The items that can't be read, with `examine: true`. */
  readonly unreadable?: Unreadable;
  /** When the first page was asked for, by the mapper's clock. */
  readonly startedAt: Date;
  /**
   * Whether all that was written before `startedAt` is counted, and each item once: a consistent read of the whole
   * table.
   */
  readonly isProof: boolean;
  /** How many segments were read of how many, with `sample`: then all counts are estimates. */
  readonly sample?: { readonly read: number; readonly total: number };
}

/** The stored items of one version. */
export interface VersionCount {
  readonly version: number;
  readonly count: number;
  /**
   * The size of what was read of them, in bytes as engines count: keys, versions and times; with `examine`, whole
   * items.
   */
  readonly bytes: number;
  /** When one of them was last written, by the class's `@UpdatedAt`; absent if no item says. */
  readonly lastUpdated?: Date;
  /** With `sample`: the range in which the count lies with a confidence of 95 %. */
  readonly between?: readonly [from: number, to: number];
}

/** Items that can't be read. */
export interface Unreadable {
  readonly count: number;
  /** How many there are by the code of their error. */
  readonly codes: Readonly<Partial<Record<ErrorCode, number>>>;
  /** The first 100 of them. */
  readonly items: readonly UnreadableItem[];
}

/** An item that can't be read. */
export interface UnreadableItem {
  readonly key: ErrorKey;
  readonly code: ErrorCode;
  /** `undefined` if its version attribute doesn't hold a version. */
  readonly version: number | undefined;
}

/** How far a census is. */
export interface CensusProgress {
  /** How many items were read so far, those of other classes included. */
  readonly items: number;
  readonly pages: number;
}

/** The options of `census`. */
export interface CensusOptions extends Pick<ScanOptions, 'consistent' | 'segments' | 'signal'> {
  /** Whether to read whole items, and to upgrade and hydrate each to find those that can't be read. */
  readonly examine?: boolean | undefined;
  /**
   * The share of the table to read, above 0 and at most 1: segments chosen at random. All counts are estimates then.
   */
  readonly sample?: number | undefined;
  /** Called after each page. */
  readonly onProgress?: ((progress: CensusProgress) => void) | undefined;
}

const censusOptions = ['consistent', 'segments', 'signal', 'examine', 'sample', 'onProgress'];

/** The most unreadable items that are named. */
const mostNamed = 100;

type Contexts = readonly [EntityContext<object>, ...EntityContext<object>[]];

/** What sees a census while it is taken. */
export interface CensusWatch {
  /** Called for each item of a class. */
  readonly item: (context: EntityContext<object>, wire: WireItem) => void;
  /** Called for each item that can't be read, with `examine`. */
  readonly unreadable: (context: EntityContext<object>, wire: WireItem, error: MapperError) => void;
  /** Called after each page. `soFar` counts what was read until then, of a sample, too. */
  readonly page: (progress: CensusProgress, soFar: () => readonly Census[]) => void;
}

/** Counts the items of classes that share a table, in one scan of it. `random` is between 0 and 1. */
export async function takeCensus(
  contexts: Contexts,
  options: CensusOptions,
  random: () => number = Math.random,
  watch?: CensusWatch,
): Promise<Census[]> {
  const { consistent = false, examine = false, sample, segments, signal } = checked(contexts, options);
  const [{ now, table }] = contexts;
  const startedAt = now();
  const tallies = contexts.map((context) => new Tally(context, examine, watch));
  const soFar = () => tallies.map((tally) => tally.census({ table: table.name, startedAt, isProof: false }, undefined));
  const onProgress = (progress: CensusProgress) => {
    options.onProgress?.(progress);
    watch?.page(progress, soFar);
  };
  const scan = new CensusScan(contexts, { ...options, onProgress }, (wire, segment) => {
    for (const tally of tallies) tally.add(wire, segment);
    const owner = watch && contexts.find(({ reader }) => reader.owns(wire));
    if (owner) watch.item(owner, wire);
  });
  let sampled: Census['sample'];
  if (sample === undefined) {
    await scan.read(segmentsOf('census()', segments), signal);
  } else {
    const total = segmentsForSample(sample);
    const picked = pickAtRandom(sampledSegments, total, random);
    for (const from of picked) await scan.read({ total, from, to: from + 1 }, signal);
    sampled = { read: sampledSegments, total };
  }
  const isWhole = sample === undefined && isAll(segmentsOf('census()', segments));
  const isProof = isWhole && consistent;
  return tallies.map((tally) => tally.census({ table: table.name, startedAt, isProof }, sampled));
}

function checked([context]: Contexts, options: CensusOptions): CensusOptions {
  context.assertOpen('census()');
  assertOptions('census()', options, censusOptions);
  const { onProgress, sample, segments } = options;
  if (onProgress !== undefined && typeof onProgress !== 'function')
    throw invalidArgument('census()', 'onProgress', "isn't a function");
  if (sample === undefined) return options;
  if (typeof sample !== 'number' || !(sample > 0 && sample <= 1))
    throw invalidArgument('census()', 'sample', "isn't a number above 0 and at most 1");
  if (segments !== undefined)
    throw invalidArgument('census()', 'sample', 'chooses segments itself; leave out either sample or segments');
  return options;
}

/** Whether segments are all there are. */
export function isAll(segments: Segments | undefined): boolean {
  return segments === undefined || (segments.from === 0 && segments.to === segments.total);
}

/** Reads what a census needs of a table. */
class CensusScan {
  readonly #contexts: Contexts;
  readonly #options: CensusOptions;
  readonly #see: (wire: WireItem, segment: number) => void;
  #items = 0;
  #pages = 0;

  constructor(contexts: Contexts, options: CensusOptions, see: (wire: WireItem, segment: number) => void) {
    this.#contexts = contexts;
    this.#options = options;
    this.#see = see;
  }

  async read(segments: Segments | undefined, signal: AbortSignal | undefined): Promise<void> {
    const [context] = this.#contexts;
    const { consistent = false, examine = false, onProgress } = this.#options;
    const params = selecting(pageParams(undefined, { consistent }), examine ? {} : { attributes: this.#names() });
    for await (const items of scannedItems(context, { call: 'census()', params, segments, signal })) {
      for (const wire of items) this.#see(wire, segments?.from ?? 0);
      this.#items += items.length;
      this.#pages++;
      onProgress?.({ items: this.#items, pages: this.#pages });
    }
  }

  #names(): string[] {
    const [{ table }] = this.#contexts;
    const names = this.#contexts.flatMap(({ model }) => [
      model.versionAttribute,
      model.discriminator?.attribute,
      model.updatedAt?.attribute,
    ]);
    return [...new Set([...table.keys.map(({ name }) => name), ...names.filter((name) => name !== undefined)])];
  }
}

interface Count {
  bytes: number;
  last: number;
  /** By segment: a sample needs to know how evenly items are spread. */
  readonly bySegment: Map<number, number>;
}

/** What was counted of one class. */
class Tally {
  readonly #context: EntityContext<object>;
  readonly #examines: boolean;
  readonly #watch: CensusWatch | undefined;
  readonly #counts = new Map<number | undefined | 'other', Count>();
  readonly #codes = new Map<ErrorCode, number>();
  readonly #unreadable: UnreadableItem[] = [];

  constructor(context: EntityContext<object>, examines: boolean, watch: CensusWatch | undefined) {
    this.#context = context;
    this.#examines = examines;
    this.#watch = watch;
  }

  add(wire: WireItem, segment: number): void {
    const { reader } = this.#context;
    const isOwned = reader.owns(wire);
    const version = isOwned ? reader.storedVersion(wire) : 'other';
    const count = this.#countOf(version);
    count.bySegment.set(segment, (count.bySegment.get(segment) ?? 0) + 1);
    if (!isOwned) return;
    count.bytes += wireSize(wire);
    count.last = Math.max(count.last, updatedAt(this.#context, wire));
    if (this.#examines) this.#examine(wire);
  }

  census(about: Pick<Census, 'table' | 'startedAt' | 'isProof'>, sample: Census['sample']): Census {
    const estimate = (count: Count | undefined) => estimateOf(count, sample);
    const stored = [...this.#counts].filter((entry): entry is [number, Count] => typeof entry[0] === 'number');
    const versions = stored
      .toSorted(([a], [b]) => a - b)
      .map(([version, count]): VersionCount => {
        const { from, to, value } = estimate(count);
        const bytes = sample ? Math.round((count.bytes * sample.total) / sample.read) : count.bytes;
        const last = Number.isFinite(count.last) ? { lastUpdated: new Date(count.last) } : undefined;
        return Object.assign({ version, count: value, bytes }, last, sample && { between: [from, to] as const });
      });
    return {
      entity: this.#context.model.name,
      ...about,
      versions,
      withoutVersion: estimate(this.#counts.get(undefined)).value,
      otherClasses: estimate(this.#counts.get('other')).value,
      ...(this.#examines && { unreadable: this.#unreadableItems() }),
      ...(sample && { sample }),
    };
  }

  #countOf(version: number | undefined | 'other'): Count {
    const known = this.#counts.get(version);
    if (known) return known;
    const count = { bytes: 0, last: Number.NEGATIVE_INFINITY, bySegment: new Map<number, number>() };
    this.#counts.set(version, count);
    return count;
  }

  #examine(wire: WireItem): void {
    const { keys, reader } = this.#context;
    try {
      reader.hydrate(reader.examine(wire), false);
    } catch (error) {
      if (!isMapperError(error)) throw error;
      this.#codes.set(error.code, (this.#codes.get(error.code) ?? 0) + 1);
      this.#watch?.unreadable(this.#context, wire, error);
      if (this.#unreadable.length >= mostNamed) return;
      this.#unreadable.push({ key: keys.nameOf(wire), code: error.code, version: reader.storedVersion(wire) });
    }
  }

  #unreadableItems(): Unreadable {
    const codes = Object.fromEntries([...this.#codes].toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const count = [...this.#codes.values()].reduce((sum, each) => sum + each, 0);
    return { count, codes, items: this.#unreadable };
  }
}

function estimateOf(count: Count | undefined, sample: Census['sample']): Estimate {
  const counts = [...(count?.bySegment.values() ?? [])];
  if (sample) return estimateTotal(counts, sample.read, sample.total);
  const value = counts.reduce((sum, each) => sum + each, 0);
  return { value, from: value, to: value };
}

/** When an item was last written, in milliseconds since 1970; before all times if it doesn't say. */
function updatedAt<T extends object>({ hydrator, model }: EntityContext<T>, wire: WireItem): number {
  const { updatedAt: attribute } = model;
  if (!attribute || !valueAt(wire, attribute.attribute)) return Number.NEGATIVE_INFINITY;
  try {
    const entity = hydrator.fromWire(wire, { key: () => ({}) }, new Set([attribute])) as Record<string, unknown>;
    const time = new Date(entity[attribute.property] as Date | string | number).getTime();
    return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
  } catch {
    // another version may have had something else under this name
    return Number.NEGATIVE_INFINITY;
  }
}
