import type Dynalite from 'dynalite';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MapperError } from '../errors.js';
import { localClient } from '../store/client.js';

/** An in-memory engine that runs in this process. */
export interface EmbeddedEngine {
  /** The address of the engine, such as `http://127.0.0.1:41234`. */
  readonly endpoint: string;
  /** A client of the engine. */
  readonly client: DynamoDBClient;
  /** Stops the engine and destroys the client. Further calls do nothing. */
  close(): Promise<void>;
}

/**
 * Starts an engine for tests and demos: dynalite, an implementation of DynamoDB that runs in this process and listens
 * on a free port of the loopback interface. A table can be used as soon as `CreateTable` has been answered. Rejects with
 * `MISSING_PEER` if the package `dynalite` isn't installed.
 *
 * @example
 * const engine = await startEmbeddedEngine();
 * const mapper = new Mapper({ client: engine.client, entities: [Session] });
 * await mapper.createTables();
 * await engine.close();
 */
export async function startEmbeddedEngine(): Promise<EmbeddedEngine> {
  const dynalite = await loadDynalite();
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  server.prependListener('request', answerOnceDone);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = localClient(endpoint);

  let closing: Promise<void> | undefined;
  const close = () =>
    new Promise<void>((resolve, reject) => {
      client.destroy();
      server.closeAllConnections();
      server.close((error) => (error ? reject(error) : resolve()));
    });
  return { endpoint, client, close: () => (closing ??= close()) };
}

/** Holds back the answer about a table until dynalite has made the change, for which it sets a timer before it answers. */
function answerOnceDone(request: IncomingMessage, response: ServerResponse): void {
  if (!/(Create|Update|Delete)Table$/.test(String(request.headers['x-amz-target']))) return;
  const end = response.end.bind(response) as (...last: unknown[]) => ServerResponse;
  response.end = (...last: unknown[]) => {
    setTimeout(() => end(...last), 0); // timers of one duration run in the order in which they were set
    return response;
  };
}

async function loadDynalite() {
  try {
    const loaded: { readonly default: typeof Dynalite } | typeof Dynalite = await import('dynalite');
    // programs compiled to CommonJS get the function itself
    return 'default' in loaded ? loaded.default : loaded;
  } catch (cause) {
    const { code } = cause as { code?: string };
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw cause;
    throw new MapperError('MISSING_PEER', { package: 'dynalite', needed: 'startEmbeddedEngine()' }, { cause });
  }
}
