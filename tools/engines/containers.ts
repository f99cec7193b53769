import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { clientOf } from './client.js';
import type { RunningEngine } from './engine-runs.js';

/** LocalStack's last version that runs without an account; those of 2026 want a token. */
export const localStackImage = 'localstack/localstack:4.14.0';

/** ScyllaDB as the Compose file has it: the one place that names the image and its flags. */
export function scyllaService(): { readonly image: string; readonly command: readonly string[] } {
  const compose = parse(readFileSync('docker-compose.scylla.yml', 'utf8')) as {
    readonly services: { readonly scylla: { readonly image: string; readonly command: readonly string[] } };
  };
  return compose.services.scylla;
}

/** Resolves to something if a Docker daemon answers. */
type Probe = () => Promise<unknown>;

const askDocker: Probe = async () => (await import('testcontainers')).getContainerRuntimeClient();

/** Why containers can't be started here; `undefined` if a Docker daemon answers. */
export async function whyNoContainers(probe = askDocker): Promise<string | undefined> {
  try {
    await probe();
    return undefined;
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    return `no Docker daemon answers: ${reason}`;
  }
}

/** Starts LocalStack with nothing but DynamoDB. */
export async function startLocalStack(): Promise<RunningEngine> {
  const { LocalstackContainer } = await import('@testcontainers/localstack');
  const container = await new LocalstackContainer(localStackImage).withEnvironment({ SERVICES: 'dynamodb' }).start();
  return engineAt(container.getConnectionUri(), container);
}

/** Starts one ScyllaDB node, and waits until Alternator says that it is healthy. */
export async function startScylla(): Promise<RunningEngine> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const { image, command } = scyllaService();
  const container = await new GenericContainer(image)
    .withCommand([...command])
    .withExposedPorts(alternatorPort)
    .withWaitStrategy(Wait.forHttp('/', alternatorPort).forResponsePredicate((body) => body.startsWith('healthy')))
    .withStartupTimeout(longestStart)
    .start();
  return engineAt(`http://${container.getHost()}:${container.getMappedPort(alternatorPort)}`, container);
}

const alternatorPort = 8_000;
const longestStart = 150_000;

/** What we need of a started container; testcontainers ends it even if this process is killed. */
interface Container {
  stop(): Promise<unknown>;
}

function engineAt(endpoint: string, container: Container): RunningEngine {
  const client = clientOf(endpoint);
  return {
    endpoint,
    client,
    close: async () => {
      client.destroy();
      await container.stop();
    },
  };
}
