import { Agent, request } from 'node:http';
import type { WireItem } from '../../../lib/index.js';
import type { Contender, Operation } from '../contender.js';
import { conversation, documentCount, forEachDocument, sessionOfVersion1 } from '../documents.js';

const table = 'hand-written';

class PlainConversation {}

/** A session of the newest version, made by hand of an item of version 1. */
class PlainSession {
  constructor(
    readonly session_id: string,
    readonly user_id: string,
    readonly title: string,
    readonly session_state: string,
    readonly blueprint: string,
    readonly tags: ReadonlySet<string>,
    readonly created_at: Date,
    readonly updated_at: Date,
  ) {}
}

type StoredSession = Readonly<Record<string, { readonly S: string; readonly L: readonly { readonly S: string }[] }>>;

function sessionOf(item: StoredSession): PlainSession {
  return new PlainSession(
    item.session_id!.S,
    item.user_id!.S,
    item.title!.S,
    item.state!.S,
    item.blueprint?.S ?? 'devassist',
    new Set(item.tags!.L.map((tag) => tag.S)),
    new Date(item.created_at!.S),
    new Date(item.updated_at!.S),
  );
}

/** The session in the answer of a GetItem. */
export function handWrittenSession(answer: string): PlainSession {
  const { Item: item } = JSON.parse(answer) as { readonly Item: StoredSession };
  return sessionOf(item);
}

/** Reads sessions by their keys in one request. */
export function handWrittenMany(endpoint: string, keys: readonly { readonly session_id: string }[]): Operation {
  const agent = new Agent({ keepAlive: true });
  const wanted = keys.map(({ session_id: id }) => ({ session_id: { S: id } }));
  const body = JSON.stringify({ RequestItems: { [table]: { Keys: wanted } } });
  return async () => {
    const answer = await post(endpoint, agent, 'BatchGetItem', body);
    const { Responses: tables } = JSON.parse(answer) as {
      readonly Responses: Record<string, readonly StoredSession[]>;
    };
    return tables[table]?.map(sessionOf);
  };
}

/** Sends a request without any client: no signature, no retries, no checks. */
function post(endpoint: string, agent: Agent, operation: string, body: string): Promise<string> {
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(body),
    'x-amz-target': `DynamoDB_20120810.${operation}`,
  };
  return new Promise((resolve, reject) => {
    const sent = request(endpoint, { method: 'POST', agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The limit: code for this one document, on nothing but Node's HTTP. */
export const handWritten: Contender = {
  name: 'hand-written',
  packages: [],
  table,
  stored: sessionOfVersion1,
  hydrate: async () => {
    const items = forEachDocument(conversation.values);
    return (at) => Object.assign(new PlainConversation(), items[at % documentCount]);
  },
  query: async (endpoint) => {
    const agent = new Agent({ keepAlive: true });
    const body = JSON.stringify({
      TableName: table,
      KeyConditionExpression: 'session_id = :k',
      ExpressionAttributeValues: { ':k': { S: 'session-0' } },
    });
    return async () => {
      const { Items: items } = JSON.parse(await post(endpoint, agent, 'Query', body)) as { Items: StoredSession[] };
      return items.map(sessionOf);
    };
  },
  get: async (endpoint) => {
    const agent = new Agent({ keepAlive: true });
    return async (at) => {
      const body = JSON.stringify({ TableName: table, Key: { session_id: { S: `session-${at}` } } });
      return handWrittenSession(await post(endpoint, agent, 'GetItem', body));
    };
  },
  put: async (endpoint) => {
    const agent = new Agent({ keepAlive: true });
    return (at) => {
      const item: WireItem = sessionOfVersion1(at);
      return post(endpoint, agent, 'PutItem', JSON.stringify({ TableName: table, Item: item }));
    };
  },
};
