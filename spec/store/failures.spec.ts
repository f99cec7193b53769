import { type DynamoDBClient, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { isMapperError, type MapperError } from 'dynamo-evolve';
import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import type { Answer as EngineAnswer } from '../../lib/store/transport.js';
import { EngineCalls, type ReadOutput } from '../support/engine-calls.js';
import { clientOf } from '../../tools/engines/client.js';
import {
  type Answer,
  type CannedEngine,
  dropped,
  failure,
  inPieces,
  silence,
  stalled,
  startCannedEngine,
} from '../support/canned-engine.js';

const key = { id: { S: 'a' } };
const reads: [string, (connection: EngineCalls, signal?: AbortSignal) => Promise<ReadOutput>][] = [
  ['GetItem', (to, signal) => to.get({ TableName: 'things', Key: key }, signal)],
  ['BatchGetItem', (to, signal) => to.batchGet({ RequestItems: { things: { Keys: [key] } } }, signal)],
  ['Query', (to, signal) => to.query({ TableName: 'things' }, signal)],
  ['Scan', (to, signal) => to.scan({ TableName: 'things' }, signal)],
];
const get = (connection: EngineCalls, signal?: AbortSignal) =>
  connection.get({ TableName: 'things', Key: key }, signal);

/** An answer to any read: one item that says where it is from. */
const found = (text: string) => {
  const item = { ...key, text: { S: text } };
  return { Item: item, Items: [item], Responses: { things: [item] } };
};

/** Where the items of an answer say that they are from. */
const textsOf = ({ Item: item, Items: items, Responses: responses }: ReadOutput) =>
  (item ? [item] : (items ?? responses?.['things'] ?? [])).map((one) => (one['text'] as { S: string }).S);

const encode = (body: object) => Buffer.from(JSON.stringify(body));

/** Adds an application's middleware that fails the first attempt after its answer arrived whole. */
function failFirstAttempt(client: DynamoDBClient): void {
  let attempts = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      if (++attempts === 1) throw Object.assign(new Error('too late'), { name: 'TimeoutError' });
      return result;
    },
    { step: 'deserialize', priority: 'high' },
  );
}

let canned: CannedEngine;
beforeEach(() => {
  // no pauses between attempts
  jest.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await canned?.close();
});

const ways: [string, boolean][] = [
  ['that takes the body', true],
  ["through the client's own deserialiser", false],
];

async function start(answer: Parameters<typeof startCannedEngine>[0], takesBodies = true): Promise<EngineCalls> {
  canned = await startCannedEngine(answer, { maxAttempts: 2 });
  return new EngineCalls(canned.client, takesBodies);
}

async function errorOf(work: Promise<unknown>): Promise<MapperError<'REQUEST_FAILED'>> {
  const error = await work.then(
    () => new Error('nothing was thrown'),
    (reason: unknown) => reason,
  );
  if (isMapperError(error, 'REQUEST_FAILED')) return error;
  throw error;
}

describe.each(ways)('a read %s', (_way, takesBodies) => {
  const firstAnswers: [string, Answer][] = [
    ['an error of the server', failure('InternalServerError', {}, 500)],
    ['an error of the server without a body', (response) => response.writeHead(503).end()],
    ['throttling', failure('ProvisionedThroughputExceededException')],
    ['a connection that is dropped at once', (response) => response.destroy()],
    ['a connection that is dropped in the middle of the body', dropped(found('first attempt'))],
  ];

  test.each(firstAnswers)("is sent again by the client's own retries after %s", async (_what, first) => {
    for (const [operation, read] of reads) {
      const connection = await start((_request, at) => (at === 0 ? first : found('second attempt')), takesBodies);
      expect(textsOf(await read(connection))).toEqual(['second attempt']);
      expect(canned.operations()).toEqual([operation, operation]);
      await canned.close();
    }
  });

  test('never hands out what an earlier attempt brought', async () => {
    const connection = await start((_request, at) => found(at === 0 ? 'first attempt' : 'second attempt'), takesBodies);
    failFirstAttempt(canned.client);
    expect(textsOf(await get(connection))).toEqual(['second attempt']);
    expect(canned.requests).toHaveLength(2);
  });

  test.each([
    ['an item', found('second attempt'), ['second attempt']],
    ['no item', {}, []],
  ])(
    'hands out no earlier attempt when the last one has a body that is no stream, with %s',
    async (_, last, expected) => {
      const bodies = [Readable.from([encode(found('first attempt'))]), encode(last)];
      const requestHandler = {
        handle: async () => ({ response: { statusCode: 200, headers: {}, body: bodies.shift() } }),
      };
      const client = clientOf('http://127.0.0.1:1', { requestHandler: requestHandler as never, maxAttempts: 2 });
      failFirstAttempt(client);
      expect(textsOf(await get(new EngineCalls(client, takesBodies)))).toEqual(expected);
      expect(bodies).toEqual([]);
    },
  );

  test('gives up after as many attempts as the client makes', async () => {
    const connection = await start(() => failure('ThrottlingException'), takesBodies);
    const error = await errorOf(get(connection));
    expect(error.details).toEqual({ operation: 'GetItem', table: 'things', reason: 'ThrottlingException' });
    expect(canned.requests).toHaveLength(2);
  });

  test.each(reads)("passes the engine's error on as the cause: %s", async (operation, read) => {
    const connection = await start(() => failure('ResourceNotFoundException'), takesBodies);
    const error = await errorOf(read(connection));
    expect(error.details).toEqual({ operation, table: 'things', reason: 'ResourceNotFoundException' });
    expect(error.cause).toBeInstanceOf(ResourceNotFoundException);
    expect(error.cause).toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'ResourceNotFoundException, says the engine',
      $fault: 'client',
      $metadata: { httpStatusCode: 400, attempts: 1 },
    });
    expect(canned.requests).toHaveLength(1);
  });

  const brokenBodies: [string, (text: string) => Answer][] = [
    ['is cut off', (text) => text.slice(0, -5)],
    ['is followed by more', (text) => `${text}}`],
    ['is a page of a proxy', () => 'secret value, says the proxy'],
  ];
  test.each(brokenBodies)('fails where the body %s, and does not quote it', async (_what, broken) => {
    const connection = await start(() => broken(JSON.stringify(found('secret value'))), takesBodies);
    for (const [operation, read] of reads) {
      const error = await errorOf(read(connection));
      expect(error.details).toEqual({ operation, table: 'things', reason: 'SyntaxError' });
      expect(error.cause).toBeInstanceOf(SyntaxError);
      expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/secret|says/);
    }
  });

  test('fails where the connection is dropped in the middle of the body every time', async () => {
    const connection = await start(() => dropped(found('half')), takesBodies);
    const error = await errorOf(get(connection));
    expect(error.details).toMatchObject({ operation: 'GetItem', table: 'things' });
    expect(canned.requests).toHaveLength(2);
  });

  const pendings: [string, Answer][] = [
    ['the engine does not answer', silence],
    ['the body is on its way', stalled(found('half'))],
  ];
  test.each(pendings)("rejects with the signal's reason when it is aborted while %s", async (_what, pending) => {
    for (const [, read] of reads) {
      const controller = new AbortController();
      const reason = new Error('the user went away');
      const connection = await start(() => {
        setTimeout(() => controller.abort(reason), 40);
        return pending;
      }, takesBodies);
      await expect(read(connection, controller.signal)).rejects.toBe(reason);
      expect(canned.requests).toHaveLength(1);
      await canned.close();
    }
  });

  test("rejects with the signal's reason, and sends nothing, when it was aborted before", async () => {
    const connection = await start(() => found('too late'), takesBodies);
    for (const [, read] of reads) {
      await expect(read(connection, AbortSignal.abort('changed my mind'))).rejects.toBe('changed my mind');
    }
    expect(canned.requests).toEqual([]);
  });

  test('is not touched by a signal that is aborted afterwards', async () => {
    const connection = await start(() => inPieces(found('whole'), 10), takesBodies);
    const controller = new AbortController();
    const output = await get(connection, controller.signal);
    controller.abort();
    expect(textsOf(output)).toEqual(['whole']);
  });
});

/** The error of a request that wasn't done. */
async function failureOf(request: Promise<EngineAnswer<'PutItem' | 'DeleteItem'>>): Promise<MapperError> {
  const answer = await request;
  if (answer.done) throw new Error('the request was done');
  return answer.error;
}

describe('a write', () => {
  const put = (connection: EngineCalls) => connection.put({ TableName: 'things', Item: key });
  const remove = (connection: EngineCalls) => connection.delete({ TableName: 'things', Key: key });

  test('tells that its condition failed, and what is stored instead where the engine says so', async () => {
    const stored = { ...key, bytes: { B: 'AQI=' }, number: { N: '1E+2' } };
    const connection = await start((_request, at) =>
      failure('ConditionalCheckFailedException', at % 2 === 0 ? { Item: stored } : {}),
    );
    const refused = { done: false, because: 'condition', wasRepeated: false };
    expect(await put(connection)).toMatchObject({ ...refused, item: stored });
    expect(await put(connection)).toMatchObject({ ...refused, item: undefined });
    expect(await remove(connection)).toMatchObject({ ...refused, item: stored });
    expect(await remove(connection)).toMatchObject({ ...refused, item: undefined });
  });

  test('tells that it was done', async () => {
    const connection = await start(() => ({}));
    const done = { done: true, output: {} };
    expect([await put(connection), await remove(connection)]).toEqual([done, done]);
  });

  test('has the cause for any other error', async () => {
    const connection = await start(() => failure('ValidationException'));
    expect(await put(connection)).toMatchObject({
      because: 'invalid',
      error: { details: { reason: 'ValidationException' } },
    });
    expect((await failureOf(remove(connection))).details).toEqual({
      operation: 'DeleteItem',
      table: 'things',
      reason: 'ValidationException',
    });
  });
});

test('the item that comes with a failed condition is never in an error', async () => {
  const stored = { ...key, text: { S: 'secret value' } };
  const connection = await start(() => failure('ConditionalCheckFailedException', { Item: stored }));
  const error = await failureOf(connection.put({ TableName: 'things', Item: key }));
  expect(error.cause).toMatchObject({ name: 'ConditionalCheckFailedException' });
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('secret');
});

test.each([
  ["an object that isn't an error", { oops: true }, 'object'],
  ['a string', 'oops', 'string'],
  ['an error of its own', new TypeError('no network'), 'TypeError'],
])('what a client throws is the cause, whatever it is: %s', async (_what, thrown, reason) => {
  const send = () => Promise.reject(thrown);
  const error = await errorOf(get(new EngineCalls({ send })));
  expect(error.details.reason).toBe(reason);
  expect(error.cause).toBe(thrown);
});
