import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startEmbeddedEngine } from 'dynamo-evolve/testing';

/** An engine to run an example on, and its description. */
export interface ExampleEngine {
  readonly client: DynamoDBClient;
  readonly title: string;
  /** Whether it runs in this process, and starts empty. */
  readonly isEmbedded: boolean;
  close(): Promise<void>;
}

/** The engine at ALTERNATOR_ENDPOINT (ScyllaDB, DynamoDB Local …) if that is set, else an embedded one. */
export async function startEngine(): Promise<ExampleEngine> {
  const endpoint = process.env.ALTERNATOR_ENDPOINT;
  if (!endpoint) {
    const engine = await startEmbeddedEngine();
    return { ...engine, isEmbedded: true, title: `the embedded engine at ${engine.endpoint}` };
  }
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
  const client = new DynamoDBClient({ endpoint, region: 'local', credentials });
  return { client, isEmbedded: false, title: endpoint, close: async () => client.destroy() };
}
