import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { QueryCommand as DocumentQueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Case, Row } from '../case.js';
import { clientOf, documentClientOf } from '../clients.js';
import { mapperOf, plainPathClient } from '../contenders/dynamo-evolve.js';
import type { Operation } from '../contender.js';
import { currentPrefix } from '../documents.js';
import { Session } from '../entities.js';
import { overNetwork } from '../measure.js';
import { rowsOf } from './contended.js';

/** Figures are in microseconds; pages take milliseconds. */
const units = 1000;

const key = 'session-0';
const byKey = { KeyConditionExpression: '#k = :k', ExpressionAttributeNames: { '#k': 'session_id' } };

function row(name: string, operationAt: (endpoint: string) => Operation): Row {
  return { name, begin: (endpoint) => overNetwork(operationAt(endpoint), { units, isLarge: true }) };
}

/** What the document client reads, for the rows that go on by hand. */
function readByDocumentClient(endpoint: string, table: string): () => Promise<Record<string, unknown>[]> {
  const client = documentClientOf(endpoint);
  const query = { ...byKey, TableName: table, ExpressionAttributeValues: { ':k': key } };
  return async () => (await client.send(new DocumentQueryCommand(query))).Items ?? [];
}

/** Makes an entity of a current object, as applications do it without a mapper. */
function entityOf(item: Record<string, unknown>): Session {
  const dates = { created_at: new Date(String(item.created_at)), updated_at: new Date(String(item.updated_at)) };
  return Object.assign(new Session(), item, dates);
}

/** The two upgrades of a session, as applications write them: each makes a new object. */
function upgradedEntityOf({ state, ...others }: Record<string, unknown>): Session {
  const second = { ...others, session_state: state, blueprint: others.blueprint ?? 'devassist' };
  const tags = Array.isArray(others.tags) ? new Set(others.tags) : undefined;
  return entityOf({ ...second, ...(tags && { tags }), schema_version: 3 });
}

export const queryPage: Case = {
  id: 'c',
  title: '(c) A Query page of 1 MB over loopback: items of version 1 become entities of version 3',
  figures: { cpu: 'CPU, ms a page' },
  baseline: 'AWS DocumentClient',
  rounds: 7,
  rows: [
    ...rowsOf('query', undefined, () => units),
    row("dynamo-evolve, through the client's own deserialiser", (endpoint) => {
      const sessions = mapperOf(plainPathClient(endpoint)).repository(Session);
      return () => sessions.query({ partition: key }).all();
    }),
    row('dynamo-evolve, without generated code', (endpoint) => {
      const sessions = mapperOf(clientOf(endpoint), { generatedCode: false }).repository(Session);
      return () => sessions.query({ partition: key }).all();
    }),
    row('AWS DocumentClient, then upgraded by hand', (endpoint) => {
      const read = readByDocumentClient(endpoint, 'sdk');
      return async () => (await read()).map(upgradedEntityOf);
    }),
  ],
  goals: [
    { row: 'dynamo-evolve', figure: 'cpu', of: 'AWS DocumentClient', limit: 0.6 },
    { row: 'dynamo-evolve', figure: 'cpu', of: 'hand-written', limit: 1.1 },
  ],
  remarks: [
    "hand-written is the floor: HTTP, JSON.parse, decoding and constructing for this one class, without a client. The SDK's clients read the same items and leave them at version 1. The other libraries read current items in their own shape.",
  ],
};

export const queryCurrentPage: Case = {
  id: 'c2',
  title: '(c) A Query page of 1 MB over loopback: items of version 3, as most of them are',
  figures: { cpu: 'CPU, ms a page' },
  baseline: 'AWS DocumentClient',
  rounds: 7,
  rows: [
    row('dynamo-evolve', (endpoint) => {
      const sessions = mapperOf(clientOf(endpoint), { tablePrefix: currentPrefix }).repository(Session);
      return () => sessions.query({ partition: key }).all();
    }),
    row('dynamo-evolve, without generated code', (endpoint) => {
      const options = { tablePrefix: currentPrefix, generatedCode: false };
      const sessions = mapperOf(clientOf(endpoint), options).repository(Session);
      return () => sessions.query({ partition: key }).all();
    }),
    row('AWS DynamoDBClient', (endpoint) => {
      const client = clientOf(endpoint);
      const query = {
        ...byKey,
        TableName: `${currentPrefix}sessions`,
        ExpressionAttributeValues: { ':k': { S: key } },
      };
      return () => client.send(new QueryCommand(query));
    }),
    row('AWS DocumentClient', (endpoint) => readByDocumentClient(endpoint, `${currentPrefix}sessions`)),
    row('AWS DocumentClient, then entities by hand', (endpoint) => {
      const read = readByDocumentClient(endpoint, `${currentPrefix}sessions`);
      return async () => (await read()).map(entityOf);
    }),
  ],
  goals: [{ row: 'dynamo-evolve', figure: 'cpu', of: 'AWS DocumentClient', limit: 0.48 }],
  remarks: ['dynamo-evolve creates tracked entities with dates and sets. The document client leaves dates as text.'],
};
