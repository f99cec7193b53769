import { MapperError } from '../errors.js';
import { assertOptions, invalidArgument } from '../query/query-options.js';
import type { EntityContext } from '../read/entity-context.js';
import type { SweepRate } from './pace.js';

/** The options of `sweep`. */
export interface SweepOptions {
  /** Into how many segments the table is split, of which eight are swept at once; 8 unless given. */
  readonly segments?: number | undefined;
  /** How many items are rewritten in a second; `'adaptive'` unless given. */
  readonly rate?: SweepRate | undefined;
  /** How many items to rewrite, spread over the segments, before the sweep pauses and waits for `resume()`. */
  readonly canary?: number | undefined;
  /**
   * Keeps the sweep in the table `dynamo_evolve_jobs`, after the mapper's prefix, under this name: a sweep of the same
   * name goes on where it was, and any number of processes share it. Its segments are those it began with.
   */
  readonly job?: string | undefined;
  /** `'failed'`: tries just those items of a job again that failed, as far as they are noted: 100 of each segment. */
  readonly only?: 'failed' | undefined;
  /**
   * After how many milliseconds without a sign of life a worker of a job loses its segments to others; 30,000 unless
   * given.
   */
  readonly lease?: number | undefined;
  /** Stops the sweep, whose `result` rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

const sweepOptions = ['segments', 'rate', 'canary', 'job', 'only', 'lease', 'signal'];
const mostSegments = 1_000_000;

/** Throws `INVALID_ARGUMENT`, `FENCE_REQUIRED` or `MAPPER_CLOSED`. */
export function checkSweepOptions(
  { assertOpen, isFenced }: EntityContext<object>,
  options: SweepOptions,
): SweepOptions {
  assertOpen('sweep()');
  assertOptions('sweep()', options, sweepOptions);
  if (!isFenced) throw new MapperError('FENCE_REQUIRED', { call: 'sweep()' });
  const { canary, job, lease = 1, only, rate = 'adaptive', segments = 1 } = options;
  if (!isInteger(segments, mostSegments))
    throw invalidArgument('sweep()', 'segments', `isn't an integer from 1 to ${mostSegments.toLocaleString('en')}`);
  if (job !== undefined && (typeof job !== 'string' || job === ''))
    throw invalidArgument('sweep()', 'job', "isn't a name");
  if (only !== undefined && only !== 'failed') throw invalidArgument('sweep()', 'only', "isn't 'failed'");
  if (only !== undefined && job === undefined)
    throw invalidArgument('sweep()', 'only', 'needs the name of the job whose failed items are tried again');
  if (!isInteger(lease, 3_600_000))
    throw invalidArgument('sweep()', 'lease', "isn't a number of milliseconds from 1 to an hour");
  if (canary !== undefined && !isInteger(canary, Infinity))
    throw invalidArgument('sweep()', 'canary', "isn't an integer from 1");
  const isRate = typeof rate === 'object' && rate !== null && Number.isFinite(rate.items) && rate.items > 0;
  if (rate !== 'adaptive' && !isRate)
    throw invalidArgument('sweep()', 'rate', "is neither 'adaptive' nor { items } with a number above 0");
  return options;
}

function isInteger(value: unknown, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most;
}
