import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  BatchWriteItemCommand,
  type BatchWriteItemCommandInput,
  type BatchWriteItemCommandOutput,
  DeleteItemCommand,
  type DeleteItemCommandInput,
  type DynamoDBClient,
  GetItemCommand,
  type GetItemCommandInput,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  type ScanCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { WireItem } from '../codec/wire.js';
import { MapperError } from '../errors.js';
import { traceRequest } from '../telemetry.js';
import { type CommandStack, type ReadOutput, type TakenBody, takeBody } from './body-taking.js';

/** The AWS SDK's client, or anything that takes its commands: a subclass, a wrapper, a mock. */
export type EngineClient = Pick<DynamoDBClient, 'send'>;

/** How a conditional write ended. */
export type WriteOutcome = { readonly done: true; readonly attributes: WireItem | undefined } | RefusedWrite;

/** A write whose condition didn't hold. */
export interface RefusedWrite {
  readonly done: false;
  /** What is stored instead, where the engine tells. */
  readonly item: WireItem | undefined;
  /** Whether the client sent the request more than once: then an earlier one may have been done, its answer lost. */
  readonly wasRepeated: boolean;
}

interface Command {
  readonly middlewareStack: unknown;
}

/** Sends requests through the user's client and hands out wire items, raw as they came wherever the client lets us. */
export class Connection {
  readonly #client: EngineClient;
  readonly #takesBodies: boolean;

  /** `takesBodies: false` reads through the client's own deserialiser: slower, with equal results. */
  constructor(client: EngineClient, takesBodies = true) {
    this.#client = client;
    this.#takesBodies = takesBodies;
  }

  get(input: GetItemCommandInput, signal?: AbortSignal): Promise<ReadOutput> {
    return this.#read('GetItem', input.TableName, new GetItemCommand(input), signal);
  }

  batchGet(table: string, input: BatchGetItemCommandInput, signal?: AbortSignal): Promise<ReadOutput> {
    return this.#read('BatchGetItem', table, new BatchGetItemCommand(input), signal);
  }

  query(input: QueryCommandInput, signal?: AbortSignal): Promise<ReadOutput> {
    return this.#read('Query', input.TableName, new QueryCommand(input), signal);
  }

  scan(input: ScanCommandInput, signal?: AbortSignal): Promise<ReadOutput> {
    return this.#read('Scan', input.TableName, new ScanCommand(input), signal);
  }

  put(input: PutItemCommandInput): Promise<WriteOutcome> {
    return this.#write('PutItem', input.TableName, new PutItemCommand(input));
  }

  update(input: UpdateItemCommandInput): Promise<WriteOutcome> {
    return this.#write('UpdateItem', input.TableName, new UpdateItemCommand(input));
  }

  batchWrite(table: string, input: BatchWriteItemCommandInput): Promise<BatchWriteItemCommandOutput> {
    return this.send('BatchWriteItem', table, new BatchWriteItemCommand(input));
  }

  delete(input: DeleteItemCommandInput): Promise<WriteOutcome> {
    return this.#write('DeleteItem', input.TableName, new DeleteItemCommand(input));
  }

  /** Sends any other command. Throws `REQUEST_FAILED`. */
  send<Output>(operation: string, table: string, command: Command, signal?: AbortSignal): Promise<Output> {
    return traceRequest(operation, table, async () => {
      try {
        // with options, even empty ones: else a client with cacheMiddleware would keep our middleware for other commands
        return (await this.#client.send(command as never, { ...(signal && { abortSignal: signal }) })) as Output;
      } catch (cause) {
        signal?.throwIfAborted();
        throw new MapperError(
          'REQUEST_FAILED',
          { operation, table, reason: reasonOf(cause) },
          { cause: withoutItem(cause) },
        );
      }
    });
  }

  async #read(operation: string, table = '', command: Command, signal?: AbortSignal): Promise<ReadOutput> {
    const taken: TakenBody = {};
    if (this.#takesBodies) takeBody(command.middlewareStack as CommandStack, taken);
    const output = await this.send<ReadOutput>(operation, table, command, signal);
    // the client makes nothing of a taken body; what is there all the same, an application's middleware has put there
    return taken.output && isEmpty(output) ? taken.output : output;
  }

  async #write(operation: string, table = '', command: Command): Promise<WriteOutcome> {
    try {
      const output = await this.send<{ Attributes?: WireItem }>(operation, table, command);
      return { done: true, attributes: output.Attributes };
    } catch (error) {
      if (isForbidden(error)) throw new MapperError('WRITES_FORBIDDEN', { table }, { cause: error });
      const refused = error instanceof MapperError ? refusedWrite(error.cause) : undefined;
      if (refused === undefined) throw error;
      return refused;
    }
  }
}

/** Whether the table's isolation forbids the write: ScyllaDB says so in words alone. */
function isForbidden(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && /forbid_rmw|read-modify-write operations are disabled/i.test(cause.message);
}

function isEmpty(output: ReadOutput): boolean {
  return Object.keys(output).every((name) => name === '$metadata');
}

/** The stored items that failed conditions brought along; kept beside the errors, which may end up in logs. */
const storedItems = new WeakMap<object, WireItem>();

function refusedWrite(cause: unknown): RefusedWrite | undefined {
  if (!(cause instanceof Error) || cause.name !== 'ConditionalCheckFailedException') return undefined;
  const { $metadata: metadata } = cause as { $metadata?: { readonly attempts?: number } };
  return { done: false, item: storedItems.get(cause), wasRepeated: (metadata?.attempts ?? 1) > 1 };
}

/** What a service's error keeps: its other members can hold stored values, and the response a whole socket. */
const safeMembers = ['name', 'message', 'stack', '$fault', '$metadata', '$service', '$retryable', '__type'];

/** The client's error without the stored item and the response that it carries. */
function withoutItem(cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause;
  if ('$fault' in cause || 'Item' in cause) return serviceError(cause);
  // the messages of the SDK's deserialiser quote the answer, and its errors hide all of it
  const isUnreadable = cause.name === 'SyntaxError' || '$response' in cause;
  return isUnreadable ? new SyntaxError('the response is no JSON') : cause;
}

function serviceError(cause: Error): Error {
  const error = Object.setPrototypeOf(new Error(cause.message), Object.getPrototypeOf(cause) as object) as Error;
  for (const name of safeMembers) {
    const descriptor = Object.getOwnPropertyDescriptor(cause, name);
    if (descriptor) Object.defineProperty(error, name, descriptor);
  }
  const { Item: item } = cause as { Item?: WireItem };
  if (item !== undefined) storedItems.set(error, item);
  return error;
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return typeof cause;
  // network errors are told apart by their code alone
  const { code } = cause as { code?: unknown };
  return cause.name === 'Error' && typeof code === 'string' ? code : cause.name;
}
