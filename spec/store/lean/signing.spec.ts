import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { clientBy, type HandledRequest, type Reply, type WayClient, ways } from '../../support/request-ways.js';

const get = ({ transport }: WayClient, table = 'notes') =>
  transport.send('GetItem', { TableName: table, Key: { id: { S: 'a' } } });

const accessKeyOf = ({ headers }: HandledRequest) => /Credential=(\w+)\//.exec(headers['authorization'] ?? '')?.[1];
const dateOf = ({ headers }: HandledRequest) => headers['x-amz-date'];

const identity = (name: string) => ({ accessKeyId: name, secretAccessKey: `secret of ${name}` });

/** Signs a request again with the SDK's own signer, and tells whether the signature is the same. */
async function isSignedAsBySdk({ client }: WayClient, request: HandledRequest): Promise<boolean> {
  const { config } = client as unknown as { config: { signer(scheme: object): Promise<SdkSignature> } };
  const signature = await config.signer({});
  const { 'x-amz-content-sha256': _hash, 'x-amz-date': date = '', authorization, ...headers } = request.headers;
  const [, year, month, day, hours, minutes, seconds] = /(....)(..)(..)T(..)(..)(..)/.exec(date) ?? [];
  const signingDate = new Date(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`);
  const signed = await signature.sign({ ...request, headers }, { signingDate });
  return signed.headers['authorization'] === authorization;
}

interface SdkSignature {
  sign(request: HandledRequest, options: { signingDate: Date }): Promise<HandledRequest>;
}

afterEach(() => void jest.restoreAllMocks());

describe.each(ways)('on the %s way', (way) => {
  test('every request is signed as the SDK signs, whatever its headers and its body', async () => {
    const made = clientBy(way);
    let at = 0;
    const strange = ['plain', ' two  spaces ', 'tab\tand\nline', '€', ''];
    made.client.middlewareStack.add(
      ((next: (args: unknown) => unknown) => (args: { request: { headers: Record<string, string> } }) => {
        const { headers } = args.request;
        headers[`x-header-${at % 2}`] = strange[at % strange.length] as string;
        headers['Sec-Fetch-Mode'] = headers['Proxy-Any'] = headers['traceparent'] = headers['Authorization'] = 'any';
        at++;
        return next(args);
      }) as never,
      { step: 'build' },
    );
    for (let count = 0; count < 10; count++) await get(made);
    for (const request of made.requests) expect(await isSignedAsBySdk(made, request)).toBe(true);
  });

  test('a signature is made anew on the next day', async () => {
    const made = clientBy(way);
    const now = jest.spyOn(Date, 'now');
    const midnight = Date.UTC(2030, 0, 1);
    for (const time of [-3000, -2000, -1000, 0, 1000]) {
      now.mockReturnValue(midnight + time);
      await get(made);
    }
    expect(made.requests.map(dateOf)).toEqual([
      '20291231T235957Z',
      '20291231T235958Z',
      '20291231T235959Z',
      '20300101T000000Z',
      '20300101T000001Z',
    ]);
    for (const request of made.requests) expect(await isSignedAsBySdk(made, request)).toBe(true);
  });

  test('credentials that expire are asked for again', async () => {
    let count = 0;
    const credentials = jest.fn(async () => ({
      ...identity(`KEY${count++}`),
      expiration: new Date(Date.now() + 1000),
    }));
    const made = clientBy(way, { credentials });
    for (let at = 0; at < 4; at++) await get(made);
    const keys = made.requests.map(accessKeyOf);
    expect(new Set(keys).size).toBe(4);
    expect(keys.every((key) => key?.startsWith('KEY'))).toBe(true);
  });

  test('credentials that are replaced count from the next request on', async () => {
    const made = clientBy(way, { credentials: identity('FIRST') });
    for (let at = 0; at < 3; at++) await get(made);
    (made.client.config as { credentials: unknown }).credentials = {
      ...identity('SECOND'),
      sessionToken: 'TOKEN',
    };
    for (let at = 0; at < 3; at++) await get(made);
    expect(made.requests.map(accessKeyOf)).toEqual(['FIRST', 'FIRST', 'FIRST', 'SECOND', 'SECOND', 'SECOND']);
    for (const request of made.requests.slice(3)) expect(await isSignedAsBySdk(made, request)).toBe(true);
    expect(made.requests.map(({ headers }) => headers['x-amz-security-token'])).toEqual([
      undefined,
      undefined,
      undefined,
      'TOKEN',
      'TOKEN',
      'TOKEN',
    ]);
  });

  test('credentials that are replaced between two attempts sign the second', async () => {
    const made = clientBy(way, { credentials: identity('FIRST') }, (_request, at) => {
      if (at !== 3) return {};
      (made.client.config as { credentials: unknown }).credentials = identity('SECOND');
      return { status: 500 };
    });
    for (let at = 0; at < 4; at++) expect((await get(made)).done).toBe(true);
    expect(made.requests.map(accessKeyOf)).toEqual(['FIRST', 'FIRST', 'FIRST', 'FIRST', 'SECOND']);
  });

  test('credentials that are missing are an error, now and later', async () => {
    let isMissing = false;
    const made = clientBy(way, {
      credentials: async () => {
        if (isMissing) throw new Error('no credentials');
        return { ...identity('KEY'), expiration: new Date(Date.now() + 1000) };
      },
    });
    for (let at = 0; at < 3; at++) await get(made);
    isMissing = true;
    const answer = await get(made);
    expect(answer).toMatchObject({ done: false, error: { cause: { message: 'no credentials' } } });
  });

  test('another account, region or endpoint counts from the next request on', async () => {
    let accountId = '111111111111';
    const made = clientBy(way, {
      credentials: async () => ({ ...identity('KEY'), accountId, expiration: new Date(Date.now() + 1000) }),
    });
    const hosts = async () => {
      made.requests.length = 0;
      for (let at = 0; at < 3; at++) await get(made);
      return new Set(made.requests.map(({ hostname }) => hostname));
    };
    expect(await hosts()).toEqual(new Set(['111111111111.ddb.eu-west-1.amazonaws.com']));
    accountId = '222222222222';
    expect(await hosts()).toEqual(new Set(['222222222222.ddb.eu-west-1.amazonaws.com']));
    const config = made.client.config as {
      -readonly [K in keyof DynamoDBClient['config']]: DynamoDBClient['config'][K];
    };
    config.region = async () => 'us-east-1';
    expect(await hosts()).toEqual(new Set(['222222222222.ddb.us-east-1.amazonaws.com']));
    config.isCustomEndpoint = true;
    config.endpoint = async () => ({ protocol: 'https:', hostname: 'example.com', path: '/' });
    expect(await hosts()).toEqual(new Set(['example.com']));
    config.endpoint = async () => ({ protocol: 'https:', hostname: 'example.org', path: '/' });
    expect(await hosts()).toEqual(new Set(['example.org']));
  });

  test('tables by ARN go to the endpoints of their accounts', async () => {
    const made = clientBy(way, { credentials: { ...identity('KEY'), accountId: '111111111111' } });
    const arn = 'arn:aws:dynamodb:eu-west-1:333333333333:table/notes';
    for (let at = 0; at < 3; at++) {
      await get(made, arn);
      await get(made);
    }
    const hosts = made.requests.map(({ hostname }) => hostname.split('.')[0]);
    expect(hosts).toEqual(Array.from({ length: 3 }, () => ['333333333333', '111111111111']).flat());
  });

  test('a clock that is far off is corrected, and the request sent again', async () => {
    const ahead = 3_600_000;
    let isAhead = false;
    const respond = (): Reply => {
      const date = new Date(Date.now() + (isAhead ? ahead : 0)).toUTCString();
      const isWrong = isAhead && made.client.config.systemClockOffset < ahead / 2;
      if (!isWrong) return { headers: { date } };
      const type = 'com.amazon.coral.service#InvalidSignatureException';
      return { status: 400, headers: { date }, body: { __type: type, message: 'Signature expired' } };
    };
    const made = clientBy(way, {}, respond);
    for (let at = 0; at < 3; at++) expect((await get(made)).done).toBe(true);
    isAhead = true;
    expect((await get(made)).done).toBe(true);
    expect((await get(made)).done).toBe(true);
    expect(made.requests).toHaveLength(6);
    const hours = made.requests.map((request) => Number(dateOf(request)?.slice(9, 11)));
    const [before = 0] = hours;
    expect(hours.slice(3).map((hour) => (hour - before + 24) % 24)).toEqual([0, 1, 1]);
  });

  test('an answer that took a quarter of an hour says nothing of the clock', async () => {
    let now = Date.UTC(2030, 0, 1);
    let duration = 0;
    jest.spyOn(Date, 'now').mockImplementation(() => now);
    const made = clientBy(way, {}, () => {
      const date = new Date(now + 60_000).toUTCString();
      now += duration;
      return { headers: { date } };
    });
    for (let at = 0; at < 4; at++) await get(made);
    expect(made.client.config.systemClockOffset).toBe(60_000);
    duration = 1_000_000;
    await get(made);
    expect(made.client.config.systemClockOffset).toBe(60_000);
  });

  test('a signer of the application signs every request', async () => {
    const sign = jest.fn(async (request: HandledRequest) => ({
      ...request,
      headers: { ...request.headers, authorization: 'mine' },
    }));
    const made = clientBy(way, { signer: async () => ({ sign }) as never });
    for (let at = 0; at < 4; at++) await get(made);
    expect(sign).toHaveBeenCalledTimes(4);
    expect(made.requests.map(({ headers }) => headers['authorization'])).toEqual(['mine', 'mine', 'mine', 'mine']);
  });

  test('a signer of the application that signs as the SDK does signs every request, too', async () => {
    const { client } = clientBy('stock');
    const signature = await (client.config as unknown as { signer(scheme: object): Promise<SdkSignature> }).signer({});
    const sign = jest.fn<SdkSignature['sign']>(async (request, options) => signature.sign(request, options));
    const made = clientBy(way, { signer: async () => ({ sign }) as never });
    for (let at = 0; at < 5; at++) await get(made);
    expect(sign).toHaveBeenCalledTimes(5);
    expect(made.requests.map(accessKeyOf)).toEqual(['AKID', 'AKID', 'AKID', 'AKID', 'AKID']);
  });

  test('a signer that a middleware chooses signs one request, and no later one', async () => {
    const made = clientBy(way);
    let isChosen = true;
    const signer = { sign: async (request: HandledRequest) => ({ ...request, headers: { authorization: 'chosen' } }) };
    made.client.middlewareStack.addRelativeTo(
      ((next: unknown, { __smithy_context: smithy }: { __smithy_context: { selectedHttpAuthScheme: object } }) =>
        (args: never) => {
          if (isChosen) Object.assign(smithy.selectedHttpAuthScheme, { signer });
          return (next as (args: never) => unknown)(args);
        }) as never,
      { relation: 'after', toMiddleware: 'httpAuthSchemeMiddleware' },
    );
    await get(made);
    isChosen = false;
    for (let at = 0; at < 4; at++) await get(made);
    expect(made.requests[0]?.headers['authorization']).toBe('chosen');
    for (const request of made.requests.slice(1)) expect(await isSignedAsBySdk(made, request)).toBe(true);
  });

  test('an authentication scheme of the application authenticates every request', async () => {
    const sign = jest.fn(async (request: HandledRequest, { token }: { token: string }) => ({
      ...request,
      headers: { ...request.headers, authorization: `Bearer ${token}` },
    }));
    let count = 0;
    const made = clientBy(way, {
      httpAuthSchemeProvider: () => [{ schemeId: 'smithy.api#httpBearerAuth' }],
      httpAuthSchemes: [
        {
          schemeId: 'smithy.api#httpBearerAuth',
          identityProvider: () => async () => ({ token: `T${count++}` }),
          signer: { sign } as never,
        },
      ],
    } as never);
    for (let at = 0; at < 4; at++) await get(made);
    expect(made.requests.map(({ headers }) => headers['authorization'])).toEqual(
      ['T0', 'T1', 'T2', 'T3'].map((token) => `Bearer ${token}`),
    );
  });
});

test('the lean way asks for the SDK’s signer no more once it signs alike', async () => {
  const made = clientBy('lean');
  const config = made.client.config as { signer: (...args: unknown[]) => Promise<unknown> };
  const { signer } = config;
  let count = 0;
  config.signer = async (...args) => {
    count++;
    return signer(...args);
  };
  for (let at = 0; at < 10; at++) await get(made);
  // the first request, and the second, which compares
  expect(count).toBeLessThan(5);
  expect(new Set(await Promise.all(made.requests.map((request) => isSignedAsBySdk(made, request))))).toEqual(
    new Set([true]),
  );
});

test('a signer that comes later is asked from then on', async () => {
  const made = clientBy('lean');
  for (let at = 0; at < 4; at++) await get(made);
  const sign = async (request: HandledRequest) => ({
    ...request,
    headers: { ...request.headers, authorization: 'mine' },
  });
  (made.client.config as { signer: unknown }).signer = async () => ({ sign });
  await get(made);
  await get(made);
  expect(made.requests.slice(4).map(({ headers }) => headers['authorization'])).toEqual(['mine', 'mine']);
});
