import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** What a client of a local engine is made with. */
export function configOf(endpoint: string) {
  return { endpoint, region: 'local', credentials: { accessKeyId: 'none', secretAccessKey: 'none' } };
}

export function clientOf(endpoint: string): DynamoDBClient {
  return new DynamoDBClient(configOf(endpoint));
}

export function documentClientOf(endpoint: string): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(clientOf(endpoint));
}
