import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { Readable } from 'node:stream';
import type { EngineClient } from 'dynamo-evolve';
import { ClientTransport } from '../../lib/store/client-transport.js';

/** How a request reaches the engine: by our shortcuts, or through the client's stack as it stands. */
export type Way = 'lean' | 'stock';
export const ways = ['lean', 'stock'] as const;

/** A request as a handler gets it. */
export interface HandledRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query: object;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What a handler answers. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object | string;
  /** Whether the handler gives the body as bytes instead of a stream. */
  readonly inBytes?: boolean;
}

export interface WayClient {
  readonly client: DynamoDBClient;
  readonly transport: ClientTransport;
  /** Every request that was sent, as it was. */
  readonly requests: HandledRequest[];
  /** How many requests the SDK's own serialiser wrote. */
  stockRequests(): number;
}

/** What each request is answered, by its number. */
export type Respond = (request: HandledRequest, at: number) => Reply | Promise<Reply>;

/** A client of the SDK whose requests go one way, and end in a function instead of a socket. */
export function clientBy(
  way: Way,
  config: DynamoDBClientConfig = {},
  respond: Respond = () => ({}),
  ClientClass = DynamoDBClient,
): WayClient {
  const requests: HandledRequest[] = [];
  const handle = async (request: HandledRequest) => {
    const { body, headers, hostname, method, path, port, protocol, query } = request;
    const sent = { method, protocol, hostname, path, query, headers: { ...headers }, body, ...(port && { port }) };
    const { body: answer = {}, headers: more, inBytes, status = 200 } = await respond(sent, requests.push(sent) - 1);
    const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
    const response = { statusCode: status, headers: { 'x-amzn-requestid': 'r1', ...more } };
    const bytes = Buffer.from(text);
    return { response: { ...response, body: inBytes ? bytes : Readable.from([bytes]) } };
  };
  const credentials = { accessKeyId: 'AKID', secretAccessKey: 'SECRET' };
  const client = new ClientClass({
    region: 'eu-west-1',
    credentials,
    requestHandler: { handle } as never,
    ...config,
  });
  let stockRequests = 0;
  const protocol = client.config.protocol as { serializeRequest: (...args: unknown[]) => unknown };
  const { serializeRequest } = protocol;
  protocol.serializeRequest = function count(...args) {
    stockRequests++;
    return Reflect.apply(serializeRequest, this, args);
  };
  return {
    client,
    transport: new ClientTransport(way === 'lean' ? client : stockWay(client)),
    requests,
    stockRequests: () => stockRequests,
  };
}

/** Makes every command go through the client's stack: with a middleware of somebody else on it. */
export function stockWay(client: EngineClient): EngineClient {
  const send = (command: { middlewareStack: { add(middleware: unknown, options: object): void } }, options: object) => {
    command.middlewareStack.add((next: unknown) => next, { step: 'initialize' });
    return client.send(command as never, options);
  };
  return { send } as EngineClient;
}

/** The text of a request's body. */
export function textOf({ buffer, byteLength, byteOffset }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
}
