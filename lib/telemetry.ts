import { channel, tracingChannel } from 'node:diagnostics_channel';

/** Published on `dynamo-evolve:upgrade` for each item that is upgraded when it is read. Holds no stored values. */
export interface UpgradeEvent {
  readonly entity: string;
  readonly from: number;
  readonly to: number;
  /** The methods that ran, in order. */
  readonly steps: readonly string[];
}

/** How a write-back ended. Only `applied` changes the stored item. The read succeeds in any case. */
export type WriteBackOutcome =
  | 'applied'
  /** Another writer changed or deleted the item after it was read. */
  | 'lost race'
  /** The condition is longer than engines accept. */
  | 'too large'
  /** The upgrades fail, or give another result, when they run a second time. */
  | 'untraceable'
  /**
   * The upgrades could depend on an attribute that another writer adds, and the item has no revision to detect that.
   */
  | 'dynamic'
  /** The pinned older version can't hold the item without loss. */
  | 'loses'
  /** The item, as it is stored or as it would be stored, expires within a minute. */
  | 'expiring'
  /** The queue was full. */
  | 'queue full'
  /** The budget of the current second was used up. */
  | 'budget'
  /** The request failed, or the upgraded item has a value that can't be stored; see `cause`. */
  | 'failed';

/** Published on `dynamo-evolve:write-back` when a write-back ends or is skipped. Holds no stored values except keys. */
export interface WriteBackEvent {
  readonly entity: string;
  /** The key of the item, with stored names. */
  readonly key: Readonly<Record<string, unknown>>;
  readonly from: number;
  readonly to: number;
  readonly outcome: WriteBackOutcome;
  readonly cause?: unknown;
}

/**
 * Published on `tracing:dynamo-evolve:request:*` (start, end, asyncStart, asyncEnd, error) for each request to the
 * engine.
 */
export interface RequestEvent {
  /** The engine's operation, such as `Query`. */
  readonly operation: string;
  readonly table: string;
}

/** Published on `dynamo-evolve:sweep`: how far a sweep is and what happens to it. Holds no stored values. */
export type SweepEvent = SweepIdentity & (SweepProgressEvent | SweepRateEvent | SweepTakeOverEvent);

/** Which sweep an event is about. */
export interface SweepIdentity {
  readonly entity: string;
  readonly table: string;
  /** `undefined` for a sweep without a job. */
  readonly job: string | undefined;
}

/** After each page, at least every half second while items are rewritten, and at the end. */
export interface SweepProgressEvent {
  readonly event: 'progress';
  readonly state: 'running' | 'paused' | 'done' | 'cancelled' | 'failed';
  readonly examined: number;
  readonly rewritten: number;
  /** How many items failed, by the code of their error. */
  readonly failed: Readonly<Record<string, number>>;
  readonly segments: { readonly done: number; readonly total: number };
}

/** When the rate has changed. */
export interface SweepRateEvent {
  readonly event: 'rate';
  readonly itemsPerSecond: number;
  readonly because: string;
}

/** When this process takes a segment over from a worker that showed no sign of life. */
export interface SweepTakeOverEvent {
  readonly event: 'take-over';
  readonly segment: number;
}

/**
 * Published on `dynamo-evolve:invalid` for each entity that was read and that the schema of its class refuses, with the
 * mapper's option `onInvalid: 'report'`. Holds no stored values except keys.
 */
export interface InvalidEvent {
  readonly entity: string;
  /** The key of the item, with stored names. */
  readonly key: Readonly<Record<string, unknown>>;
  readonly issues: readonly { readonly path: string; readonly message: string }[];
}

/** The names of the channels that the mapper publishes on. Without subscribers, no event is created. */
export const channels = Object.freeze({
  upgrade: 'dynamo-evolve:upgrade',
  writeBack: 'dynamo-evolve:write-back',
  request: 'dynamo-evolve:request',
  sweep: 'dynamo-evolve:sweep',
  invalid: 'dynamo-evolve:invalid',
});

export const upgradeChannel = channel(channels.upgrade);
export const writeBackChannel = channel(channels.writeBack);
export const sweepChannel = channel(channels.sweep);
export const invalidChannel = channel(channels.invalid);
const requestChannel = tracingChannel<RequestEvent, RequestEvent>(channels.request);
const requestChannels = [
  requestChannel.start,
  requestChannel.end,
  requestChannel.asyncStart,
  requestChannel.asyncEnd,
  requestChannel.error,
];

/** Runs a request and traces it if there are subscribers. They don't see the result, which holds stored values. */
export async function traceRequest<T>(operation: string, table: string, request: () => Promise<T>): Promise<T> {
  if (!requestChannels.some(({ hasSubscribers }) => hasSubscribers)) return request();
  let result: T | undefined;
  const traced = async () => {
    result = await request();
  };
  await requestChannel.tracePromise(traced, { operation, table });
  return result as T;
}
