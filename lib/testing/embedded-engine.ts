import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { AddressInfo } from 'node:net';
import { MapperError } from '../errors.js';
import { localClient } from '../store/client.js';

/** An engine that runs in this process, in memory. */
export interface EmbeddedEngine {
  /** Its address, such as `http://127.0.0.1:41234`. */
  readonly endpoint: string;
  /** A client that talks to it. */
  readonly client: DynamoDBClient;
  /** Stops it and destroys the client. May be called again. */
  close(): Promise<void>;
}

/**
 * Starts dynalite, a DynamoDB in this process, on a free port of the loopback interface: for specs and demos. Rejects with
 * `MISSING_PEER` if the package `dynalite` is not installed.
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

async function loadDynalite() {
  try {
    return (await import('dynalite')).default;
  } catch (cause) {
    const { code } = cause as { code?: string };
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw cause;
    throw new MapperError('MISSING_PEER', { package: 'dynalite', needed: 'startEmbeddedEngine()' }, { cause });
  }
}
