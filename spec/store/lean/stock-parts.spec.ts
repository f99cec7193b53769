import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, jest, test } from '@jest/globals';
import { leanMiddlewares } from '../../../lib/store/lean/lean-middlewares.js';
import type { Middleware, SdkConfig, SdkStack } from '../../../lib/store/lean/sdk-parts.js';
import { entriesOf } from '../../../lib/store/lean/stack-entries.js';
import { hasStockAuth, hasStockSignature, isSilent, isStockMiddleware } from '../../../lib/store/lean/stock-client.js';
import { clientBy } from '../../support/request-ways.js';

const client = new DynamoDBClient({ region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
const { config, middlewareStack: stack } = client as unknown as { config: SdkConfig; middlewareStack: SdkStack };
const names = Object.keys(leanMiddlewares(config));
const ofClient = new Map(entriesOf(stack).map(({ name = '', middleware }) => [name, middleware]));

describe('the installed SDK', () => {
  // the endpoint's comes with each command
  test.each(names.filter((name) => name !== 'endpointV2Middleware'))('has %s on its clients', (name) => {
    expect(isStockMiddleware(name, ofClient.get(name) as Middleware)).toBe(true);
  });

  test('has endpointV2Middleware on its commands, and lets ours take the lean way', async () => {
    const made = clientBy('lean');
    const seen: string[] = [];
    made.client.middlewareStack.addRelativeTo(((next: unknown) => (seen.push('before'), next)) as never, {
      relation: 'before',
      toMiddleware: 'serializerMiddleware',
    });
    await made.transport.send('GetItem', { TableName: 'notes', Key: { id: { S: 'a' } } });
    expect([seen, made.stockRequests()]).toEqual([['before'], 0]);
  });

  test('has a silent logger, its own authentication and its own signatures, unless told otherwise', async () => {
    expect([isSilent(config.logger), hasStockAuth(config), await hasStockSignature(config)]).toEqual([
      true,
      true,
      true,
    ]);
  });
});

describe('what looks like the SDK’s', () => {
  test('is a middleware of the same name', () => {
    expect(isStockMiddleware('loggerMiddleware', (next) => next)).toBe(false);
    expect(isStockMiddleware('nameless', (next) => next)).toBe(false);
  });

  test('is a logger that does something, by its class or by a method of its own', () => {
    class NoOpLogger {
      info() {
        return 'something';
      }
    }
    expect(isSilent(new NoOpLogger())).toBe(false);
    expect(isSilent(console)).toBe(false);
    expect(isSilent(Object.assign(Object.create(config.logger as object), { info() {} }) as object)).toBe(false);
    expect(isSilent(undefined)).toBe(false);
  });

  test('is a scheme with a signer of the application, one among several, or one that is chosen in another way', () => {
    const [scheme] = config.httpAuthSchemes;
    const schemes = [
      { httpAuthSchemes: [{ ...scheme, signer: { sign() {} } }] },
      { httpAuthSchemes: [{ ...scheme, identityProvider: () => undefined }] },
      { httpAuthSchemes: [scheme, scheme] },
      { httpAuthSchemeProvider: () => [] },
    ];
    for (const changed of schemes) expect(hasStockAuth({ ...config, ...changed } as SdkConfig)).toBe(false);
    expect(hasStockAuth({ ...config })).toBe(true);
  });

  test('is a signer with other credentials than the client’s', async () => {
    const other = new DynamoDBClient({ region: 'eu-west-1', credentials: { accessKeyId: 'c', secretAccessKey: 'd' } });
    const { signer } = other.config as unknown as SdkConfig;
    expect(await hasStockSignature({ ...config, signer })).toBe(false);
  });
});

test('a client of another copy of the same release goes the lean way, too', async () => {
  jest.resetModules();
  const { DynamoDBClient: AnotherClient } = await import('@aws-sdk/client-dynamodb');
  expect(AnotherClient).not.toBe(DynamoDBClient);
  const made = clientBy('lean', {}, () => ({ body: { Item: { id: { S: 'a' } } } }), AnotherClient);
  for (let at = 0; at < 4; at++) {
    const answer = await made.transport.send('GetItem', { TableName: 'notes', Key: { id: { S: 'a' } } });
    expect(answer).toEqual({ done: true, output: { Item: { id: { S: 'a' } } } });
  }
  expect(made.stockRequests()).toBe(0);
});
