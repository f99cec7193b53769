import type { ForeignWireItem, WireItem } from '../codec/wire.js';
import { type CallName, MapperError } from '../errors.js';
import { wholeView } from '../store/streams.js';

/**
 * A record of a stream: as the SDK's client of DynamoDB Streams returns it, as Lambda hands it over, or as the JSON of
 * an engine has it.
 */
export interface ChangeRecord {
  readonly dynamodb?:
    | {
        readonly Keys?: ForeignWireItem | undefined;
        readonly OldImage?: ForeignWireItem | undefined;
        readonly NewImage?: ForeignWireItem | undefined;
        readonly SequenceNumber?: string | undefined;
        /** A Date, or seconds since 1970. */
        readonly ApproximateCreationDateTime?: Date | number | undefined;
        readonly StreamViewType?: string | undefined;
      }
    | undefined;
  readonly eventSourceARN?: string | undefined;
  readonly userIdentity?: unknown;
}

/** What a record says, whoever wrote it. */
export interface RecordFacts {
  /** The table's name, where the record tells it. */
  readonly table: string | undefined;
  readonly keys: WireItem;
  /** Whole items. Both are missing if the engine doesn't show what was removed, or nothing was there. */
  readonly before: WireItem | undefined;
  readonly after: WireItem | undefined;
  readonly sequenceNumber: string | undefined;
  readonly at: Date | undefined;
  /** Whether the engine removed the item at the end of its time to live. */
  readonly expired: boolean;
}

/** What a record says. Throws `INVALID_ARGUMENT` for anything else, and `STREAM_VIEW` for one without the images. */
export function factsOf(record: ChangeRecord, call: CallName): RecordFacts {
  const { dynamodb } = isObject(record) ? record : {};
  if (!isObject(dynamodb) || !isObject(dynamodb.Keys)) {
    const problem = "isn't a record of a stream: it has no dynamodb.Keys";
    throw new MapperError('INVALID_ARGUMENT', { call, argument: 'the record', problem });
  }
  const { SequenceNumber: sequenceNumber, StreamViewType: view } = dynamodb;
  const keys = dynamodb.Keys as WireItem;
  const [before, after] = [imageOf(dynamodb.OldImage, keys), imageOf(dynamodb.NewImage, keys)];
  const table = tableOf(record.eventSourceARN);
  if (view !== undefined && view !== wholeView)
    throw new MapperError('STREAM_VIEW', { table, found: `the view ${view}` });
  if (view === undefined && !before && !after) throw new MapperError('STREAM_VIEW', { table, found: 'no images' });
  const at = timeOf(dynamodb.ApproximateCreationDateTime);
  return { table, keys, before, after, sequenceNumber, at, expired: isExpiry(record.userIdentity) };
}

/** A whole item. An engine that has nothing to show leaves the image out, or shows one without attributes. */
function imageOf(image: ForeignWireItem | undefined, keys: WireItem): WireItem | undefined {
  if (!isObject(image) || Object.keys(image).length === 0) return undefined;
  return { ...keys, ...(image as WireItem) };
}

/** The name in an ARN such as `arn:aws:dynamodb:eu-west-1:123456789012:table/notes/stream/2024-03-01T09:15:00.000`. */
function tableOf(arn: string | undefined): string | undefined {
  return typeof arn === 'string' ? /:table\/([^/]+)\/stream\//.exec(arn)?.[1] : undefined;
}

function timeOf(time: Date | number | undefined): Date | undefined {
  if (typeof time === 'number') return new Date(time * 1_000);
  // one that may come from another realm
  return isObject(time) && typeof time.getTime === 'function' ? new Date(time.getTime()) : undefined;
}

/** The SDK writes the names of members large, and Lambda small. */
function isExpiry(identity: unknown): boolean {
  if (!isObject(identity)) return false;
  const { PrincipalId, Type, principalId = PrincipalId, type = Type } = identity as Readonly<Record<string, unknown>>;
  return type === 'Service' && principalId === 'dynamodb.amazonaws.com';
}

function isObject<T>(value: T): value is T & object {
  return typeof value === 'object' && value !== null;
}
