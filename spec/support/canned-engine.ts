import type { DynamoDBClient, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { clientOf } from '../../tools/engines/client.js';

/** A request as it came over the wire. */
export interface EngineRequest {
  /** Such as `Query`. */
  readonly operation: string;
  readonly body: unknown;
  readonly text: string;
}

/** What a canned engine answers: a body to send as JSON, text to send as it stands, or one of the functions below. */
export type Answer = object | string | ((response: ServerResponse) => void);

/** A server that speaks the engine's protocol and answers what a spec tells it. */
export interface CannedEngine {
  readonly endpoint: string;
  readonly client: DynamoDBClient;
  /** Every request so far. */
  readonly requests: EngineRequest[];
  /** The operations of every request so far. */
  operations(): string[];
  /** The body of a request; of the last one for -1. Throws if there is none. */
  bodyAt(at: number): unknown;
  /** Drops every connection, as an engine does that starts anew. */
  closeConnections(): void;
  close(): Promise<void>;
}

/** Starts one; `answer` is called for every request with how many there were before it. */
export async function startCannedEngine(
  answer: (request: EngineRequest, at: number) => Answer | Promise<Answer>,
  config: DynamoDBClientConfig = {},
): Promise<CannedEngine> {
  const requests: EngineRequest[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const operation = String(incoming.headers['x-amz-target']).split('.')[1] ?? '';
      const request = { operation, text, body: JSON.parse(text) as unknown };
      const at = requests.push(request) - 1;
      void (async () => send(response, await answer(request, at)))();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = clientOf(endpoint, config);
  return {
    endpoint,
    client,
    requests,
    operations: () => requests.map((one) => one.operation),
    bodyAt: (at) => {
      const request = requests.at(at);
      if (!request) throw new Error(`there is no request ${at}`);
      return request.body;
    },
    closeConnections: () => server.closeAllConnections(),
    close: () =>
      new Promise((resolve) => {
        client.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers each operation with its own answers, one after the other, the last one again and again. */
export function inTurn(answers: Readonly<Record<string, readonly Answer[]>>): (request: EngineRequest) => Answer {
  const counts = new Map<string, number>();
  return ({ operation }) => {
    const count = counts.get(operation) ?? 0;
    counts.set(operation, count + 1);
    const known = answers[operation];
    return known?.[Math.min(count, known.length - 1)] ?? failure('UnknownOperationException');
  };
}

/** The engine's error of a name. */
export function failure(name: string, members: object = {}, status = 400): Answer {
  return (response) => {
    response.statusCode = status;
    send(response, {
      __type: `com.amazonaws.dynamodb.v20120810#${name}`,
      message: `${name}, says the engine`,
      ...members,
    });
  };
}

/** An answer of which only the first half arrives before the connection is dropped. */
export function dropped(body: object): Answer {
  return (response) => {
    const text = JSON.stringify(body);
    response.setHeader('content-length', Buffer.byteLength(text));
    response.write(text.slice(0, text.length / 2), () => setTimeout(() => response.destroy(), 10));
  };
}

/** An answer that starts and never ends. */
export function stalled(body: object): Answer {
  return (response) => {
    const text = JSON.stringify(body);
    response.setHeader('content-length', Buffer.byteLength(text));
    response.write(text.slice(0, text.length / 2));
  };
}

/** An answer that arrives in pieces of so many bytes. */
export function inPieces(body: object, size: number): Answer {
  return (response) => {
    const bytes = Buffer.from(JSON.stringify(body));
    const sendFrom = (at: number) => {
      if (at >= bytes.length) response.end();
      else response.write(bytes.subarray(at, at + size), () => setImmediate(sendFrom, at + size));
    };
    sendFrom(0);
  };
}

/** No answer at all. */
export const silence: Answer = () => {};

function send(response: ServerResponse, answer: Answer): void {
  if (typeof answer === 'function') {
    answer(response);
    return;
  }
  response.setHeader('content-type', 'application/x-amz-json-1.0');
  response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
}
