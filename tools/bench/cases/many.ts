import { BatchGetItemCommand, BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, BatchWriteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Case, Row } from '../case.js';
import { clientOf, documentClientOf } from '../clients.js';
import type { Operation } from '../contender.js';
import { mapperOf, newSession } from '../contenders/dynamo-evolve.js';
import { handWrittenMany } from '../contenders/hand-written.js';
import { session, wireItem } from '../documents.js';
import { Session } from '../entities.js';
import { overNetwork } from '../measure.js';

/** As many as fit in one BatchGetItem. */
const readCount = 100;
/** As many as fit in one BatchWriteItem. */
const writtenCount = 25;
const table = 'sdk';

const figures = { cpu: 'CPU, µs an item', elapsed: 'µs of the clock an item' };
const baseline = 'AWS DocumentClient';

const keys = Array.from({ length: readCount }, (_, at) => ({ session_id: `session-${at}` }));
const written = (at: number) => Array.from({ length: writtenCount }, (_, nth) => at * writtenCount + nth);

function row(name: string, units: number, operationAt: (endpoint: string) => Operation): Row {
  return { name, begin: (endpoint) => overNetwork(operationAt(endpoint), { units }) };
}

export const getMany: Case = {
  id: 'd3',
  title: `(d) ${readCount} documents by their keys over loopback`,
  figures,
  baseline,
  rounds: 7,
  rows: [
    row('hand-written', readCount, (endpoint) => handWrittenMany(endpoint, keys)),
    row('dynamo-evolve', readCount, (endpoint) => {
      const sessions = mapperOf(clientOf(endpoint)).repository(Session);
      return () => sessions.getMany(keys);
    }),
    row('AWS DynamoDBClient', readCount, (endpoint) => {
      const client = clientOf(endpoint);
      const wanted = keys.map(({ session_id: id }) => ({ session_id: { S: id } }));
      return () => client.send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys: wanted } } }));
    }),
    row('AWS DocumentClient', readCount, (endpoint) => {
      const client = documentClientOf(endpoint);
      return () => client.send(new BatchGetCommand({ RequestItems: { [table]: { Keys: keys } } }));
    }),
  ],
  goals: [{ row: 'dynamo-evolve', figure: 'cpu', of: baseline, limit: 1 }],
  remarks: ['dynamo-evolve upgrades the items from version 1 to 3. hand-written is the floor, as for one document.'],
};

export const putMany: Case = {
  id: 'e5',
  title: `(e) Putting ${writtenCount} documents over loopback`,
  figures,
  baseline,
  rounds: 7,
  rows: [
    row('dynamo-evolve, putMany()', writtenCount, (endpoint) => {
      const sessions = mapperOf(clientOf(endpoint)).repository(Session);
      return (at) => sessions.putMany(written(at).map((nth) => newSession(sessions, nth)));
    }),
    row('dynamo-evolve, putMany() with unconditional: true', writtenCount, (endpoint) => {
      const sessions = mapperOf(clientOf(endpoint)).repository(Session);
      const options = { unconditional: true };
      return (at) =>
        sessions.putMany(
          written(at).map((nth) => newSession(sessions, nth)),
          options,
        );
    }),
    row('AWS DynamoDBClient, in one batch', writtenCount, (endpoint) => {
      const client = clientOf(endpoint);
      return (at) => {
        const writes = written(at).map((nth) => ({ PutRequest: { Item: wireItem(session.values(nth)) as never } }));
        return client.send(new BatchWriteItemCommand({ RequestItems: { [table]: writes } }));
      };
    }),
    row('AWS DocumentClient', writtenCount, (endpoint) => {
      const client = documentClientOf(endpoint);
      const put = (nth: number) => client.send(new PutCommand({ TableName: table, Item: session.values(nth) }));
      return (at) => Promise.all(written(at).map(put));
    }),
    row('AWS DocumentClient, in one batch', writtenCount, (endpoint) => {
      const client = documentClientOf(endpoint);
      return (at) => {
        const writes = written(at).map((nth) => ({ PutRequest: { Item: session.values(nth) } }));
        return client.send(new BatchWriteCommand({ RequestItems: { [table]: writes } }));
      };
    }),
  ],
  goals: [
    { row: 'dynamo-evolve, putMany()', figure: 'cpu', of: baseline, limit: 0.5 },
    {
      row: 'dynamo-evolve, putMany() with unconditional: true',
      figure: 'cpu',
      of: 'AWS DocumentClient, in one batch',
      limit: 1,
    },
  ],
  remarks: ['putMany() puts each document on the condition that no newer version is overwritten, which no batch can.'],
};
