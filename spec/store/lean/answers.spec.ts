import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import type { Answer } from '../../../lib/store/transport.js';
import { type CannedEngine, dropped, failure, startCannedEngine } from '../../support/canned-engine.js';
import { clientBy, type Reply, stockWay, type Way, type WayClient, ways } from '../../support/request-ways.js';
import { ClientTransport } from '../../../lib/store/client-transport.js';

const get = ({ transport }: Pick<WayClient, 'transport'>, signal?: AbortSignal) =>
  transport.send('GetItem', { TableName: 'notes', Key: { id: { S: 'a' } } }, signal);

const put = ({ transport }: Pick<WayClient, 'transport'>) =>
  transport.send('PutItem', { TableName: 'notes', Item: { id: { S: 'a' } } });

/** What a sender can know of an answer. */
function told(answer: Answer<'GetItem'> | Answer<'PutItem'>) {
  if (answer.done) return answer;
  const { because, error, item, wasRepeated } = answer;
  const { message, name, $metadata: metadata } = error.cause as Error & { $metadata?: object };
  return { because, item, wasRepeated, message: error.message, cause: [name, message], metadata };
}

const errorReply = (type: string, members: object = {}, status = 400): Reply => ({
  status,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: `${type}, says the engine`, ...members },
});

const fast = { retryMode: 'standard', maxAttempts: 3 };
const throttled = errorReply('ProvisionedThroughputExceededException');
const hostile = JSON.parse('{"__proto__":{"S":"p"},"id":{"S":"a"}}') as object;

/** What requests are answered, one after the other; the last one again and again. */
const replies: Readonly<Record<string, readonly Reply[]>> = {
  'an item': [{ body: { Item: { id: { S: 'a' }, bytes: { B: 'AQI=' } } } }],
  'no item': [{}],
  'an item called __proto__': [{ body: { Item: hostile } }],
  'an item called __proto__, in bytes': [{ body: { Item: hostile }, inBytes: true }],
  'a failed condition and the item, in bytes': [
    { ...errorReply('ConditionalCheckFailedException', { Item: hostile }), inBytes: true },
  ],
  'success that isn’t JSON, in bytes': [{ body: '<html>', inBytes: true }],
  'no bytes': [{ body: '', inBytes: true }],
  'headers in capitals': [{ headers: { 'X-Amzn-RequestId': 'capital', Date: 'Thu, 01 Jan 2026 00:00:00 GMT' } }],
  'a server’s fault first': [{ status: 500, body: {} }, { body: { Item: {} } }],
  'a server’s fault each time': [errorReply('InternalServerError', {}, 500)],
  'that it throttles first': [throttled, throttled, {}],
  'that it throttles each time': [throttled],
  'a failed condition': [errorReply('ConditionalCheckFailedException')],
  'a failed condition and the item': [errorReply('ConditionalCheckFailedException', { Item: hostile })],
  'that it knows no such table': [errorReply('ResourceNotFoundException')],
  'that the request is invalid': [errorReply('ValidationException')],
  'an error that nobody knows': [errorReply('SomethingElse')],
  'an error without a body': [{ status: 400, body: '' }],
  'an error that isn’t JSON': [{ status: 503, body: '<html>' }],
  'success that isn’t JSON': [{ body: '<html>' }],
  'success that breaks off': [{ body: '{"Item":{"id":{"S":"secr' }],
  'success without a body': [{ body: '' }],
  null: [{ body: 'null' }],
  'another success': [{ status: 201, body: { Item: {} } }],
  'where else to ask': [{ status: 301, headers: { location: 'https://example.com' } }],
};

async function toldBy(way: Way, answers: readonly Reply[], send: typeof get | typeof put) {
  const made = clientBy(way, fast, (_request, at) => answers[Math.min(at, answers.length - 1)] as Reply);
  const metadata: unknown[] = [];
  made.client.middlewareStack.add(
    ((next: (args: unknown) => Promise<{ output: { $metadata: object } }>) => async (args: unknown) => {
      const result = await next(args);
      metadata.push(result.output.$metadata);
      return result;
    }) as never,
    { step: 'initialize' },
  );
  const answer = told(await send(made));
  const attempts = made.requests.map(({ headers }) => headers['amz-sdk-request']);
  return { answer, attempts, metadata };
}

describe('an engine that answers', () => {
  // retries wait up to a second
  jest.spyOn(Math, 'random').mockReturnValue(0);

  test.each(Object.entries(replies))('%s is understood on both ways alike', async (_name, answers) => {
    for (const send of [get, put]) {
      const [lean, stock] = [await toldBy('lean', answers, send), await toldBy('stock', answers, send)];
      expect(lean).toEqual(stock);
      expect(lean.attempts.length).toBeGreaterThan(0);
    }
  });

  test.each(ways)('an item is taken as it came, from a stream or from bytes, on the %s way', async (way) => {
    for (const name of ['an item called __proto__', 'an item called __proto__, in bytes']) {
      const { answer } = await toldBy(way, replies[name] as Reply[], get);
      expect(JSON.stringify(answer)).toBe(JSON.stringify({ done: true, output: { Item: hostile } }));
    }
  });

  test.each(ways)('a response that a handler gives again is read again, on the %s way', async (way) => {
    const body = Buffer.from(JSON.stringify({ Item: { id: { S: 'a' } } }));
    const response = { statusCode: 200, headers: {}, body };
    const requestHandler = { handle: async () => ({ response }) } as never;
    const { client } = clientBy(way, { requestHandler });
    const transport = new ClientTransport(way === 'lean' ? client : stockWay(client));
    const answers = [await get({ transport }), await get({ transport })];
    expect(answers).toEqual([0, 1].map(() => ({ done: true, output: { Item: { id: { S: 'a' } } } })));
    expect(response.body).toBe(body);
  });

  test.each(ways)('success without bytes is what the client takes it for, on the %s way', async (way) => {
    const { answer } = await toldBy(way, replies['no bytes'] as Reply[], put);
    expect(answer).toMatchObject({ done: true });
  });

  test('a server’s fault first is asked again, and the attempts are counted', async () => {
    const { answer, attempts, metadata } = await toldBy('lean', replies['a server’s fault first'] as Reply[], get);
    expect(answer).toEqual({ done: true, output: { Item: {} } });
    expect(attempts).toEqual(['attempt=1; max=3', 'attempt=2; max=3']);
    expect(metadata).toMatchObject([{ attempts: 2, httpStatusCode: 200, requestId: 'r1' }]);
  });
});

describe.each(ways)('over a socket, on the %s way,', (way) => {
  let canned: CannedEngine;
  afterEach(() => canned.close());

  async function start(...[answer, config]: Parameters<typeof startCannedEngine>) {
    canned = await startCannedEngine(answer, config);
    return { transport: new ClientTransport(way === 'lean' ? canned.client : stockWay(canned.client)) };
  }

  test('a socket that dies between requests is replaced', async () => {
    const made = await start(() => ({ Item: { id: { S: 'a' } } }));
    expect((await get(made)).done).toBe(true);
    canned.closeConnections();
    expect((await get(made)).done).toBe(true);
  });

  test('an answer that breaks off is lost, or asked for again', async () => {
    const made = await start((_request, at) => (at === 0 ? dropped({ Item: { id: { S: 'a' } } }) : {}));
    expect(told(await get(made))).toEqual({ done: true, output: {} });
    expect(canned.requests).toHaveLength(2);
  });

  test('a compressed answer is as unreadable as for the SDK', async () => {
    const made = await start(() => (response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end(gzipSync('{"Item":{"id":{"S":"a"}}}'));
    });
    expect(await get(made)).toMatchObject({ done: false, because: 'lost' });
    await expect(canned.client.send(getOfClient())).rejects.toThrow('JSON');
  });

  test('a request is aborted before it is sent, while it waits, and while its answer comes in', async () => {
    const reason = new Error('enough');
    const made = await start((_request, at) =>
      at === 0
        ? () => {}
        : (response) => {
            response.setHeader('content-length', 100);
            response.write('{"Item":');
          },
    );
    await expect(get(made, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(canned.requests).toHaveLength(0);
    for (let count = 1; count <= 2; count++) {
      const controller = new AbortController();
      const answer = get(made, controller.signal);
      void until(() => canned.requests.length === count).then(() => setTimeout(() => controller.abort(reason), 30));
      await expect(answer).rejects.toBe(reason);
    }
  });

  test('an engine’s error is asked again no more often than the client allows', async () => {
    const made = await start(() => failure('InternalServerError', {}, 500), { maxAttempts: 2 });
    expect(await get(made)).toMatchObject({ done: false, because: 'lost', wasRepeated: true });
    expect(canned.requests).toHaveLength(2);
  });
});

function getOfClient() {
  return new GetItemCommand({ TableName: 'notes', Key: { id: { S: 'a' } } });
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
