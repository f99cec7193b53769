import { GetItemCommand, PutItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, QueryCommand as DocumentQueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { clientOf, documentClientOf } from '../clients.js';
import type { Contender } from '../contender.js';
import { session, sessionOfVersion1, wireItem } from '../documents.js';

const table = 'sdk';
const byKey = { TableName: table, KeyConditionExpression: '#k = :k', ExpressionAttributeNames: { '#k': 'session_id' } };
const rename = { UpdateExpression: 'SET title = :title' };

/** The plain client: items as the engine sends them. */
export const dynamoDBClient: Contender = {
  name: 'AWS DynamoDBClient',
  packages: ['@aws-sdk/client-dynamodb'],
  table,
  stored: sessionOfVersion1,
  query: async (endpoint) => {
    const client = clientOf(endpoint);
    return () => client.send(new QueryCommand({ ...byKey, ExpressionAttributeValues: { ':k': { S: 'session-0' } } }));
  },
  get: async (endpoint) => {
    const client = clientOf(endpoint);
    return (at) => client.send(new GetItemCommand({ TableName: table, Key: { session_id: { S: `session-${at}` } } }));
  },
  put: async (endpoint) => {
    const client = clientOf(endpoint);
    return (at) => client.send(new PutItemCommand({ TableName: table, Item: wireItem(session.values(at)) as never }));
  },
  save: async (endpoint) => {
    const client = clientOf(endpoint);
    return (at) =>
      client.send(
        new UpdateItemCommand({
          ...rename,
          TableName: table,
          Key: { session_id: { S: 'session-0' } },
          ExpressionAttributeValues: { ':title': { S: `Title ${at}` } },
        }),
      );
  },
};

/** The document client: bare objects. */
export const documentClient: Contender = {
  name: 'AWS DocumentClient',
  packages: ['@aws-sdk/lib-dynamodb'],
  table,
  stored: sessionOfVersion1,
  query: async (endpoint) => {
    const client = documentClientOf(endpoint);
    return () => client.send(new DocumentQueryCommand({ ...byKey, ExpressionAttributeValues: { ':k': 'session-0' } }));
  },
  get: async (endpoint) => {
    const client = documentClientOf(endpoint);
    return (at) => client.send(new GetCommand({ TableName: table, Key: { session_id: `session-${at}` } }));
  },
  put: async (endpoint) => {
    const client = documentClientOf(endpoint);
    return (at) => client.send(new PutCommand({ TableName: table, Item: session.values(at) }));
  },
  save: async (endpoint) => {
    const client = documentClientOf(endpoint);
    return (at) =>
      client.send(
        new UpdateCommand({
          ...rename,
          TableName: table,
          Key: { session_id: 'session-0' },
          ExpressionAttributeValues: { ':title': `Title ${at}` },
        }),
      );
  },
};
