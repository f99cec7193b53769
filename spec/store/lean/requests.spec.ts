import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { WireItem } from '../../../lib/codec/wire.js';
import type { Operation, RequestOf } from '../../../lib/store/transport.js';
import { clientBy, textOf, type Way, type WayClient } from '../../support/request-ways.js';

/** All kinds of values, among them what JSON, base64 and objects make trouble with. */
const item: WireItem = {
  id: { S: 'a "quoted" text with \\ and \u2028 and € and 🙂' },
  bytes: { B: new Uint8Array([0, 1, 254, 255]) },
  view: { B: Buffer.from('xxbytesxx').subarray(2, 7) },
  stored: { B: 'AQI=' },
  number: { N: '12345678901234567890.12345' },
  yes: { BOOL: true },
  nothing: { NULL: true },
  list: { L: [{ S: '' }, { B: 'AQI=' }, { M: {} }, { L: [] }] },
  map: { M: JSON.parse('{"__proto__":{"B":"AQI="},"constructor":{"S":"c"}}') as WireItem },
  texts: { SS: ['a', 'b'] },
  numbers: { NS: ['1', '2'] },
  blobs: { BS: ['AQI=', new Uint8Array([3])] },
};
const key: WireItem = { id: { S: 'a' } };
const tokens = {
  ExpressionAttributeNames: { '#a': 'a' },
  ExpressionAttributeValues: { ':v': item['map'], ':b': item['bytes'] } as WireItem,
};

/** With members in the order in which the SDK writes them. */
const requests: { readonly [O in Operation]?: RequestOf<O> } = {
  GetItem: { TableName: 'notes', Key: key, ConsistentRead: true },
  BatchGetItem: { RequestItems: { notes: { Keys: [key, { id: { B: 'AQI=' } }], ConsistentRead: true } } },
  Query: {
    TableName: 'notes',
    Limit: 3,
    ScanIndexForward: false,
    ExclusiveStartKey: { id: { B: 'AQI=' } },
    KeyConditionExpression: '#a = :v',
    ...tokens,
  },
  Scan: { TableName: 'notes', TotalSegments: 2, Segment: 0, FilterExpression: '#a = :v', ...tokens },
  PutItem: { TableName: 'notes', Item: item, ConditionExpression: '#a = :v', ...tokens },
  UpdateItem: {
    TableName: 'notes',
    Key: key,
    ReturnValues: 'ALL_NEW',
    UpdateExpression: 'SET #a = :v',
    ...tokens,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
  DeleteItem: { TableName: 'notes', Key: key },
  BatchWriteItem: { RequestItems: { notes: [{ PutRequest: { Item: item } }, { DeleteRequest: { Key: key } }] } },
};

const credentials = { accessKeyId: 'AKID', secretAccessKey: 'SECRET' };
const configs: Readonly<Record<string, DynamoDBClientConfig>> = {
  'a client of a region': {},
  'a client of an endpoint': { endpoint: 'http://127.0.0.1:8000' },
  'a client of an endpoint with a path': { endpoint: 'https://example.com/engine' },
  'a client of an endpoint with a query': { endpoint: 'https://example.com/engine/?a=b' },
  'a client of an endpoint by a function': {
    endpoint: async () => ({ protocol: 'https:', hostname: 'example.com', port: 8443, path: '/' }),
  },
  'a client with a session token': { credentials: { ...credentials, sessionToken: 'TOKEN' } },
  'a client of an account': { credentials: { ...credentials, accountId: '123456789012' } },
  'a client that requires an account': {
    credentials: async () => ({ ...credentials, accountId: '123456789012' }),
    accountIdEndpointMode: 'required',
  },
  'a client of dual-stack endpoints': { useDualstackEndpoint: true },
  'a client that names its application': { userAgentAppId: 'app', customUserAgent: [['md/tool', '1.0']] },
  'a client with a silent logger of its own': { logger: { debug() {}, info() {}, warn() {}, error() {} } },
  "a client that doesn't correct clocks": { disableClockSkewCorrection: true },
};

const timers = [
  'clearImmediate',
  'clearInterval',
  'clearTimeout',
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'setInterval',
  'setTimeout',
] as const;
const fixedTime = Date.UTC(2031, 0, 31, 23, 59, 59, 999);

/** Takes chance out of the requests of a client. */
function fixInvocation({ client }: WayClient): void {
  client.middlewareStack.addRelativeTo(
    ((next: (args: unknown) => unknown) => (args: { request: { headers: Record<string, string> } }) => {
      args.request.headers['amz-sdk-invocation-id'] = 'fixed';
      return next(args);
    }) as never,
    { name: 'fixInvocation', relation: 'after', toMiddleware: 'retryMiddleware' },
  );
}

/** What is sent for a request that is made several times. */
async function sentBy(way: Way, config: DynamoDBClientConfig, operation: Operation) {
  const made = clientBy(way, config);
  fixInvocation(made);
  // a seventh second: signatures of another time
  for (let at = 0; at < 5; at++) {
    jest.setSystemTime(fixedTime + Math.max(0, at - 2) * 7000);
    const answer = await made.transport.send(operation, requests[operation] as never);
    expect(answer.done).toBe(true);
  }
  const sent = made.requests.map(({ body, headers, ...rest }) => ({
    ...rest,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    text: textOf(body),
  }));
  return { sent, stockRequests: made.stockRequests() };
}

// only the date: requests go on as ever
beforeEach(() => void jest.useFakeTimers({ doNotFake: [...timers] }));
afterEach(() => void jest.useRealTimers());

describe.each(Object.entries(configs))('%s', (_client, config) => {
  test.each(Object.keys(requests) as Operation[])(
    'sends the same for %s, the first time and later',
    async (operation) => {
      const [lean, stock] = [await sentBy('lean', config, operation), await sentBy('stock', config, operation)];
      expect(stock.sent).toHaveLength(5);
      expect(lean.sent).toEqual(stock.sent);
      expect(stock.sent[0]?.headers).toHaveProperty('authorization');
    },
  );
});

test('the lean way is taken, and the stock way where a spec asks for it', async () => {
  for (const operation of Object.keys(requests) as Operation[]) {
    expect([operation, (await sentBy('lean', {}, operation)).stockRequests]).toEqual([operation, 0]);
    expect([operation, (await sentBy('stock', {}, operation)).stockRequests]).toEqual([operation, 5]);
  }
});
