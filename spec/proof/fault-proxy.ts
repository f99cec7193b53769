import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What can happen to a request on its way. */
export const faults = [
  /** The connection drops before the engine sees the request. */
  'request lost',
  /** The engine does what it was asked, and the connection drops before the answer. */
  'answer lost',
  /** The connection drops, and the engine sees the request some time later. */
  'request late',
  /** 500 without any effect. */
  'failed before',
  /** 500 although the engine did what it was asked. */
  'failed after',
  /** The engine takes no more at the moment. */
  'throttled',
  'too many requests',
  /** All goes well, but slowly. */
  'slow',
  /** The answer breaks off, and so does the connection. */
  'answer cut',
  /** The answer breaks off, and nobody says so. */
  'answer cut unnoticed',
  /** The engine does what it was asked and never answers. */
  'silent',
] as const;

export type Fault = (typeof faults)[number];

export interface FaultProxy {
  readonly endpoint: string;
  /** How many requests met each fault. */
  readonly met: ReadonlyMap<Fault, number>;
  /** Resolves when the engine has seen all that it will ever see of the requests so far. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface FaultOptions {
  readonly seed: number;
  /** How many of the requests meet a fault, from 0 to 1. */
  readonly rate: number;
  /** Which faults there are; all of them unless given. */
  readonly faults?: readonly Fault[];
  /** The operations that meet them, such as `UpdateItem`; all of them unless given. */
  readonly operations?: readonly string[];
}

interface EngineAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Starts a proxy before an engine that harms requests at random, the same way for the same seed and order of requests.
 */
export async function startFaultProxy(engine: string, options: FaultOptions): Promise<FaultProxy> {
  const random = randomFrom(options.seed);
  const possible = options.faults ?? faults;
  const met = new Map<Fault, number>();
  const agent = new Agent({ keepAlive: true });
  const running = new Set<Promise<void>>();

  const draw = (operation: string): Fault | undefined => {
    const [isHit, which] = [random() < options.rate, random()];
    if (!isHit || options.operations?.includes(operation) === false) return undefined;
    return possible[Math.floor(which * possible.length)];
  };

  const handle = async (incoming: IncomingMessage, response: ServerResponse) => {
    const body = await collect(incoming);
    const fault = draw(String(incoming.headers['x-amz-target']).split('.')[1] ?? '');
    if (fault) met.set(fault, (met.get(fault) ?? 0) + 1);
    const forward = () => sendOn(engine, agent, incoming, body);
    await pass(fault, forward, response, random);
  };

  const server = createServer((incoming, response) => {
    const handled = handle(incoming, response)
      // the client has gone, or the engine: there is nobody to tell
      .catch(() => void response.destroy())
      .finally(() => running.delete(handled));
    running.add(handled);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    met,
    settled: async () => void (await Promise.all(running)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        agent.destroy();
      }),
  };
}

async function pass(
  fault: Fault | undefined,
  forward: () => Promise<EngineAnswer>,
  response: ServerResponse,
  random: () => number,
): Promise<void> {
  switch (fault) {
    case undefined:
      return answer(response, await forward());
    case 'request lost':
      return void response.destroy();
    case 'answer lost':
      await forward();
      return void response.destroy();
    case 'request late':
      response.destroy();
      await sleep(random() * 60);
      return void (await forward());
    case 'failed before':
      return refuse(response, 500, 'InternalServerError');
    case 'failed after':
      await forward();
      return refuse(response, 500, 'InternalServerError');
    case 'throttled':
      return refuse(response, 400, 'ProvisionedThroughputExceededException');
    case 'too many requests':
      return refuse(response, 400, 'ThrottlingException');
    case 'slow':
      await sleep(random() * 30);
      return answer(response, await forward());
    case 'answer cut': {
      const { body, headers, status } = await forward();
      response.writeHead(status, headers);
      response.write(body.subarray(0, body.length / 2), () => response.destroy());
      return undefined;
    }
    case 'answer cut unnoticed': {
      const { body, status } = await forward();
      const half = body.subarray(0, body.length / 2);
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'content-length': half.length });
      return void response.end(half);
    }
    case 'silent':
      return void (await forward());
  }
}

function answer(response: ServerResponse, { status, headers, body }: EngineAnswer): void {
  response.writeHead(status, headers);
  response.end(body);
}

function refuse(response: ServerResponse, status: number, name: string): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'not now' }));
}

async function collect(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function sendOn(engine: string, agent: Agent, incoming: IncomingMessage, body: Buffer): Promise<EngineAnswer> {
  const { method, headers } = incoming;
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    request(engine, { agent, method: method ?? 'POST', headers, path: '/' }, resolve)
      .on('error', reject)
      .end(body);
  });
  return { status: reply.statusCode ?? 500, headers: reply.headers, body: await collect(reply) };
}

/** Numbers from 0 to 1 that look random: mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
