import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { channels, Mapper, type Repository, type UpgradeEvent } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { channel } from 'node:diagnostics_channel';
import { Session } from '../../entities/session.js';
import { storeRaw } from '../support/raw-requests.js';
import { sampleDocument } from '../support/sample-documents.js';

const upgrades = channel(channels.upgrade);
const events: UpgradeEvent[] = [];
const listener = (event: unknown) => events.push(event as UpgradeEvent);
const listen = () => {
  events.length = 0;
  upgrades.subscribe(listener);
};
afterEach(() => upgrades.unsubscribe(listener));

const samples = ['session/v1-abc-123', 'session/v2-plain', 'session/v3-with-revision'].map(sampleDocument);
const [first, second, third] = samples.map(({ wire }) => ({ session_id: (wire['session_id'] as { S: string }).S })) as [
  { session_id: string },
  { session_id: string },
  { session_id: string },
];
const fromFirst = {
  entity: 'Session',
  from: 1,
  to: 3,
  steps: ['SessionUpgrades.sessionState', 'SessionUpgrades.tagSet'],
};
const fromSecond = { entity: 'Session', from: 2, to: 3, steps: ['SessionUpgrades.tagSet'] };

let engine: EmbeddedEngine;
let sessions: Repository<Session>;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
  const mapper = new Mapper({ client: engine.client, entities: [Session] });
  await mapper.createTables();
  sessions = mapper.repository(Session);
  for (const { text } of samples) await storeRaw(engine.endpoint, 'chat_sessions', text);
});
afterAll(() => engine.close());

describe('the upgrade of an item', () => {
  test('is told by its entity, versions and steps, and by nothing that is stored', async () => {
    listen();
    await sessions.get(first);
    await sessions.get(second);
    expect(events).toEqual([fromFirst, fromSecond]);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['getMany', () => sessions.getMany([first, second, third])],
    ['scan', () => sessions.scan().all()],
    ['iteration', () => sessions.scan().count()],
    ['page', () => sessions.scan().page()],
    ['hydrate', async () => samples.map(({ wire }) => sessions.hydrate(wire))],
  ])('is told by every read: %s', async (_call, read) => {
    listen();
    await read();
    expect(events.toSorted((a, b) => a.from - b.from)).toEqual([fromFirst, fromSecond]);
  });

  test('is not told of an item of the newest version', async () => {
    listen();
    await sessions.get(third);
    expect(events).toEqual([]);
  });

  test('is not told of one that failed', async () => {
    listen();
    const broken = { ...samples[0]?.wire, schema_version: { N: '9' } };
    expect(() => sessions.hydrate(broken as never)).toThrow('NEWER_VERSION');
    expect(events).toEqual([]);
  });

  test('is told once, not again when the entity is stored', async () => {
    listen();
    const session = await sessions.getOrFail(first);
    await sessions.put(session);
    await sessions.put(session);
    expect(events).toEqual([fromFirst]);
    await storeRaw(engine.endpoint, 'chat_sessions', samples[0]?.text ?? '');
  });

  test('costs nothing while nobody listens', async () => {
    const publish = jest.spyOn(upgrades, 'publish');
    await sessions.get(first);
    expect(publish).not.toHaveBeenCalled();
    publish.mockRestore();
  });
});
