import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

/** What the AWS SDK makes a client from: endpoint, region, credentials … */
export type ClientConfig = DynamoDBClientConfig;

/** Makes a client; whoever calls this must destroy it. */
export function makeClient(config: ClientConfig): DynamoDBClient {
  return new DynamoDBClient(config);
}

/** A client for an engine on this machine, which takes any credentials. */
export function localClient(endpoint: string): DynamoDBClient {
  return makeClient({ endpoint, region: 'local', credentials: { accessKeyId: 'none', secretAccessKey: 'none' } });
}
