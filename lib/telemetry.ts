import { channel, tracingChannel } from 'node:diagnostics_channel';

/** Published on `dynamo-evolve:upgrade` for each item that was upgraded as it was read. Holds no stored values. */
export interface UpgradeEvent {
  readonly entity: string;
  readonly from: number;
  readonly to: number;
  /** The methods that ran, in order. */
  readonly steps: readonly string[];
}

/** Traced on `tracing:dynamo-evolve:request:*` (start, end, asyncEnd, error) for each request to the engine. */
export interface RequestEvent {
  /** The engine's operation, such as `Query`. */
  readonly operation: string;
  readonly table: string;
}

/** The channels that the mapper publishes on. Nothing is built or published while nobody listens. */
export const channels = Object.freeze({
  upgrade: 'dynamo-evolve:upgrade',
  request: 'dynamo-evolve:request',
});

export const upgradeChannel = channel(channels.upgrade);
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
