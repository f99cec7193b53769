import type { Condition } from '../filter/condition.js';
import type { KeyParts, PropertyOf } from '../model/key-type.js';
import type { KeyRange } from '../store/table-schema.js';
import { MapperError } from '../errors.js';
import type { WriteBackMode } from '../read/entity-context.js';

// oxlint-disable-next-line typescript/no-explicit-any -- options that don't say which entity they are for
type Any = any;

/** How results are cut into pages. */
export interface PagingOptions {
  /** The most results there may be, of iteration, `all`, `first`, `count` or one `page`. */
  readonly limit?: number | undefined;
  /** The engine's `Limit`: how many items it reads for one of its pages, before any filter. */
  readonly pageSize?: number | undefined;
  /** Where to start: the `cursor` of a page or an error of this very query. */
  readonly cursor?: string | undefined;
}

/** Options that queries and scans share. */
export interface ReadOptions<T = Any, A extends PropertyOf<T> = never> extends PagingOptions {
  /** Which items are wanted, by their newest form: stale ones are judged after their upgrade. */
  readonly filter?: FilterOf<T> | undefined;
  /** Which properties are wanted: entities have just these, and can't be stored. All, unless given. */
  readonly attributes?: readonly A[] | undefined;
  /** The index to read instead of the table. */
  readonly index?: string | undefined;
  /** Whether to read what was last written, at twice the price; not on global indexes. */
  readonly consistent?: boolean | undefined;
  /** Whether entities remember what they were loaded from; true unless said otherwise. */
  readonly track?: boolean | undefined;
  /** Whether stale items are written back, and when; as the mapper says unless given. Never with `attributes`, nor from an index, which may not hold whole items. */
  readonly writeBack?: WriteBackMode | undefined;
  /** Cancels what is under way and rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Options that don't say which entity they are for have no filter, and no parts of its keys. */
type FilterOf<T> = (T extends unknown ? { readonly taken: 0 extends 1 & T ? never : Condition<T> } : never)['taken'];
type PartsOf<T> = 0 extends 1 & T ? never : KeyParts<T>;

/** A value that a key can have, as the entity holds it. */
export type KeyInput = string | number | bigint | Uint8Array | Date;

export interface QueryOptions<T = Any, A extends PropertyOf<T> = never> extends ReadOptions<T, A> {
  /** The partition key's value; of a key with a template also an object with its parts, or its only part. */
  readonly partition: KeyInput | PartsOf<T>;
  /**
   * The sort key's value, or what to compare it with: `{ eq | lt | lte | gt | gte | beginsWith: value }`, `{ between: [from, to] }`. With
   * a template, values are given as for `partition`; `beginsWith` takes the leading parts, too.
   */
  readonly range?: KeyRange<KeyInput | PartsOf<T>> | undefined;
  /** Whether to go from the highest sort key down. */
  readonly reverse?: boolean | undefined;
}

export interface ScanOptions<T = Any, A extends PropertyOf<T> = never> extends ReadOptions<T, A> {
  /**
   * Into how many segments the scan is split, to read them side by side; or which of them are read here, so that several
   * machines share one scan. One, unless given.
   */
  readonly segments?: number | SegmentRange | undefined;
}

/** Some of the segments of a scan: from `from` up to, but without, `to`. */
export interface SegmentRange {
  /** How many segments the whole scan has, up to 1,000,000. */
  readonly total: number;
  /** The first one, counted from 0; 0 unless given. */
  readonly from?: number | undefined;
  /** Where to stop; `total` unless given. */
  readonly to?: number | undefined;
}

/** What a query's results are: whole entities, or with `attributes` objects that have just these. */
export type Selected<T, A extends PropertyOf<T>> = [A] extends [never] ? T : Pick<T, A>;

const pagingOptions = ['limit', 'pageSize', 'cursor'];
const readOptions = [...pagingOptions, 'filter', 'attributes', 'index', 'consistent', 'track', 'writeBack', 'signal'];
export const queryOptions: readonly string[] = [...readOptions, 'partition', 'range', 'reverse'];
export const scanOptions: readonly string[] = [...readOptions, 'segments'];

const mostSegments = 1_000_000;

/** Options that are true or false. */
const flags = new Set(['consistent', 'overwrite', 'reverse', 'track', 'unconditional']);

/**
 * Refuses unknown options, and flags and signals of a wrong type: they would silently have no effect. Throws
 * `INVALID_ARGUMENT`.
 */
export function assertOptions(call: string, options: object, known: readonly string[]): void {
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

/** By what is asked of it: it may come from another realm. */
function isSignal(value: unknown): boolean {
  return typeof (value as AbortSignal | null)?.throwIfAborted === 'function';
}

/** Throws `INVALID_ARGUMENT` for anything but an array. */
export function assertList(call: string, argument: string, list: unknown): void {
  if (!Array.isArray(list)) throw invalidArgument(call, argument, "aren't an array");
}

/** Checks the sizes of pages. Throws `INVALID_ARGUMENT`. */
export function assertSizes(call: string, { limit, pageSize }: PagingOptions): void {
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

/** The segments that a scan reads; `undefined` for one that is not split. Throws `INVALID_ARGUMENT`. */
export function segmentsOf(segments: number | SegmentRange | undefined): Segments | undefined {
  if (segments === undefined) return undefined;
  const given = typeof segments === 'number' ? { total: segments } : segments;
  assertOptions('scan()', given, ['total', 'from', 'to']);
  const { total, from = 0, to = total } = given;
  const isInteger = [total, from, to].every((number) => Number.isInteger(number));
  if (isInteger && total >= 1 && total <= mostSegments && from >= 0 && from < to && to <= total) {
    return { total, from, to };
  }
  const expected = `a number from 1 to ${mostSegments.toLocaleString('en')}, or { total, from, to } with 0 <= from < to <= total`;
  throw invalidArgument('scan()', 'segments', `isn't a range of segments; expected ${expected}`);
}

export function invalidArgument(call: string, argument: string, problem: string): MapperError {
  return new MapperError('INVALID_ARGUMENT', { call, argument, problem });
}
