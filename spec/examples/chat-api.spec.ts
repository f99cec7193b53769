import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { startEmbeddedEngine } from 'dynamo-evolve/testing';
import { parsePage, root } from '../docs/markdown.js';
import { type Build, buildChatApi, type Instance, request } from './chat-api/application.js';

// compiles the application and runs it
jest.setTimeout(180_000);

const run = promisify(execFile);

let build: Build;
let instance: Instance;
beforeAll(async () => {
  build = await buildChatApi({ today: undefined });
  instance = await build.start('today', { ALTERNATOR_ENDPOINT: '' });
});
afterAll(() => build.dispose());

test('npm run example:chat-api compiles and starts what is tested here', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  expect(scripts['example:chat-api']).toMatch(/^npm run --silent build:examples && node .*chat-api\/main\.js$/);
  expect(existsSync(join(root, 'docs/examples/chat-api/main.ts'))).toBe(true);
});

describe('the README of the chat API', () => {
  const { blocks } = parsePage('docs/examples/chat-api/README.md');
  const requests = blocks.flatMap((block, at) => {
    const answer = blocks[at + 1];
    const isRequest = block.language === 'sh' && block.text.startsWith('curl');
    return isRequest && answer?.language === 'json' ? [[block.text, JSON.parse(answer.text) as unknown] as const] : [];
  });

  // the printed commands name the usual port; curl's own configuration leads them to the one that was free
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'chat-api-'));
    const { hostname, port } = new URL(instance.address);
    await writeFile(join(home, '.curlrc'), `connect-to = "localhost:3000:${hostname}:${port}"\nnoproxy = "*"\n`);
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  test('shows an answer for every request', () => {
    expect(requests).toHaveLength(blocks.filter(({ text }) => text.startsWith('curl')).length);
    expect(requests.length).toBeGreaterThan(8);
  });

  test.each(requests)('%s', async (command, expected) => {
    const { stdout } = await run('bash', ['-c', command], { cwd: root, env: { ...process.env, CURL_HOME: home } });
    const found: unknown = JSON.parse(stdout);
    expect(found).toStrictEqual(filledIn(expected, found));
  });
});

/** An expected answer in which the text `…` stands for any value, which is taken from what was found. */
function filledIn(expected: unknown, found: unknown): unknown {
  if (expected === '…') return found;
  if (typeof expected !== 'object' || expected === null || typeof found !== 'object' || found === null) return expected;
  if (Array.isArray(expected)) return expected.map((one, at) => filledIn(one, (found as unknown[])[at]));
  const valueIn = (name: string) => (found as Record<string, unknown>)[name];
  return Object.fromEntries(Object.entries(expected).map(([name, one]) => [name, filledIn(one, valueIn(name))]));
}

describe('the chat API', () => {
  const ask = async (method: string, path: string, body?: unknown, status = 200) => {
    const answer = await request(instance.address, method, path, body);
    expect(answer).toMatchObject({ status });
    return answer.body;
  };
  const open = (user_id: string, title: string) =>
    ask('POST', '/sessions', { user_id, title, tags: ['b', 'a', 'b'] }, 201);

  test('opens, shows, renames and closes a session', async () => {
    const opened = await open('user-a', 'First');
    expect(opened).toMatchObject({ user_id: 'user-a', title: 'First', session_state: 'open', tags: ['b', 'a'] });
    const path = `/sessions/${String(opened.session_id)}`;
    expect(await ask('GET', path)).toEqual(opened);
    const renamed = await ask('PATCH', path, { title: 'Second', revision: opened.revision });
    expect(renamed).toMatchObject({ title: 'Second', session_state: 'open' });
    await ask('POST', `${path}/close`);
    expect(await ask('GET', path)).toMatchObject({ title: 'Second', session_state: 'closed' });
  });

  test('lists the sessions of a user in pages, the one used last first', async () => {
    for (const title of ['1', '2', '3', '4', '5']) await open('user-b', title);
    const pages: string[][] = [];
    let cursor: unknown;
    do {
      const after = typeof cursor === 'string' ? `&cursor=${cursor}` : '';
      const page = await ask('GET', `/users/user-b/sessions?limit=2${after}`);
      pages.push((page.items as { title: string }[]).map(({ title }) => title));
      ({ cursor } = page);
    } while (cursor !== undefined);
    expect(new Set(pages.flat())).toEqual(new Set(['1', '2', '3', '4', '5']));
    expect(pages.slice(0, 2).map(({ length }) => length)).toEqual([2, 2]);
  });

  test('posts messages and pages through them in order', async () => {
    const { session_id } = await open('user-c', 'Talk');
    const path = `/sessions/${String(session_id)}/messages`;
    const sent = [];
    for (const content of ['one', 'two', 'three']) sent.push(await ask('POST', path, { role: 'user', content }, 201));
    const ids = sent.map(({ message_id }) => message_id as string).toSorted();
    const first = await ask('GET', `${path}?limit=2`);
    const second = await ask('GET', `${path}?limit=2&cursor=${String(first.cursor)}`);
    const found = [...(first.items as { message_id: string }[]), ...(second.items as { message_id: string }[])];
    expect(found.map(({ message_id }) => message_id)).toEqual(ids);
  });

  test.each([
    ['a session without a title', 'POST', '/sessions', { user_id: 'user-a' }, 400],
    ['a property that nobody knows', 'POST', '/sessions', { user_id: 'user-a', title: 'T', admin: true }, 400],
    ['an unknown role', 'POST', '/sessions/abc-123/messages', { role: 'root', content: 'x' }, 400],
    ['a limit that is none', 'GET', '/users/user-a/sessions?limit=many', undefined, 400],
    ['a forged cursor', 'GET', '/users/user-a/sessions?cursor=WyJ4Il0.AAAA', undefined, 400],
    ['an unknown session', 'GET', '/sessions/nothing', undefined, 404],
    ['an unknown session to rename', 'PATCH', '/sessions/nothing', { title: 'T' }, 404],
    ['an unknown session to close', 'POST', '/sessions/nothing/close', undefined, 404],
    ['an unknown session to talk in', 'POST', '/sessions/nothing/messages', { role: 'user', content: 'x' }, 404],
    ['an unknown address', 'GET', '/nothing', undefined, 404],
    ['a session whose id is too long', 'GET', `/sessions/${'x'.repeat(201)}`, undefined, 400],
    ['a user whose id is too long', 'GET', `/users/${'x'.repeat(3000)}/sessions`, undefined, 400],
    ["an address that isn't text", 'GET', '/sessions/%E0%A4%A', undefined, 400],
    [
      'a message that is too long',
      'POST',
      '/sessions/abc-123/messages',
      { role: 'user', content: 'é'.repeat(10_001) },
      400,
    ],
    [
      'a body that is too large',
      'POST',
      '/sessions/abc-123/messages',
      { role: 'user', content: 'x'.repeat(200_000) },
      413,
    ],
    ["a body that isn't an object", 'POST', '/sessions', [], 400],
    ['a cursor that is a list', 'GET', '/users/user-a/sessions?cursor=a&cursor=b', undefined, 400],
  ])('refuses %s', async (_what, method, path, body, status) => {
    expect(await ask(method, path, body, status)).toMatchObject({ statusCode: status });
  });

  test("refuses a body that isn't JSON", async () => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${instance.address}/sessions`, { method: 'POST', headers, body: '{ "user_id": ' });
    expect([response.status, await response.json()]).toEqual([400, expect.objectContaining({ statusCode: 400 })]);
  });

  test('takes the longest message, in the longest form of JSON', async () => {
    const { session_id } = await open('user-c', 'Long');
    const content = '\u0001'.repeat(10_000);
    const { message_id } = await ask(
      'POST',
      `/sessions/${String(session_id)}/messages`,
      { role: 'user', content },
      201,
    );
    const { items } = await ask('GET', `/sessions/${String(session_id)}/messages`);
    expect(items).toMatchObject([{ message_id, content }]);
  });

  test("refuses another list's cursor", async () => {
    await open('user-d', '1');
    await open('user-d', '2');
    const { cursor } = await ask('GET', '/users/user-d/sessions?limit=1');
    const answer = await ask('GET', `/users/user-a/sessions?cursor=${String(cursor)}`, undefined, 400);
    expect(answer.error).toBe('INVALID_CURSOR');
  });

  test('lets one of two that rename from the same revision win, and tells the other of the conflict', async () => {
    const { revision, session_id } = await open('user-a', 'Contended');
    const path = `/sessions/${String(session_id)}`;
    const rename = (title: string) => request(instance.address, 'PATCH', path, { title, revision });
    const statuses = (await Promise.all([rename('A'), rename('B')])).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 409]));
  });

  test('answers 503 when the engine is gone, and logs what the engine said', async () => {
    const engine = await startEmbeddedEngine();
    const another = await build.start('today', { ALTERNATOR_ENDPOINT: engine.endpoint });
    await engine.close();
    const { body, status } = await request(another.address, 'GET', '/sessions/abc-123');
    expect([status, body]).toEqual([503, { statusCode: 503, error: 'REQUEST_FAILED', message: expect.any(String) }]);
    expect(another.printed()).toMatch(/REQUEST_FAILED[^]*\[cause\]:[^]*ECONNREFUSED/);
    await another.stop();
  });

  test.each([
    [{ PORT: 'http' }, 'at PORT'],
    [{ SESSION_WRITE_VERSION: 'two' }, 'at SESSION_WRITE_VERSION'],
    [{ SESSION_WRITE_VERSION: '4' }, 'INVALID_WRITE_VERSION'],
  ])('does not start with a wrong environment: %j', async (environment, message) => {
    await expect(build.start('today', { ALTERNATOR_ENDPOINT: '', ...environment })).rejects.toThrow(message);
  });

  test('takes what is empty in its environment for absent', async () => {
    const empty = { ALTERNATOR_ENDPOINT: '', CURSOR_SECRET: '', SESSION_WRITE_VERSION: '' };
    const another = await build.start('today', empty);
    expect((await request(another.address, 'GET', '/sessions/abc-123')).status).toBe(200);
    await another.stop();
  });

  test('ends when it is told to', async () => {
    const another = await build.start('today', { ALTERNATOR_ENDPOINT: '' });
    await another.stop();
    await expect(fetch(`${another.address}/health`)).rejects.toThrow('fetch failed');
  });
});
