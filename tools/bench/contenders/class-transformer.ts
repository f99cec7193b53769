import 'reflect-metadata';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { plainToInstance, Type } from 'class-transformer';
import { documentClientOf } from '../clients.js';
import type { Contender } from '../contender.js';
import { conversation, documentCount, forEachDocument, session, wireItem } from '../documents.js';

const table = 'class-transformer';

class PlainConversation {}

class PlainSession {
  @Type(() => Date) created_at!: Date;
  @Type(() => Date) updated_at!: Date;
}

/** plainToInstance: instances of what the document client gives. */
export const classTransformer: Contender = {
  name: 'plainToInstance',
  packages: ['class-transformer'],
  table,
  stored: (at) => wireItem(session.values(at)),
  hydrate: async () => {
    const items = forEachDocument(conversation.values);
    return (at) => plainToInstance(PlainConversation, items[at % documentCount]);
  },
  query: async (endpoint) => {
    const client = documentClientOf(endpoint);
    const query = {
      TableName: table,
      KeyConditionExpression: 'session_id = :k',
      ExpressionAttributeValues: { ':k': 'session-0' },
    };
    return async () => plainToInstance(PlainSession, (await client.send(new QueryCommand(query))).Items);
  },
};
