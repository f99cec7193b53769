import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Class, Mapper, upgradeItem } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import * as decorated from '../../entities/message.js';
import { Session as DecoratedSession } from '../../entities/session.js';
import { modelOf } from '../../lib/hydration/model-of.js';
import type { VersionStep } from '../../lib/upgrade/version-step.js';
import { updateLock } from '../../lib/schema/update-lock.js';
import { recordingClient } from '../support/recording-client.js';
import * as defined from './worked-example.js';

/** What says where something was written, and not what it is. */
const origins = new Set(['class', 'typeGiven', 'method']);

/** The model of a class without what says where it was written. */
function comparable(value: unknown): unknown {
  if (value instanceof Map) return new Map(Array.from(value, ([name, part]) => [name, comparable(part)]));
  if (value instanceof Set) return new Set(Array.from(value, (each) => comparable(each)));
  if (Array.isArray(value)) return value.map((each) => comparable(each));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const members = Object.entries(value).filter(([name]) => !origins.has(name));
  const step = value as Partial<VersionStep>;
  // each reversal is a function of its own; of declared steps, what they do is compared
  if (step.declared) return { ...Object.fromEntries(members), declared: step.declared.description, apply: undefined };
  return Object.fromEntries(members.map(([name, part]) => [name, comparable(part)]));
}

const pairs: readonly (readonly [name: string, decorated: Class, defined: Class])[] = [
  ['Session', DecoratedSession, defined.Session],
  ['Message', decorated.Message, defined.Message],
];

describe.each(pairs)('%s, decorated and defined', (name, decoratedClass, definedClass) => {
  test('compiles to the same model', () => {
    const [expected, found] = [decoratedClass, definedClass].map((target) => comparable(modelOf(target)));
    expect(found).toEqual(expected);
    expect(found).toMatchObject({
      name,
      attributes: expect.arrayContaining([expect.objectContaining({ property: 'created_at', type: 'date' })]),
    });
  });

  test('has the same entry in the lock', () => {
    const lockOf = (target: Class) => updateLock(undefined, [modelOf(target)]);
    expect(lockOf(definedClass)).toEqual(lockOf(decoratedClass));
  });
});

describe('a session, decorated and defined, in an application', () => {
  let engine: EmbeddedEngine;
  beforeAll(async () => {
    engine = await startEmbeddedEngine();
  });
  afterAll(() => engine.close());

  /** Everything that one run sends. Times and revisions are fixed or left out. */
  async function run(target: Class, messageClass: Class) {
    const recording = recordingClient(engine.client);
    const now = new Date('2026-01-02T03:04:05.678Z');
    const mapper = new Mapper({
      client: recording.client,
      entities: [target, messageClass],
      clock: () => now,
      tablePrefix: `${recording.sent.length}_${target === DecoratedSession ? 'a' : 'b'}_`,
    });
    await mapper.createTables();
    const sessions = mapper.repository(target as Class<defined.Session>);
    const messages = mapper.repository(messageClass as Class<defined.Message>);
    const key = { session_id: 's-1' };
    const session = sessions.create({ ...key, user_id: 'u-1', title: 'One' });
    await sessions.insert(session);
    session.tags = new Set(['a', 'b']);
    session.session_state = 'closed';
    await sessions.save(session);
    await sessions.update(key, { set: { title: 'Two' }, add: { tags: new Set(['c']) } });
    await sessions.put(sessions.create({ session_id: 's-2', user_id: 'u-1', title: 'Three', tags: new Set(['a']) }));
    const filter = {
      and: [
        { attr: 'session_state', eq: 'closed' },
        { attr: 'tags', contains: 'a' },
      ],
    } as const;
    const found = await sessions.query({ index: 'by_user', partition: 'u-1', filter }).all();
    await sessions.scan({ filter: { attr: 'title', beginsWith: 'T' }, attributes: ['title'] }).all();
    const attachments = [{ name: 'x.png', media_type: 'image/png', bytes: 12 }];
    await messages.insert(messages.create({ ...key, message_id: 'm-1', role: 'user', content: 'Hi', attachments }));
    const path = { attr: 'attachments[0].media_type', beginsWith: 'image/' } as const;
    const withImages = await messages.query({ partition: 's-1', filter: path }).all();
    await sessions.delete(key);
    await mapper.close();
    const text = JSON.stringify(recording.sent, (_name, value: unknown) => {
      if (value instanceof Set) return [...value];
      if (typeof value !== 'string') return value;
      return value.replace(/^\d_[ab]_/, '').replace(/^[0-9a-f]{8}-[0-9a-f-]{27}$/, 'a revision');
    });
    return { sent: JSON.parse(text) as unknown[], found: found.length, withImages: withImages.length };
  }

  test('sends the same requests', async () => {
    const [expected, found] = [
      await run(DecoratedSession, decorated.Message),
      await run(defined.Session, defined.Message),
    ];
    expect(found).toEqual(expected);
    expect(found).toMatchObject({ found: 1, withImages: 1 });
    expect(found.sent.length).toBeGreaterThan(10);
  });

  test('upgrades stored items to the same', () => {
    const old = { session_id: 's-1', user_id: 'u-1', title: 'Old', state: 'open', tags: ['b', 'a', 'b'] };
    expect(upgradeItem(defined.Session, old)).toEqual(upgradeItem(DecoratedSession, old));
    expect(upgradeItem(defined.Session, old)).toMatchObject({ session_state: 'open', tags: new Set(['b', 'a']) });
  });
});
