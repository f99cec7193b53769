import type {
  CreateTableCommandInput,
  DescribeTimeToLiveCommandOutput,
  TableDescription,
  Tag,
  UpdateTableCommandInput,
  UpdateTimeToLiveCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { StoredItem } from '../codec/row.js';
import type { WireItem } from '../codec/wire.js';
import type { MapperError } from '../errors.js';
import type { TokenParams } from './expression-tokens.js';

/** What a request says of one table. */
interface OfTable {
  readonly TableName: string;
}

interface KeyRequest extends OfTable {
  readonly Key: WireItem;
}

/** What a conditional write carries. */
interface WriteRequest extends OfTable, TokenParams {
  readonly ConditionExpression?: string;
  readonly ReturnValues?: 'ALL_NEW';
  readonly ReturnValuesOnConditionCheckFailure?: 'ALL_OLD';
}

interface WriteOutput {
  readonly Attributes?: WireItem;
}

export interface PageRequest extends OfTable, TokenParams {
  readonly IndexName?: string;
  readonly ConsistentRead?: boolean;
  readonly ScanIndexForward?: boolean;
  readonly KeyConditionExpression?: string;
  readonly FilterExpression?: string;
  readonly ProjectionExpression?: string;
  readonly Select?: 'COUNT' | 'ALL_ATTRIBUTES';
  readonly ExclusiveStartKey?: WireItem;
  readonly Limit?: number;
  readonly Segment?: number;
  readonly TotalSegments?: number;
}

/** A page of a Query or Scan. */
export interface PageOutput {
  readonly Items?: readonly StoredItem[];
  readonly Count?: number;
  readonly ScannedCount?: number;
  readonly LastEvaluatedKey?: WireItem;
}

interface KeysOfTable {
  readonly Keys: readonly WireItem[];
  readonly ConsistentRead?: boolean;
}

/** One write of a batch. */
export type BatchedWrite =
  { readonly PutRequest: { readonly Item: WireItem } } | { readonly DeleteRequest: { readonly Key: WireItem } };

type ByTable<T> = Readonly<Record<string, T>>;

/** Every operation that is sent to an engine, with its request and what its answer holds. Values are wire values. */
export interface Operations {
  GetItem: {
    readonly request: KeyRequest & { readonly ConsistentRead?: boolean };
    readonly output: { readonly Item?: WireItem };
  };
  BatchGetItem: {
    readonly request: { readonly RequestItems: ByTable<KeysOfTable> };
    readonly output: {
      readonly Responses?: ByTable<readonly StoredItem[]>;
      readonly UnprocessedKeys?: ByTable<{ readonly Keys?: readonly WireItem[] }>;
    };
  };
  Query: { readonly request: PageRequest; readonly output: PageOutput };
  Scan: { readonly request: PageRequest; readonly output: PageOutput };
  PutItem: { readonly request: WriteRequest & { readonly Item: WireItem }; readonly output: WriteOutput };
  UpdateItem: {
    readonly request: WriteRequest & KeyRequest & { readonly UpdateExpression: string };
    readonly output: WriteOutput;
  };
  DeleteItem: { readonly request: WriteRequest & KeyRequest; readonly output: WriteOutput };
  BatchWriteItem: {
    readonly request: { readonly RequestItems: ByTable<readonly BatchedWrite[]> };
    readonly output: { readonly UnprocessedItems?: ByTable<readonly BatchedWrite[]> };
  };
  CreateTable: { readonly request: CreateTableCommandInput; readonly output: object };
  DescribeTable: { readonly request: OfTable; readonly output: { readonly Table?: TableDescription } };
  UpdateTable: { readonly request: UpdateTableCommandInput; readonly output: object };
  ListTagsOfResource: {
    readonly request: { readonly ResourceArn: string; readonly NextToken?: string };
    readonly output: { readonly Tags?: Tag[] | undefined; readonly NextToken?: string | undefined };
  };
  DescribeTimeToLive: {
    readonly request: OfTable;
    readonly output: Omit<DescribeTimeToLiveCommandOutput, '$metadata'>;
  };
  UpdateTimeToLive: { readonly request: UpdateTimeToLiveCommandInput; readonly output: object };
}

export type Operation = keyof Operations;
export type RequestOf<O extends Operation> = Operations[O]['request'];
export type OutputOf<O extends Operation> = Operations[O]['output'];

/** Why a request wasn't done, as far as its sender can act on it. */
export type FailureReason =
  /** The condition of the write doesn't hold. */
  | 'condition'
  /** The table's isolation forbids conditional writes. */
  | 'forbidden'
  /** A nested place is named whose map or list isn't there. */
  | 'no parent'
  /** The engine doesn't take such a request. */
  | 'invalid'
  /** The engine has no such operation. */
  | 'unknown operation'
  | 'table absent'
  | 'table exists'
  /** Too many requests; the client has tried again and given up. */
  | 'throttled'
  /** No answer came, or none that makes sense: a write may have been done all the same. */
  | 'lost'
  | 'other';

/** A request that wasn't done, or of which nobody knows. */
export interface Failure {
  readonly done: false;
  readonly because: FailureReason;
  /** `condition`: the item that is stored, where the engine says. */
  readonly item: WireItem | undefined;
  /** Whether the request was sent more than once: then an earlier attempt may have been done, and its answer lost. */
  readonly wasRepeated: boolean;
  /** What to throw where nothing can be done about it. */
  readonly error: MapperError;
}

/** How a request ended. */
export type Answer<O extends Operation> = { readonly done: true; readonly output: OutputOf<O> } | Failure;

/**
 * The way to an engine, and the only one. Takes requests and gives answers as they stand on the wire: bytes may be
 * base64 text or a `Uint8Array` in both.
 */
export interface Transport {
  /** Sends one request. Rejects with the signal's reason if that aborts it; every other end is an answer. */
  send<O extends Operation>(operation: O, request: RequestOf<O>, signal?: AbortSignal): Promise<Answer<O>>;
}

/** What an answer holds. Throws the error of a request that wasn't done. */
export function outputOf<O extends Operation>(answer: Answer<O>): OutputOf<O> {
  if (answer.done) return answer.output;
  throw errorOf(answer);
}

const reasons = new WeakMap<MapperError, FailureReason>();

/** The error of a request that wasn't done, as it is thrown. */
export function errorOf({ because, error }: Failure): MapperError {
  reasons.set(error, because);
  return error;
}

/** Why the request failed whose error this is; `undefined` for other errors. */
export function reasonOf(error: unknown): FailureReason | undefined {
  return reasons.get(error as MapperError);
}

/** The name of the table that a request is about. */
export function tableOf(request: object): string {
  const {
    RequestItems: tables,
    ResourceArn: arn,
    TableName: name = arn?.split('/').at(-1),
  } = request as { RequestItems?: object; ResourceArn?: string; TableName?: string };
  return name ?? Object.keys(tables ?? {}).join(', ');
}
