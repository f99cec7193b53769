import type { Condition } from '../filter/condition.js';
import type { IndexNameOf } from '../model/index-type.js';
import type { PropertyOf } from '../model/key-type.js';
import type { PartitionOf, RangeOf } from './key-arguments.js';
import { type CallName, MapperError } from '../errors.js';
import type { WriteBackMode } from '../read/entity-context.js';

// oxlint-disable-next-line typescript/no-explicit-any -- options that don't say which entity they are for
type Any = any;

/** How results are split into pages. */
export interface PagingOptions {
  /** The maximum number of results of iteration, `all`, `first`, `count` or one `page`. */
  readonly limit?: number | undefined;
  /** The engine's `Limit`: how many items it reads for one of its pages, before filtering. */
  readonly pageSize?: number | undefined;
  /** Where to start: the `cursor` of a page or an error of the same query. */
  readonly cursor?: string | undefined;
}

/** Options that queries and scans share. */
export interface ReadOptions<
  T = Any,
  A extends PropertyOf<T> = never,
  I extends IndexNameOf<T> | undefined = IndexNameOf<T> | undefined,
> extends PagingOptions {
  /** A condition on the results, in the newest version: stale items are upgraded before they are filtered. */
  readonly filter?: NoInfer<FilterOf<T>> | undefined;
  /** The properties to read. Entities then have only these, and can't be stored. Default: all. */
  readonly attributes?: readonly A[] | undefined;
  /** The name of the index to read instead of the table. */
  readonly index?: I | undefined;
  /**
   * Whether to read what was last written, which costs twice as much. Not available on global indexes. Default: false.
   */
  readonly consistent?: boolean | undefined;
  /** Whether entities remember what they were loaded from, which `save` needs. Default: true. */
  readonly track?: boolean | undefined;
  /**
   * Whether stale items are written back, and when. Default: the mapper's option. Never with `attributes`, and not from
   * an index that doesn't hold whole items.
   */
  readonly writeBack?: WriteBackMode | undefined;
  /** Cancels the query or scan, which rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Options without a type argument have no filter. */
type FilterOf<T> = (T extends unknown ? { readonly taken: 0 extends 1 & T ? never : Condition<T> } : never)['taken'];

export interface QueryOptions<
  T = Any,
  A extends PropertyOf<T> = never,
  I extends IndexNameOf<T> | undefined = IndexNameOf<T> | undefined,
> extends ReadOptions<T, A, I> {
  /** The value of the partition key. If the key has a template, also an object with its parts, or its only part. */
  readonly partition: NoInfer<PartitionOf<T, I>>;
  /**
   * The value of the sort key, or what to compare it with: `{ eq | lt | lte | gt | gte | beginsWith: value }`, `{
   * between: [from, to] }`. With a template, values are given as for `partition`; `beginsWith` takes the leading parts,
   * too.
   */
  readonly range?: NoInfer<RangeOf<T, I>> | undefined;
  /** Whether to read in descending order of the sort key. Default: false. */
  readonly reverse?: boolean | undefined;
}

export interface ScanOptions<T = Any, A extends PropertyOf<T> = never> extends ReadOptions<T, A> {
  /**
   * How many segments the scan is split into, to read them in parallel, or which of them to read, so that several
   * machines can share one scan. Default: 1.
   */
  readonly segments?: number | SegmentRange | undefined;
}

/** Some of the segments of a scan: from `from` to `to`, without `to` itself. */
export interface SegmentRange {
  /** How many segments the whole scan has, up to 1,000,000. */
  readonly total: number;
  /** The first segment to read, counted from 0. Default: 0. */
  readonly from?: number | undefined;
  /** The segment before which to stop. Default: `total`. */
  readonly to?: number | undefined;
}

/** The results of a query: whole entities, or objects with only the properties in `attributes`. */
export type Selected<T, A extends PropertyOf<T>> = [A] extends [never] ? T : Pick<T, A>;

const pagingOptions = ['limit', 'pageSize', 'cursor'];
const readOptions = [...pagingOptions, 'filter', 'attributes', 'index', 'consistent', 'track', 'writeBack', 'signal'];
export const queryOptions: readonly string[] = [...readOptions, 'partition', 'range', 'reverse'];
export const scanOptions: readonly string[] = [...readOptions, 'segments'];

const mostSegments = 1_000_000;

/** Options that are true or false. */
const flags = new Set([
  'consistent',
  'examine',
  'jobs',
  'overwrite',
  'reverse',
  'skipOnlyUpgraded',
  'track',
  'unconditional',
]);

/**
 * Throws `INVALID_ARGUMENT` for unknown options, and for flags and signals of a wrong type: they would silently have no
 * effect.
 */
export function assertOptions(call: CallName, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) throw invalidArgument(call, 'the options', "aren't an object");
  for (const [option, value] of Object.entries(options)) {
    if (!known.includes(option))
      throw invalidArgument(call, option, `isn't an option; the options are ${known.join(', ')}`);
    if (value === undefined) continue;
    if (flags.has(option) && typeof value !== 'boolean') {
      throw invalidArgument(call, option, 'is neither true nor false');
    }
    if (option === 'signal' && !isSignal(value)) throw invalidArgument(call, option, "isn't an AbortSignal");
  }
}

/** Checks its members, because it may come from another realm. */
function isSignal(value: unknown): boolean {
  return typeof (value as AbortSignal | null)?.throwIfAborted === 'function';
}

/** Throws `INVALID_ARGUMENT` for anything but an array. */
export function assertList(call: CallName, argument: string, list: unknown): void {
  if (!Array.isArray(list)) throw invalidArgument(call, argument, "aren't an array");
}

/** Checks an option that takes one of several names, or isn't given. Throws `INVALID_ARGUMENT`. */
export function assertOneOf(call: CallName, option: string, value: unknown, names: readonly string[]): void {
  if (value !== undefined && !names.some((name) => name === value)) {
    throw invalidArgument(call, option, `is none of ${names.join(', ')}`);
  }
}

/** Checks the sizes of pages. Throws `INVALID_ARGUMENT`. */
export function assertSizes(call: CallName, { limit, pageSize }: PagingOptions): void {
  for (const [option, value] of Object.entries({ limit, pageSize })) {
    if (value !== undefined && !(Number.isInteger(value) && value > 0)) {
      throw invalidArgument(call, option, "isn't an integer from 1");
    }
  }
}

/** The segments that a scan reads. */
export interface Segments {
  readonly total: number;
  readonly from: number;
  readonly to: number;
}

/** The segments that a scan reads; `undefined` if it isn't split. Throws `INVALID_ARGUMENT`. */
export function segmentsOf(call: CallName, segments: number | SegmentRange | undefined): Segments | undefined {
  if (segments === undefined) return undefined;
  const given = typeof segments === 'number' ? { total: segments } : segments;
  assertOptions(call, given, ['total', 'from', 'to']);
  const { total, from = 0, to = total } = given;
  const isInteger = [total, from, to].every((number) => Number.isInteger(number));
  if (isInteger && total >= 1 && total <= mostSegments && from >= 0 && from < to && to <= total) {
    return { total, from, to };
  }
  const expected = `a number from 1 to ${mostSegments.toLocaleString('en')}, or { total, from, to } with 0 <= from < to <= total`;
  throw invalidArgument(call, 'segments', `isn't a range of segments; expected ${expected}`);
}

export function invalidArgument(call: CallName, argument: string, problem: string): MapperError {
  return new MapperError('INVALID_ARGUMENT', { call, argument, problem });
}
