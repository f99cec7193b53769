import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Class, CommandLineConfig } from 'dynamo-evolve';
import { Message } from '../../../entities/message.js';
import { Session } from './session.js';

/** The configuration of the studio's demo. */
export default {
  client: () =>
    new DynamoDBClient({
      endpoint: process.env['DYNAMODB_ENDPOINT'] ?? 'http://localhost:8000',
      region: 'local',
      credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    }),
  entities: [Session, Message],
} satisfies CommandLineConfig;

export const samples = new Map<Class, string>([
  [Session, 'samples/session'],
  [Message, '../../../spec/samples/message'],
]);
