import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
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
} from '@aws-sdk/client-dynamodb';
import type { WireItem } from '../codec/wire.js';
import { MapperError } from '../errors.js';
import { traceRequest } from '../telemetry.js';
import { type CommandStack, type ReadOutput, type TakenBody, takeBody } from './body-taking.js';

/** The AWS SDK's client, or anything that takes its commands: a subclass, a wrapper, a mock. */
export type EngineClient = Pick<DynamoDBClient, 'send'>;

/** How a conditional write ended; `item` is what is stored instead, where the engine tells. */
export type WriteOutcome = { readonly done: true } | { readonly done: false; readonly item: WireItem | undefined };

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
      await this.send(operation, table, command);
      return { done: true };
    } catch (error) {
      const stored = error instanceof MapperError ? storedInstead(error.cause) : undefined;
      if (stored === undefined) throw error;
      return { done: false, item: stored.item };
    }
  }
}

function isEmpty(output: ReadOutput): boolean {
  return Object.keys(output).every((name) => name === '$metadata');
}

/** The stored items that failed conditions brought along; kept beside the errors, which may end up in logs. */
const storedItems = new WeakMap<object, WireItem>();

function storedInstead(cause: unknown): { readonly item: WireItem | undefined } | undefined {
  if (!(cause instanceof Error) || cause.name !== 'ConditionalCheckFailedException') return undefined;
  return { item: storedItems.get(cause) };
}

/** The client's error without the stored item and the response that it carries. */
function withoutItem(cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause;
  const { Item: item } = cause as { Item?: WireItem };
  if (item !== undefined) {
    storedItems.set(cause, item);
    delete (cause as { Item?: WireItem }).Item;
  }
  // the messages of the SDK's deserialiser quote the answer, and its errors hide all of it
  if (cause.name === 'SyntaxError' || '$responseBodyText' in cause) return new SyntaxError('the response is no JSON');
  return cause;
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.name : typeof cause;
}
