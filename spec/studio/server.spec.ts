import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Attribute, Entity, Mapper, PartitionKey, Versioned } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { type RunningStudio, startStudio } from '../../lib/studio/start-studio.js';
import { rejected } from '../errors/caught.js';
import { storeRaw } from '../support/raw-requests.js';
import { ownHeaders, sendTo, type StudioRequest } from './ask-studio.js';

@Entity({ table: 'notes' })
@Versioned(1)
class Note {
  @PartitionKey() id!: string;
  @Attribute() title!: string;
}

let engine: EmbeddedEngine;
let mapper: Mapper;
let studio: RunningStudio;
const options = () => ({ mapper, classes: [Note], samplesOf: () => undefined, lockFile: 'none.json', mayWrite: true });
beforeAll(async () => {
  engine = await startEmbeddedEngine();
  mapper = new Mapper({ client: engine.client, entities: [Note] });
  await mapper.createTables();
  await storeRaw(engine.endpoint, 'notes', { id: { S: 'n-1' }, title: { S: 'a secret title' } });
  studio = await startStudio(options());
});
afterAll(async () => {
  await studio.close();
  await mapper.close();
  await engine.close();
});

const post = (path: string, more: Record<string, string> = {}, body = '{}'): Promise<unknown> =>
  outcome(`${studio.url}${path}`, { method: 'POST', headers: { ...ownHeaders(studio.url), ...more }, body });
/** The status of an answer, and its text; a text that must be empty where a request gets nothing. */
const outcome = async (url: string, request?: StudioRequest) => {
  const { status, text } = await sendTo(url, request);
  return [status, text];
};
const nothing = [403, ''];

describe('the address of a studio', () => {
  test('is of this machine alone, with a token that differs each time', async () => {
    expect(studio.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/$/);
    const other = await startStudio(options());
    expect(new URL(other.url).pathname).not.toBe(new URL(studio.url).pathname);
    await other.close();
  });

  test('answers the page, and what it asks', async () => {
    expect(await outcome(studio.url)).toEqual([200, expect.stringContaining('<title>dynamo-evolve studio</title>')]);
    expect(await post('api/info')).toEqual([200, expect.stringContaining('"name":"Note"')]);
  });

  test('says that a port is taken', async () => {
    const port = Number(new URL(studio.url).port);
    const error = await rejected('INVALID_ARGUMENT', startStudio({ ...options(), port }));
    expect(error.message).toContain(`--port is ${port}, which another program uses`);
  });
});

describe('a request gets nothing', () => {
  test.each(['', 'x', 'x/api/info', 'page.js', 'api/info', '%00/'])('without the token: /%s', async (path) => {
    const root = new URL('/', studio.url).href;
    expect(await outcome(root + path)).toEqual(nothing);
    const request = { method: 'POST', headers: ownHeaders(studio.url), body: '{}' };
    expect(await outcome(root + path, request)).toEqual(nothing);
  });

  test('with another token of the same length', async () => {
    const { pathname } = new URL(studio.url);
    const other = studio.url.replace(pathname, `/${'A'.repeat(pathname.length - 2)}/`);
    expect(await outcome(other)).toEqual(nothing);
    expect(await outcome(`${other}api/info`, { method: 'POST', headers: ownHeaders(studio.url) })).toEqual(nothing);
  });

  test.each([
    'http://evil.example',
    'null',
    'https://127.0.0.1',
    'http://127.0.0.1:1',
    'http://127.0.0.1.evil.example',
    '',
  ])('from the origin %j, even with the token', async (origin) => {
    expect(await post('api/info', { origin })).toEqual(nothing);
    expect(await outcome(studio.url, { headers: { origin } })).toEqual(nothing);
  });

  test.each(['cross-site', 'same-site'])('that a browser calls %s', async (site) => {
    expect(await post('api/info', { 'sec-fetch-site': site })).toEqual(nothing);
    expect(await outcome(studio.url, { headers: { 'sec-fetch-site': site } })).toEqual(nothing);
  });

  test.each(['evil.example', '127.0.0.1', 'localhost', 'evil.example:80'])('for the host %j', async (host) => {
    expect(await outcome(studio.url, { headers: { host } })).toEqual([expect.any(Number), '']);
    expect((await sendTo(studio.url, { headers: { host } })).status).not.toBe(200);
    expect(await post('api/info', { host })).not.toEqual([200, expect.anything()]);
  });

  test('that a form could send', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', ''])
      expect(await post('api/info', { 'content-type': type })).toEqual(nothing);
  });

  test('without an origin, if it asks for more than the page', async () => {
    const headers = { 'content-type': 'application/json' };
    expect(await outcome(`${studio.url}api/info`, { method: 'POST', headers, body: '{}' })).toEqual(nothing);
  });

  test.each(['PUT', 'DELETE', 'OPTIONS', 'PATCH'])('by %s', async (method) => {
    expect(await outcome(`${studio.url}api/info`, { method, headers: ownHeaders(studio.url) })).toEqual(nothing);
  });
});

describe('what is served', () => {
  test('may load nothing from elsewhere, and is kept nowhere', async () => {
    for (const url of [studio.url, `${studio.url}nothing`, new URL('/', studio.url).href]) {
      const { headers } = await sendTo(url);
      expect(headers).toMatchObject({
        'content-security-policy': expect.stringMatching(/^default-src 'none'; script-src 'self'; style-src 'self';/),
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      });
      expect(headers['content-security-policy']).not.toMatch(/unsafe|http|\*/);
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  test.each(['../start-studio.ts', '..%2fstart-studio.ts', 'tsconfig.json', 'main.tsx', '.env', 'api/info', 'a/b.js'])(
    'is no other file: %s',
    async (path) => {
      expect(await outcome(studio.url + path)).not.toEqual([200, expect.anything()]);
    },
  );

  test.each(['constructor', '__proto__', 'toString', 'nothing', 'info/x', ''])(
    'answers no other question: %s',
    async (name) => {
      expect(await post(`api/${name}`)).toEqual([404, '']);
    },
  );

  test.each(['', '[', '1', 'null', '"text"'])('refuses what is no question: %j', async (body) => {
    expect(await post('api/info', {}, body)).toEqual([422, expect.stringContaining('INVALID_ARGUMENT')]);
  });

  test('refuses a question beyond all measure', async () => {
    const body = JSON.stringify({ text: 'x'.repeat(1_100_000) });
    expect(await post('api/info', {}, body)).toEqual([422, expect.stringContaining('is too long')]);
  });
});

test('stored values stand in no log', async () => {
  const written: string[] = [];
  const streams = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation((chunk) => written.push(String(chunk)) > 0),
  );
  try {
    const key = JSON.stringify({ entity: 'Note', key: { id: { S: 'n-1' } } });
    expect(await post('api/item', {}, key)).toEqual([200, expect.stringContaining('a secret title')]);
    await post('api/items', {}, JSON.stringify({ entity: 'Note', filter: { attr: 'nothing', eq: 'a secret title' } }));
    await post('api/item', {}, JSON.stringify({ entity: 'a secret title' }));
  } finally {
    for (const stream of streams) stream.mockRestore();
  }
  expect(written.join('')).not.toContain('secret');
});
