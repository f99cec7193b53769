import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { clientOf } from './client.js';
import { emulatorFolder, whyNoDynamoDBLocal } from './dynamodb-local-package.js';
import type { RunningEngine } from './engine-runs.js';
import { startSupervised } from './supervised-process.js';

/** How often another port is tried when somebody else was faster to take it. */
const attempts = 5;

/**
 * Starts DynamoDB Local on a free port of the loopback interface, in memory; it ends with this process at the latest.
 * Rejects where it was not prepared or there is no Java runtime.
 */
export async function startDynamoDBLocal(): Promise<RunningEngine> {
  const problem = await whyNoDynamoDBLocal();
  if (problem !== undefined) throw new Error(`DynamoDB Local can't be started: ${problem}`);
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOn(await freePort());
    } catch (error) {
      const isPortTaken = (error as Error).message.includes('Address already in use');
      if (!isPortTaken || attempt === attempts) throw error;
    }
  }
}

async function startOn(port: number): Promise<RunningEngine> {
  const java = startSupervised('java', [...javaOptions, '-port', String(port)], emulatorFolder);
  const endpoint = `http://127.0.0.1:${port}`;
  const isEnough = new AbortController();
  try {
    await Promise.race([answers(endpoint, isEnough.signal), java.crashed]);
  } catch (error) {
    await java.stop();
    throw error;
  } finally {
    isEnough.abort();
  }
  const client = clientOf(endpoint);
  return {
    endpoint,
    client,
    close: async () => {
      client.destroy();
      await java.stop();
    },
  };
}

const javaOptions = [
  // it lives for seconds: quick to start matters more than quick in the end
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  '-Xmx512m',
  '-Djava.library.path=DynamoDBLocal_lib',
  '-jar',
  'DynamoDBLocal.jar',
  '-inMemory',
  '-disableTelemetry',
];

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Any answer will do, a refusal as well. */
async function answers(endpoint: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await fetch(endpoint, { headers: { connection: 'close' }, signal });
      return;
    } catch {
      await sleep(50);
    }
  }
}
