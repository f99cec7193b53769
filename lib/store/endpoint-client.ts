import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** A client of an endpoint, with the region and the credentials of the environment, if it has some. */
export function clientOf(endpoint: string): DynamoDBClient {
  const { AWS_ACCESS_KEY_ID: id, AWS_PROFILE: profile, AWS_REGION: region = 'us-east-1' } = process.env;
  // Alternator asks for credentials only where authorization is on
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
  return new DynamoDBClient({ endpoint, region, ...(!id && !profile && { credentials }) });
}
