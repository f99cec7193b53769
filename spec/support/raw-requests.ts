import type { WireItem } from 'dynamo-evolve';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** Connections stay open: specs store item by item. Closing the engine closes them. */
const agent = new Agent({ keepAlive: true });

/** An answer as it stands. */
interface RawAnswer {
  readonly status: number;
  text: string;
}

/** Sends a request as it stands, around every client. */
export function requestRaw(endpoint: string, operation: string, body: string): Promise<RawAnswer> {
  const headers = {
    authorization:
      'AWS4-HMAC-SHA256 Credential=none/20240101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-date': '20240101T000000Z',
    'x-amz-target': `DynamoDB_20120810.${operation}`,
  };
  return new Promise((resolve, reject) => {
    const sent = request(endpoint, { method: 'POST', agent, headers }, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, text: answer }), reject);
    });
    sent.once('error', (error: NodeJS.ErrnoException) => {
      // the engine closed a connection that was about to be used again
      if (sent.reusedSocket && error.code === 'ECONNRESET') resolve(requestRaw(endpoint, operation, body));
      else reject(error);
    });
    sent.end(body);
  });
}

/** Sends a request as it stands and resolves to the text of the answer; rejects if the engine refuses it. */
export async function sendRaw(endpoint: string, operation: string, body: string): Promise<string> {
  const answer = await requestRaw(endpoint, operation, body);
  if (answer.status !== 200) throw new Error(`${operation} was refused: ${answer.text}`);
  return answer.text;
}

/** Stores an item to the letter: a wire item, or its JSON as it stands. */
export async function storeRaw(endpoint: string, table: string, item: object | string): Promise<void> {
  const json = typeof item === 'string' ? item : JSON.stringify(item);
  await sendRaw(endpoint, 'PutItem', `{"TableName":${JSON.stringify(table)},"Item":${json}}`);
}

/** The engine's JSON of an item, to the letter; `{}` if there is none. */
export async function readRaw(endpoint: string, table: string, key: object): Promise<string> {
  return sendRaw(endpoint, 'GetItem', JSON.stringify({ TableName: table, Key: key, ConsistentRead: true }));
}

/** An item as it is stored; `undefined` if there is none. */
export async function readStored(endpoint: string, table: string, key: object): Promise<WireItem | undefined> {
  const { Item: item } = JSON.parse(await readRaw(endpoint, table, key)) as { Item?: WireItem };
  return item;
}
