import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

/** What the AWS SDK makes a client of: endpoint, region, credentials … */
export type ClientConfig = DynamoDBClientConfig;

/** A client of one's own, for those that end it themselves. */
export function makeClient(config: ClientConfig): DynamoDBClient {
  return new DynamoDBClient(config);
}
