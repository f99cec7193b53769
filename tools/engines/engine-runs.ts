import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startEmbeddedEngine } from 'dynamo-evolve/testing';
import { clientOf } from './client.js';
import { startAlternatorProfile } from './alternator-profile/alternator-profile.js';
import { startLocalStack, startScylla, whyNoContainers } from './containers.js';
import { startDynamoDBLocal } from './dynamodb-local.js';
import { whyNoDynamoDBLocal } from './dynamodb-local-package.js';
import { type EngineName, engineOf } from './engine-list.js';

/** An engine that specs can talk to. */
export interface RunningEngine {
  /** Its address, such as `http://127.0.0.1:41234`. */
  readonly endpoint: string;
  /** A client that talks to it. */
  readonly client: DynamoDBClient;
  /** Ends it, and destroys the client. */
  close(): Promise<void>;
}

/** What the environment says about engines. */
export interface EngineEnvironment {
  /** The one engine to run on. */
  readonly ENGINE?: string | undefined;
  /** The address of an engine that runs already: the one that ENGINE names, or else ScyllaDB. */
  readonly ALTERNATOR_ENDPOINT?: string | undefined;
  /** `full` in `npm run test:all`. */
  readonly EFFORT?: string | undefined;
}

/**
 * Why a run of the suite leaves an engine out; `undefined` if it doesn't. ENGINE names the engine to run on; without it
 * this is the embedded one, and in `npm run test:all` DynamoDB Local where it is ready. Rejects if ENGINE names an
 * engine that could be there and isn't.
 */
export async function whyNotRun(
  name: EngineName,
  { ENGINE: wanted, ALTERNATOR_ENDPOINT: endpoint, EFFORT: effort }: EngineEnvironment = process.env,
): Promise<string | undefined> {
  const only = wanted || (endpoint ? 'scylla' : undefined);
  if (only !== undefined) {
    engineOf(only as EngineName);
    if (only !== name) return `ENGINE is ${only}`;
    if (endpoint && name === 'alternator-profile') throw new Error('the Alternator profile brings its own engine');
    if (endpoint) return undefined;
    if (name === 'localstack' || name === 'scylla') return whyNoContainers();
    const problem = name === 'embedded' ? undefined : await whyNoDynamoDBLocal();
    if (problem !== undefined) throw new Error(`ENGINE is ${name}, but DynamoDB Local can't be started: ${problem}`);
    return undefined;
  }
  if (name === 'embedded') return undefined;
  if (name === 'dynamodb-local') return effort === 'full' ? whyNoDynamoDBLocal() : leftToTestAll;
  return `it runs where ENGINE is ${name}`;
}

const leftToTestAll = 'it runs by npm run test:all, and where ENGINE is dynamodb-local';

/** Why specs that compare the embedded engine with a second one leave that out; `undefined` if they don't. */
export async function whyNoSecondEngine({ EFFORT: effort, ENGINE: wanted }: EngineEnvironment = process.env) {
  const isWanted = effort === 'full' || (wanted !== undefined && wanted !== 'embedded');
  return isWanted ? whyNoDynamoDBLocal() : leftToTestAll;
}

/**
 * Starts an engine, or takes the one at ALTERNATOR_ENDPOINT, which stays as it is when it is closed. Rejects if nothing
 * answers there.
 */
export async function startEngine(
  name: EngineName,
  { ALTERNATOR_ENDPOINT: endpoint }: EngineEnvironment = process.env,
): Promise<RunningEngine> {
  if (endpoint) {
    await assertAnswers(endpoint);
    const client = clientOf(endpoint);
    return { endpoint, client, close: async () => client.destroy() };
  }
  return starters[name]();
}

const longestAnswer = 10_000;

/** Any answer will do, a refusal as well. */
async function assertAnswers(endpoint: string): Promise<void> {
  await fetch(endpoint, { headers: { connection: 'close' }, signal: AbortSignal.timeout(longestAnswer) }).catch(
    (error: unknown) => {
      throw new Error(`nothing answers at ALTERNATOR_ENDPOINT, which is ${endpoint}`, { cause: error });
    },
  );
}

const starters: Readonly<Record<EngineName, () => Promise<RunningEngine>>> = {
  embedded: startEmbeddedEngine,
  'dynamodb-local': startDynamoDBLocal,
  'alternator-profile': () => startAlternatorProfile(),
  localstack: startLocalStack,
  scylla: startScylla,
};
