/** The documented rollout, with processes: the release before and today's serve one table at once. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { Mapper } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { Message } from '../../entities/message.js';
import { Session } from '../../entities/session.js';
import { storeRaw } from '../support/raw-requests.js';
import { sampleDocuments } from '../support/sample-documents.js';
import { type Build, buildChatApi, type Instance } from './chat-api/application.js';
import { Traffic } from './chat-api/traffic.js';

// compiles two releases and runs seven instances, up to three at a time
jest.setTimeout(600_000);

let engine: EmbeddedEngine;
let build: Build;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
  build = await buildChatApi({ previous: 'spec/examples/chat-api/previous', today: undefined });
});
afterAll(async () => {
  await build.dispose();
  await engine.close();
});

const start = (release: 'previous' | 'today', environment: Record<string, string> = {}): Promise<Instance> =>
  build.start(release, { ALTERNATOR_ENDPOINT: engine.endpoint, CURSOR_SECRET: 'shared by all', ...environment });
const pinned = { SESSION_WRITE_VERSION: '2' };

/** Stores documents of version 1 and 2: the samples, and some made up. Resolves to the sessions' ids. */
async function fillTables(): Promise<string[]> {
  const ids: string[] = [];
  const wanted = [...sampleDocuments('session'), ...sampleDocuments('message')].filter(({ version }) => version < 3);
  for (const { text, wire } of wanted) {
    const isSession = !('message_id' in wire);
    await storeRaw(engine.endpoint, isSession ? 'chat_sessions' : 'chat_messages', text);
    if (isSession) ids.push((wire.session_id as { S: string }).S);
  }
  for (let at = 0; at < 12; at++) {
    const isOldest = at % 2 === 0;
    const date = { S: `2024-05-01T00:00:${String(at).padStart(2, '0')}.000Z` };
    const item = {
      session_id: { S: `made-up-${at}` },
      user_id: { S: `user-${at % 3}` },
      title: { S: `Made up ${at}` },
      [isOldest ? 'state' : 'session_state']: { S: at % 5 === 0 ? 'closed' : 'open' },
      ...(!isOldest && { blueprint: { S: 'devassist' }, schema_version: { N: '2' } }),
      tags: { L: ['a', 'b', 'a'].slice(0, at % 4).map((tag) => ({ S: tag })) },
      undeclared: { M: { at: { N: String(at) } } },
      created_at: date,
      updated_at: date,
    };
    await storeRaw(engine.endpoint, 'chat_sessions', JSON.stringify(item));
    ids.push(`made-up-${at}`);
  }
  return ids;
}

/** How many sessions are stored in which version. */
async function storedVersions(): Promise<Record<number, number>> {
  const mapper = new Mapper({ client: engine.client, entities: [Session] });
  const sessions = mapper.repository(Session);
  const counts: Record<number, number> = {};
  for await (const session of sessions.scan()) {
    const { version } = sessions.stored(session)!;
    counts[version] = (counts[version] ?? 0) + 1;
  }
  await mapper.close();
  return counts;
}

test('a rolling deployment and the way back: no request fails, no acknowledged change is lost', async () => {
  const mapper = new Mapper({ client: engine.client, entities: [Session, Message] });
  await mapper.createTables();
  const ids = await fillTables();
  const traffic = new Traffic();
  const replace = (old: Instance, release: 'previous' | 'today', environment?: Record<string, string>) =>
    traffic.during(async () => {
      const instance = await start(release, environment);
      traffic.add(instance);
      await traffic.retire(old);
      return instance;
    });

  // the release before, alone
  const [first, second] = await Promise.all([start('previous'), start('previous')]);
  traffic.add(first);
  traffic.add(second);
  await traffic.learn(ids);
  await traffic.during(() => Promise.resolve());

  // forward: today's release, pinned to store version 2, until no old instance is left
  const third = await replace(first, 'today', pinned);
  const fourth = await replace(second, 'today', pinned);
  await traffic.verify();
  expect(await storedVersions()).not.toHaveProperty('3');

  // then unpinned
  const fifth = await replace(third, 'today');
  await traffic.during(() => traffic.retire(fourth));
  await traffic.verify();
  expect(await storedVersions()).toHaveProperty('3');

  // back: pinned again; when no unpinned instance is left, what they stored is brought back to version 2
  const sixth = await replace(fifth, 'today', pinned);
  await traffic.during(async () => {
    const writeVersion = new Map([[Session, 2]]);
    const sweeper = new Mapper({ client: engine.client, entities: [Session], writeVersion, writeBack: 'inline' });
    await sweeper.repository(Session).scan().all();
    await sweeper.close();
  });
  expect(await storedVersions()).not.toHaveProperty('3');

  // and the release before
  const seventh = await replace(sixth, 'previous');
  await traffic.verify();
  await traffic.retire(seventh);

  expect(traffic.problems).toEqual([]);
  expect(traffic.requests).toBeGreaterThan(300);
  await mapper.close();
});
