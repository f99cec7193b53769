import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EngineClient, WireItem, WireValue } from 'dynamo-evolve';

/** The parts of a write request that specs look at. */
export interface WriteRequest {
  readonly TableName: string;
  readonly Key?: WireItem;
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, WireValue>>;
}

/** A request as the mapper gave it to the client. */
export interface SentRequest {
  /** Such as `UpdateItem`. */
  readonly operation: string;
  readonly input: WriteRequest;
}

/** A client that notes what is sent, and lets a spec delay or fail it. */
export interface RecordingClient {
  readonly client: EngineClient;
  readonly sent: SentRequest[];
  /** Called before each request goes on; what it throws is the request's failure. */
  before: (request: SentRequest) => unknown;
  /** The requests of one operation. */
  of(operation: string): SentRequest[];
  /** Forgets what was sent and lets everything pass. */
  reset(): void;
}

interface Command {
  readonly constructor: { readonly name: string };
  readonly input: object;
}

export function recordingClient(client: DynamoDBClient): RecordingClient {
  const sent: SentRequest[] = [];
  const send = async (command: Command, options: object) => {
    const operation = command.constructor.name.replace(/Command$/, '');
    const request = { operation, input: command.input as WriteRequest };
    sent.push(request);
    await recording.before(request);
    return client.send(command as never, options);
  };
  const recording: RecordingClient = {
    sent,
    before: () => undefined,
    of: (operation) => sent.filter((one) => one.operation === operation),
    reset: () => {
      sent.length = 0;
      recording.before = () => undefined;
    },
    client: { send } as EngineClient,
  };
  return recording;
}

/** An expression with its names and values in their places: `title = {"S":"Hello"}`. */
function spelledOut(expression: string | undefined, input: WriteRequest): string {
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = input;
  return (expression ?? '').replaceAll(/[#:]\w+/g, (token) =>
    token.startsWith('#') ? (names[token] ?? token) : (JSON.stringify(values[token]) ?? token),
  );
}

/** The single conditions of an expression that joins them with AND, without the brackets, in alphabetical order. */
export function conditionsOf(input: WriteRequest): string[] {
  return spelledOut(input.ConditionExpression, input)
    .split(' AND ')
    .map((one) => one.replace(/^\(+(.*?)\)*$/, (_, inner: string) => balanced(inner)))
    .toSorted();
}

/** The changes of an UpdateExpression, one a line, in alphabetical order. */
export function changesOf(input: WriteRequest): string[] {
  const clauses = (input.UpdateExpression ?? '').split(/ ?\b(SET|REMOVE|ADD|DELETE) /).slice(1);
  return clauses
    .flatMap((clause, at) => (at % 2 === 0 ? (clauses[at + 1] ?? '').split(', ').map((one) => `${clause} ${one}`) : []))
    .map((one) => spelledOut(one, input))
    .toSorted();
}

function balanced(text: string): string {
  const missing = text.split('(').length - text.split(')').length;
  return text + ')'.repeat(Math.max(0, missing));
}
