import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MapperError } from '../errors.js';
import { builtPage, pageFile } from './page-files.js';
import { problemOf } from './problem.js';
import { guardedPath } from './request-guard.js';
import { Studio, type StudioOptions } from './studio.js';

/** How to serve a studio. */
export interface ServerOptions extends StudioOptions {
  /** Any free port unless given. */
  readonly port?: number | undefined;
  /** The folder of the page's files, where it isn't that of the package. */
  readonly page?: URL;
}

/** A studio that is served. */
export interface RunningStudio {
  /** The address of the page, with its token. */
  readonly url: string;
  close(): Promise<void>;
}

const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** The longest question that the page asks, in bytes. */
const longestBody = 1_000_000;

/** Serves the studio on this machine alone. Rejects with `INVALID_ARGUMENT` if the port is taken. */
export async function startStudio({ page = builtPage, port = 0, ...options }: ServerOptions): Promise<RunningStudio> {
  const studio = new Studio(options);
  const token = randomBytes(24).toString('base64url');
  const server = createServer((request, response) => {
    void answer(request, response, studio, { token, page, port: (server.address() as AddressInfo).port });
  });
  await listening(server, port);
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${taken}/${token}/`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await Promise.all([closed, studio.close()]);
    },
  };
}

interface Served {
  readonly token: string;
  readonly page: URL;
  readonly port: number;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  studio: Studio,
  { page, port, token }: Served,
): Promise<void> {
  const path = guardedPath(request, token, port);
  if (path === undefined) return void response.writeHead(403, headers).end();
  if (request.method === 'GET') {
    const file = await pageFile(path, page);
    if (!file) return void response.writeHead(404, headers).end();
    return void response.writeHead(200, { ...headers, 'content-type': file.type }).end(file.body);
  }
  const [, name = ''] = /^api\/(\w+)$/.exec(path) ?? [];
  const call = Object.hasOwn(studio.calls, name) ? studio.calls[name as keyof Studio['calls']] : undefined;
  if (!call) return void response.writeHead(404, headers).end();
  const send = (status: number, body: unknown) =>
    response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(body));
  try {
    send(200, await (call as (question: object) => Promise<unknown>)(await bodyOf(request)));
  } catch (error) {
    send(422, { problem: problemOf(error) });
  }
}

async function bodyOf(request: IncomingMessage): Promise<object> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > longestBody) throw invalid('the question', 'is too long');
  }
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (typeof body === 'object' && body !== null) return body;
  } catch {
    // said below
  }
  throw invalid('the question', "isn't a JSON object");
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', ({ code, message }: NodeJS.ErrnoException) => {
      const problem = code === 'EADDRINUSE' ? `is ${port}, which another program uses` : `can't be used: ${message}`;
      reject(invalid('--port', `${problem}. Choose another one, or leave --port out`));
    });
    server.listen(port, '127.0.0.1', () => resolve());
  });
}

function invalid(argument: string, problem: string): MapperError {
  return new MapperError('INVALID_ARGUMENT', { call: 'dynamo-evolve studio', argument, problem });
}
