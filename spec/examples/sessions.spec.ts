import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Mapper, upgradeItem, type WireItem } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { SessionRepository } from '../../entities/session-repository.js';
import { Session } from '../../entities/session.js';
import { decodeItem } from '../../lib/codec/decode.js';
import { readRaw, storeRaw } from '../support/raw-requests.js';
import { sampleDocument, sampleDocuments } from '../support/sample-documents.js';

const samples = sampleDocuments('session');
const text = (wire: WireItem, attribute: string) => (wire[attribute] as { S: string } | undefined)?.S;
const idOf = (wire: WireItem) => text(wire, 'session_id') as string;

/** What a document says, read by its version, without any upgrade. */
function meaningOf(wire: WireItem, version: number): object {
  const { tags } = wire as { tags?: { SS?: string[]; L?: { S: string }[] } };
  const names = new Set((tags?.SS ?? tags?.L?.map((tag) => tag.S) ?? []).filter((tag) => tag !== ''));
  // Date.parse takes a time without offset for local time; such times are UTC
  const date = (attribute: string) => new Date(text(wire, attribute)?.replace(/(T[\d:.]+)$/, '$1Z') as string);
  return {
    session_id: idOf(wire),
    user_id: text(wire, 'user_id'),
    title: text(wire, 'title'),
    session_state: text(wire, version === 1 ? 'state' : 'session_state'),
    blueprint: text(wire, 'blueprint') ?? 'devassist',
    tags: names.size > 0 ? names : undefined,
    created_at: date('created_at'),
    updated_at: date('updated_at'),
    revision: text(wire, 'revision'),
  };
}

let engine: EmbeddedEngine;
let mapper: Mapper;
let sessions: SessionRepository;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
  mapper = new Mapper({ client: engine.client, entities: [Session] });
  await mapper.createTables();
  sessions = new SessionRepository(mapper);
  for (const { text: json } of samples) await storeRaw(engine.endpoint, 'chat_sessions', json);
});
afterAll(async () => {
  await mapper.close();
  await engine.close();
});

test('there are documents of every version', () => {
  expect(new Set(samples.map((one) => one.version))).toEqual(new Set([1, 2, 3]));
  expect(new Set(samples.map(({ wire }) => idOf(wire))).size).toBe(samples.length);
});

describe.each(samples)('the stored session $file', ({ wire, version }) => {
  test('is read as a Session of today, and stays stored as it is', async () => {
    const key = { session_id: { S: idOf(wire) } };
    const before = await readRaw(engine.endpoint, 'chat_sessions', key);
    const session = await sessions.getOrFail({ session_id: idOf(wire) });
    expect(session).toBeInstanceOf(Session);
    expect(session).toEqual(meaningOf(wire, version));
    expect(sessions.stored(session)?.version).toBe(version);
    expect(await readRaw(engine.endpoint, 'chat_sessions', key)).toBe(before);
  });

  test('is hydrated to the same, without an engine', async () => {
    expect(sessions.hydrate(wire)).toEqual(await sessions.getOrFail({ session_id: idOf(wire) }));
  });

  test('keeps every attribute that no upgrade speaks of', () => {
    const item = decodeItem(wire);
    const upgraded = upgradeItem(Session, item);
    for (const name of ['state', 'session_state', 'blueprint', 'tags', 'schema_version']) {
      delete item[name];
      delete upgraded[name];
    }
    expect(Object.keys(upgraded)).toEqual(Object.keys(item));
    expect(upgraded).toEqual(item);
  });
});

test.each<[string, Partial<Session>]>([
  ['v1-abc-123', { session_state: 'open', blueprint: 'devassist', tags: new Set(['ci', 'typescript', 'build']) }],
  ['v1-early-blueprint', { blueprint: 'code-review' }],
  [
    'v1-naive-timestamps',
    { created_at: new Date('2023-12-14T17:05:09.654Z'), updated_at: new Date('2023-12-14T18:00:00Z') },
  ],
  ['v2-boto3-isoformat', { created_at: new Date('2024-06-11T08:05:00.000Z'), blueprint: 'rédacteur' }],
  ['v2-empty-string-tag', { tags: new Set(['shell', ' shell ']) }],
])('%s says what it should', (file, expected) => {
  expect(sessions.hydrate(sampleDocument(`session/${file}`).wire)).toMatchObject(expected);
});

test("a user's sessions come in the order of their last use, the last one first", async () => {
  const users = new Set(samples.map(({ wire }) => text(wire, 'user_id') as string));
  for (const user of users) {
    const found = await sessions.ofUser(user).all();
    const expected = samples.filter(({ wire }) => text(wire, 'user_id') === user).map(({ wire }) => idOf(wire));
    expect(found.map((session) => session.session_id).toSorted()).toEqual(expected.toSorted());
    // the engine compares the stored text
    const stored = found.map((session) => sessions.stored(session)?.item['updated_at'] as string);
    expect(stored).toEqual(stored.toSorted().toReversed());
  }
});

test('all sessions are found by a scan, page by page', async () => {
  const seen: string[] = [];
  for await (const { items } of sessions.scan({ limit: 5, pageSize: 3 }).pages())
    seen.push(...items.map((one) => one.session_id));
  expect(seen.toSorted()).toEqual(samples.map(({ wire }) => idOf(wire)).toSorted());
});

test('a session lives: made, stored, renamed, closed and deleted', async () => {
  const session = sessions.create({ session_id: 'new-1', user_id: 'user-1', title: 'New' });
  await sessions.insert(session);
  await expect(sessions.insert(session)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });

  const [here, there] = [
    await sessions.getOrFail({ session_id: 'new-1' }),
    await sessions.getOrFail({ session_id: 'new-1' }),
  ];
  expect(here).toMatchObject({ title: 'New', session_state: 'open', blueprint: 'devassist' });
  here.title = 'Renamed';
  here.tags = new Set(['renamed']);
  await sessions.put(here);
  there.session_state = 'closed';
  await expect(sessions.put(there)).rejects.toMatchObject({ code: 'CONFLICT' });

  const again = await sessions.getOrFail({ session_id: 'new-1' });
  again.session_state = 'closed';
  await sessions.put(again);
  expect(await sessions.get({ session_id: 'new-1' })).toMatchObject({
    title: 'Renamed',
    session_state: 'closed',
    tags: new Set(['renamed']),
    created_at: session.created_at,
  });
  expect(await sessions.delete(again)).toBe(true);
  expect(await sessions.get({ session_id: 'new-1' })).toBeUndefined();
});
