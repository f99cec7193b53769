import { channel, tracingChannel } from 'node:diagnostics_channel';

/** Published on `dynamo-evolve:upgrade` for each item that was upgraded as it was read. Holds no stored values. */
export interface UpgradeEvent {
  readonly entity: string;
  readonly from: number;
  readonly to: number;
  /** The methods that ran, in order. */
  readonly steps: readonly string[];
}

/** How a write-back ended. All but `applied` leave the stored item as it was; the read stands in any case. */
export type WriteBackOutcome =
  | 'applied'
  /** Somebody else wrote the item, or deleted it, since it was read. */
  | 'lost race'
  /** The condition is more than engines take in one expression. */
  | 'too large'
  /** The chain throws or gives another result when it runs once more. */
  | 'untraceable'
  /** The chain could depend on an attribute that appears meanwhile, and the item has no revision to tell. */
  | 'dynamic'
  /** Stored in the pinned older version, the item would be read as something else. */
  | 'loses'
  /** The item expires within a minute, as it is stored or as it would be. */
  | 'expiring'
  /** The queue was full. */
  | 'queue full'
  /** This second's budget was used up. */
  | 'budget'
  /** The request failed, or the upgraded item has a value that can't be stored; `cause` says which. */
  | 'failed';

/** Published on `dynamo-evolve:write-back` for each write-back that was due. Holds no stored values but keys. */
export interface WriteBackEvent {
  readonly entity: string;
  /** The key of the item, by stored names. */
  readonly key: Readonly<Record<string, unknown>>;
  readonly from: number;
  readonly to: number;
  readonly outcome: WriteBackOutcome;
  readonly cause?: unknown;
}

/** Traced on `tracing:dynamo-evolve:request:*` (start, end, asyncStart, asyncEnd, error) for each request to the engine. */
export interface RequestEvent {
  /** The engine's operation, such as `Query`. */
  readonly operation: string;
  readonly table: string;
}

/** The channels that the mapper publishes on. Nothing is built or published while nobody listens. */
export const channels = Object.freeze({
  upgrade: 'dynamo-evolve:upgrade',
  writeBack: 'dynamo-evolve:write-back',
  request: 'dynamo-evolve:request',
});

export const upgradeChannel = channel(channels.upgrade);
export const writeBackChannel = channel(channels.writeBack);
const requestChannel = tracingChannel<RequestEvent, RequestEvent>(channels.request);
const requestChannels = [
  requestChannel.start,
  requestChannel.end,
  requestChannel.asyncStart,
  requestChannel.asyncEnd,
  requestChannel.error,
];

/** Runs a request, traced if anybody listens. The traced promise yields nothing: results hold stored values. */
export async function traceRequest<T>(operation: string, table: string, request: () => Promise<T>): Promise<T> {
  if (!requestChannels.some((one) => one.hasSubscribers)) return request();
  let result: T | undefined;
  const traced = async () => {
    result = await request();
  };
  await requestChannel.tracePromise(traced, { operation, table });
  return result as T;
}
