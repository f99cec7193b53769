import { Readable } from 'node:stream';
import { DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { MapperOptions, Repository } from '../../../lib/index.js';
import type { Case, Row } from '../case.js';
import { configOf } from '../clients.js';
import type { Operation } from '../contender.js';
import { mapperOf, newSession } from '../contenders/dynamo-evolve.js';
import { handWrittenSession } from '../contenders/hand-written.js';
import { session, sessionOfVersion1, wireItem } from '../documents.js';
import { Session } from '../entities.js';
import { overNetwork } from '../measure.js';

const table = 'sessions';
const key = 'session-0';
const stored = JSON.stringify({ Item: sessionOfVersion1(0) });

interface Sent {
  readonly headers: Readonly<Record<string, string>>;
}

/** A client whose requests end where the socket begins: they are answered at once. */
function answeredClient(): DynamoDBClient {
  const handle = async ({ headers: { 'x-amz-target': target = '' } }: Sent) => {
    const body = Buffer.from(target.endsWith('GetItem') ? stored : '{}');
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'content-length': String(body.length) };
    return { response: { statusCode: 200, headers, body: Readable.from([body]) } };
  };
  return new DynamoDBClient({ ...configOf('http://localhost:8000'), requestHandler: { handle } as never });
}

function documentClient(): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(answeredClient());
}

function sessionsOf(options: Partial<MapperOptions>): Repository<Session> {
  return mapperOf(answeredClient(), options).repository(Session);
}

function row(name: string, begin: () => Operation | Promise<Operation>): Row {
  return { name, begin: async () => overNetwork(await begin()) };
}

const ways: readonly (readonly [suffix: string, options: Partial<MapperOptions>])[] = [
  ['', {}],
  [', without generated code', { generatedCode: false }],
  [", through the client's own middlewares", { reads: 'client' }],
];

/** A row for each way in which the mapper sends requests. */
function ours(begin: (options: Partial<MapperOptions>) => Operation | Promise<Operation>): Row[] {
  return ways.map(([suffix, options]) => row(`dynamo-evolve${suffix}`, () => begin(options)));
}

const figures = { cpu: 'CPU, µs' };
const baseline = 'AWS DocumentClient';
const remarks = [
  'Only what happens in the process between the call and the socket, and back: each request is answered there.',
];

export const getWithoutNetwork: Case = {
  id: 'd1',
  title: '(d) GetItem without a network',
  figures,
  baseline,
  rounds: 7,
  rows: [
    row('hand-written', () => {
      return async (at) => {
        JSON.stringify({ TableName: table, Key: { session_id: { S: `session-${at}` } } });
        return handWrittenSession(await Promise.resolve(stored));
      };
    }),
    ...ours((options) => {
      const sessions = sessionsOf(options);
      return () => sessions.get({ session_id: key });
    }),
    row('AWS DynamoDBClient', () => {
      const client = answeredClient();
      return () => client.send(new GetItemCommand({ TableName: table, Key: { session_id: { S: key } } }));
    }),
    row('AWS DocumentClient', () => {
      const client = documentClient();
      return () => client.send(new GetCommand({ TableName: table, Key: { session_id: key } }));
    }),
  ],
  goals: [{ row: 'dynamo-evolve', figure: 'cpu', of: baseline, limit: 0.22 }],
  remarks: [...remarks, 'hand-written is the floor: it writes and reads the JSON, and decodes it for this one class.'],
};

export const putWithoutNetwork: Case = {
  id: 'e3',
  title: '(e) Putting a new document without a network',
  figures,
  baseline,
  rounds: 7,
  rows: [
    row('hand-written', () => {
      return async (at) => {
        JSON.stringify({ TableName: table, Item: sessionOfVersion1(at) });
        return JSON.parse(await Promise.resolve('{}')) as unknown;
      };
    }),
    ...ours((options) => {
      const sessions = sessionsOf(options);
      return (at) => sessions.put(newSession(sessions, at));
    }),
    row('AWS DynamoDBClient', () => {
      const client = answeredClient();
      return (at) => client.send(new PutItemCommand({ TableName: table, Item: wireItem(session.values(at)) as never }));
    }),
    row('AWS DocumentClient', () => {
      const client = documentClient();
      return (at) => client.send(new PutCommand({ TableName: table, Item: session.values(at) }));
    }),
  ],
  goals: [{ row: 'dynamo-evolve', figure: 'cpu', of: baseline, limit: 0.35 }],
  remarks,
};

const renamed = { TableName: table, UpdateExpression: 'SET title = :title' };

export const saveWithoutNetwork: Case = {
  id: 'e4',
  title: '(e) Saving a changed title without a network',
  figures,
  baseline,
  rounds: 7,
  rows: [
    row('hand-written', () => {
      return async (at) => {
        const values = { ':title': { S: `Title ${at}` } };
        JSON.stringify({ ...renamed, Key: { session_id: { S: key } }, ExpressionAttributeValues: values });
        return JSON.parse(await Promise.resolve('{}')) as unknown;
      };
    }),
    ...ours(async (options) => {
      const sessions = sessionsOf(options);
      const loaded = await sessions.getOrFail({ session_id: key });
      return (at) => {
        loaded.title = `Title ${at}`;
        return sessions.save(loaded);
      };
    }),
    row('AWS DynamoDBClient', () => {
      const client = answeredClient();
      return (at) => {
        const values = { ':title': { S: `Title ${at}` } };
        const update = { ...renamed, Key: { session_id: { S: key } }, ExpressionAttributeValues: values };
        return client.send(new UpdateItemCommand(update));
      };
    }),
    row('AWS DocumentClient', () => {
      const client = documentClient();
      return (at) => {
        const update = { ...renamed, Key: { session_id: key }, ExpressionAttributeValues: { ':title': `Title ${at}` } };
        return client.send(new UpdateCommand(update));
      };
    }),
  ],
  goals: [{ row: 'dynamo-evolve', figure: 'cpu', of: baseline, limit: 0.42 }],
  remarks: [...remarks, 'The others update without a condition, and without finding out what has changed.'],
};
