import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Class, MapperOptions } from 'dynamo-evolve';
import { Message } from './entities/message.js';
import { Session } from './entities/session.js';

/** For the command line: the mapper's options, with a client of the engine on this machine. */
export default {
  client: new DynamoDBClient({
    endpoint: process.env['DYNAMODB_ENDPOINT'] ?? 'http://localhost:8000',
    region: 'local',
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  }),
  entities: [Session, Message],
} satisfies MapperOptions;

/** Stored documents of every version, by class. */
export const samples = new Map<Class, string>([
  [Session, 'spec/samples/session'],
  [Message, 'spec/samples/message'],
]);
