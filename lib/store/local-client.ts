import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** A client for an engine on this machine, which takes any credentials. */
export function localClient(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: 'local',
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  });
}
