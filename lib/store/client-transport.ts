import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  GetItemCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { requestItem, type WireItem } from '../codec/wire.js';
import { MapperError } from '../errors.js';
import { traceRequest } from '../telemetry.js';
import { checkOutput } from './check-output.js';
import { LeanWay } from './lean/lean-command.js';
import type { SdkCommand } from './lean/sdk-parts.js';
import { answerOf, type TakenAnswer } from './taken-answer.js';
import {
  type Answer,
  type BatchedWrite,
  type Failure,
  type FailureReason,
  type Operation,
  type OutputOf,
  type RequestOf,
  tableOf,
  type Transport,
} from './transport.js';

/** The AWS SDK's client, or anything that accepts its commands: a subclass, a wrapper, a mock. */
export type EngineClient = Pick<DynamoDBClient, 'send'>;

/** A command by itself takes its own input; `clientInput` makes it. */
type CommandClass = new (input: object) => object;

/** The part of a client that is used here: its own type knows each command by its class. */
interface CommandSender {
  send(command: object, options: object): Promise<unknown>;
}

const commands: Readonly<Record<Operation, new (input: never) => object>> = {
  GetItem: GetItemCommand,
  BatchGetItem: BatchGetItemCommand,
  Query: QueryCommand,
  Scan: ScanCommand,
  PutItem: PutItemCommand,
  UpdateItem: UpdateItemCommand,
  DeleteItem: DeleteItemCommand,
  BatchWriteItem: BatchWriteItemCommand,
  CreateTable: CreateTableCommand,
  DescribeTable: DescribeTableCommand,
  UpdateTable: UpdateTableCommand,
  ListTagsOfResource: ListTagsOfResourceCommand,
  DescribeTimeToLive: DescribeTimeToLiveCommand,
  UpdateTimeToLive: UpdateTimeToLiveCommand,
};

/** Operations whose answers hold items. */
const itemOperations: ReadonlySet<Operation> = new Set<Operation>([
  'GetItem',
  'BatchGetItem',
  'Query',
  'Scan',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'BatchWriteItem',
]);

/**
 * Sends requests as the SDK's commands through the user's client: the lean way, with answers taken raw, wherever the
 * client lets us.
 */
export class ClientTransport implements Transport {
  readonly #client: CommandSender;
  readonly #takesAnswers: boolean;
  readonly #leanWay = new LeanWay();

  /**
   * `takesAnswers: false` sends the client's own way, and leaves answers to its deserialiser: slower, with equal
   * results.
   */
  constructor(client: EngineClient, takesAnswers = true) {
    this.#client = client;
    this.#takesAnswers = takesAnswers;
  }

  async send<O extends Operation>(operation: O, request: RequestOf<O>, signal?: AbortSignal): Promise<Answer<O>> {
    const taken: TakenAnswer = {};
    const Command = commands[operation] as CommandClass;
    const command = new Command(clientInput(operation, request));
    if (this.#takesAnswers && itemOperations.has(operation)) {
      this.#leanWay.open(command as SdkCommand, operation, taken);
    }
    const table = tableOf(request);
    let cause: unknown;
    const run = async () => {
      try {
        // with options, even empty ones: otherwise a client with cacheMiddleware keeps our middleware for other
        // commands
        const options = { ...(signal && { abortSignal: signal }) };
        const output = await this.#client.send(command, options);
        return checkOutput(operation, answerOf(output, taken) as OutputOf<O>);
      } catch (thrown) {
        signal?.throwIfAborted();
        cause = thrown;
        const details = { operation, table, reason: nameOf(thrown) };
        throw new MapperError('REQUEST_FAILED', details, { cause: safeCause(thrown) });
      }
    };
    try {
      return { done: true, output: await traceRequest(operation, table, run) };
    } catch (error) {
      if (cause === undefined || !(error instanceof MapperError)) throw error;
      return failureOf(cause, error, table, taken);
    }
  }
}

/** A request as the SDK's commands take it: with bytes for base64 text. */
function clientInput(operation: Operation, request: object): object {
  if (!itemOperations.has(operation)) return request;
  const input: Record<string, unknown> = { ...request };
  for (const member of ['Item', 'Key', 'ExclusiveStartKey', 'ExpressionAttributeValues']) {
    if (input[member] !== undefined) input[member] = requestItem(input[member] as WireItem);
  }
  if (operation === 'BatchGetItem') {
    const { RequestItems: tables } = request as RequestOf<'BatchGetItem'>;
    input['RequestItems'] = mapValues(tables, (asked) => ({ ...asked, Keys: asked.Keys.map(requestItem) }));
  } else if (operation === 'BatchWriteItem') {
    const { RequestItems: tables } = request as RequestOf<'BatchWriteItem'>;
    input['RequestItems'] = mapValues(tables, (writes) => writes.map(clientWrite));
  }
  return input;
}

function clientWrite(write: BatchedWrite): object {
  if ('PutRequest' in write) return { PutRequest: { Item: requestItem(write.PutRequest.Item) } };
  return { DeleteRequest: { Key: requestItem(write.DeleteRequest.Key) } };
}

function mapValues<V>(values: Readonly<Record<string, V>>, map: (value: V) => unknown): object {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
}

function failureOf(cause: unknown, error: MapperError, table: string, taken: TakenAnswer): Failure {
  const because = failureReason(cause);
  const { $metadata: metadata, Item: item = taken.refusedItem } = (
    typeof cause === 'object' && cause !== null ? cause : {}
  ) as { readonly $metadata?: { readonly attempts?: number }; readonly Item?: WireItem };
  return {
    done: false,
    because,
    item: because === 'condition' ? item : undefined,
    wasRepeated: (metadata?.attempts ?? 1) > 1,
    error: because === 'forbidden' ? new MapperError('WRITES_FORBIDDEN', { table }, { cause: error }) : error,
  };
}

const reasonsByName: Readonly<Record<string, FailureReason>> = {
  ConditionalCheckFailedException: 'condition',
  UnknownOperationException: 'unknown operation',
  ResourceNotFoundException: 'table absent',
  ResourceInUseException: 'table exists',
  ProvisionedThroughputExceededException: 'throttled',
  RequestLimitExceeded: 'throttled',
  ThrottlingException: 'throttled',
};

/** DynamoDB's words, and ScyllaDB's for a place below the first level and for one at it. */
const noParent =
  /document path provided in .* is invalid|document paths not valid|cannot update (?:nested )?document path/i;

function failureReason(cause: unknown): FailureReason {
  if (!(cause instanceof Error)) return 'other';
  // ScyllaDB says so only in the message
  if (/forbid_rmw|read-modify-write operations are disabled/i.test(cause.message)) return 'forbidden';
  const known = Object.hasOwn(reasonsByName, cause.name) ? reasonsByName[cause.name] : undefined;
  if (known) return known;
  if (cause.name === 'ValidationException') return noParent.test(cause.message) ? 'no parent' : 'invalid';
  const { $fault: fault } = cause as { readonly $fault?: 'client' | 'server' };
  // a service that answers with a fault of the client has done nothing
  return fault === 'client' ? 'other' : 'lost';
}

/** What a service's error keeps: its other members can hold stored values, and the response a whole socket. */
const safeMembers = ['name', 'message', 'stack', '$fault', '$metadata', '$service', '$retryable', '__type'];

/** The client's error without the stored item and the response that it carries. */
export function safeCause(cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause;
  if ('$fault' in cause || 'Item' in cause) return serviceError(cause);
  // the messages of the SDK's deserialiser quote the answer, and its errors hide all of it
  const isUnreadable = cause.name === 'SyntaxError' || '$response' in cause;
  return isUnreadable ? new SyntaxError("the response isn't JSON") : cause;
}

function serviceError(cause: Error): Error {
  const error = Object.setPrototypeOf(new Error(cause.message), Object.getPrototypeOf(cause) as object) as Error;
  for (const name of safeMembers) {
    const descriptor = Object.getOwnPropertyDescriptor(cause, name);
    if (descriptor) Object.defineProperty(error, name, descriptor);
  }
  return error;
}

const missingRegion = 'Region is missing';

/** What an error is called: for messages. */
export function nameOf(cause: unknown): string {
  if (!(cause instanceof Error)) return typeof cause;
  // only the code tells network errors apart
  const { code } = cause as { code?: unknown };
  if (cause.name === 'Error' && typeof code === 'string') return code;
  // the SDK has no name for it
  return cause.message === missingRegion ? missingRegion : cause.name;
}
