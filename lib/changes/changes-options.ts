import type { MapperError } from '../errors.js';
import type { Class } from '../model/class.js';
import { assertOptions, invalidArgument } from '../query/query-options.js';
import type { StreamsClient } from '../store/streams.js';
import type { UnknownPolicy } from './read-change.js';
import { assertUnknownPolicy } from './single-change.js';

/** What to do about an error of a stream: throw it, or call a function with it and, unless that throws, go on. */
export type StreamFailurePolicy = 'throw' | ((error: MapperError) => void);

/** The options of `changes`. */
export interface ChangesOptions<Classes extends readonly Class[] = readonly Class[]> {
  /**
   * The client `DynamoDBStreams` of `@aws-sdk/client-dynamodb-streams`, for the same engine as the mapper's client, or
   * anything with its methods `describeStream`, `getShardIterator` and `getRecords`. It stays open.
   */
  readonly streams: StreamsClient;
  /** The classes whose changes are wanted; all that the mapper knows unless given. Their tables can differ. */
  readonly entities?: Classes | undefined;
  /**
   * Where to start: `'now'`, the default, with what happens from now on; `'oldest'` with all that the streams still
   * have; or behind a `checkpoint`.
   */
  readonly from?: 'now' | 'oldest' | (string & {}) | undefined;
  /**
   * A name under which several processes share the shards, and go on where they were: in the table of sweep jobs, which
   * is created if it is missing. `from` is where the first of them starts, and can't be a checkpoint.
   */
  readonly consumer?: string | undefined;
  /**
   * With `consumer`: how long, in milliseconds, a process may give no sign of life before others take its shards over.
   * Default: 60,000.
   */
  readonly lease?: number | undefined;
  /**
   * With `consumer`: how often, in milliseconds, it is stored how far a shard is while its changes keep coming; at the
   * end of each page it is stored in any case. A crash repeats the change that wasn't acknowledged, and of each shard
   * those that were acknowledged within one such interval. With 0 it is stored before the next change comes, which
   * costs a write for each change, and a crash repeats only what wasn't acknowledged. Default: 1,000.
   */
  readonly checkpointInterval?: number | undefined;
  /** Ends the iteration, which rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** What to do with a record of none of the classes: `'skip'` it, the default, or throw `UNKNOWN_CHANGE`. */
  readonly unknown?: UnknownPolicy | undefined;
  /** What to do about a change whose images can't be read, `UNREADABLE_CHANGE`. Default: `'throw'`. */
  readonly onUnreadable?: StreamFailurePolicy | undefined;
  /**
   * What to do if changes are missing because nobody has read them in time, `TRIMMED_DATA`. A function lets the
   * iteration go on with the oldest change that is left. Default: `'throw'`.
   */
  readonly onTrimmed?: StreamFailurePolicy | undefined;
}

const known = [
  'streams',
  'entities',
  'from',
  'consumer',
  'lease',
  'checkpointInterval',
  'signal',
  'unknown',
  'onUnreadable',
  'onTrimmed',
];
const methods = ['describeStream', 'getShardIterator', 'getRecords'] as const;

/** Throws `INVALID_ARGUMENT`. */
export function assertChangesOptions(options: ChangesOptions): void {
  assertOptions('changes()', options, known);
  const { checkpointInterval, consumer, from, lease, onTrimmed, onUnreadable, unknown } = options;
  const streams = options.streams as Partial<StreamsClient> | null | undefined;
  if (!methods.every((method) => typeof streams?.[method] === 'function')) {
    throw invalidArgument('changes()', 'streams', `isn't a client with the methods ${methods.join(', ')}`);
  }
  if (from !== undefined && typeof from !== 'string') {
    throw invalidArgument('changes()', 'from', "is neither 'now' nor 'oldest' nor a checkpoint of changes()");
  }
  if (consumer !== undefined && (typeof consumer !== 'string' || consumer === '')) {
    throw invalidArgument('changes()', 'consumer', 'must be a name');
  }
  if (consumer !== undefined && from !== undefined && from !== 'now' && from !== 'oldest') {
    throw invalidArgument('changes()', 'from', "must be 'now' or 'oldest' with a consumer, which keeps its own place");
  }
  if (lease !== undefined && (consumer === undefined || !Number.isFinite(lease) || lease < 1_000)) {
    throw invalidArgument('changes()', 'lease', 'must be a number of milliseconds, 1,000 or more, with a consumer');
  }
  const isInterval = consumer !== undefined && Number.isFinite(checkpointInterval) && Number(checkpointInterval) >= 0;
  if (checkpointInterval !== undefined && !isInterval) {
    const problem = 'must be a number of milliseconds, 0 or more, with a consumer';
    throw invalidArgument('changes()', 'checkpointInterval', problem);
  }
  assertUnknownPolicy('changes()', unknown);
  for (const [name, policy] of Object.entries({ onUnreadable, onTrimmed })) {
    if (policy === undefined || policy === 'throw' || typeof policy === 'function') continue;
    throw invalidArgument('changes()', name, "is neither 'throw' nor a function");
  }
}
