import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  Entity,
  Mapper,
  PartitionKey,
  type Repository,
  Revision,
  type StoredItem,
  UpdatedAt,
  Versioned,
  type WireItem,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { inspect, isDeepStrictEqual } from 'node:util';
import { Session } from '../../entities/session.js';
import { readStored, storeRaw } from '../support/raw-requests.js';
import { sampleDocument } from '../support/sample-documents.js';

/** Its title is an accessor, and it can be frozen. */
@Entity({ table: 'cards' })
@Versioned(1)
class Card {
  @PartitionKey() id!: string;
  @UpdatedAt() updated_at!: Date;
  @Revision() revision!: string;
  #title = '';

  @Attribute() get title(): string {
    return this.#title;
  }
  set title(title: string) {
    this.#title = title.trim();
  }
}

let engine: EmbeddedEngine;
let sessions: Repository<Session>;
let cards: Repository<Card>;
const sample = sampleDocument('session/v1-abc-123');
const key = { session_id: 'abc-123' };

beforeAll(async () => {
  engine = await startEmbeddedEngine();
  const mapper = new Mapper({ client: engine.client, entities: [Session, Card] });
  await mapper.createTables();
  [sessions, cards] = [mapper.repository(Session), mapper.repository(Card)];
  await storeRaw(engine.endpoint, 'chat_sessions', sample.text);
});
afterAll(() => engine.close());

describe('what an entity remembers of its item', () => {
  test('is nowhere to be seen', async () => {
    const tracked = await sessions.getOrFail(key);
    const untracked = await sessions.getOrFail(key, { track: false });
    expect(sessions.stored(tracked)).toBeDefined();

    expect(Reflect.ownKeys(tracked)).toEqual(Reflect.ownKeys(untracked));
    expect(JSON.stringify(tracked)).toBe(JSON.stringify(untracked));
    expect(inspect(tracked, { showHidden: true, depth: 9 })).toBe(inspect(untracked, { showHidden: true, depth: 9 }));
    expect(isDeepStrictEqual(tracked, untracked)).toBe(true);
    expect(tracked).toStrictEqual(untracked);
    expect(Object.assign({}, tracked)).toStrictEqual(Object.assign({}, untracked));
    expect(structuredClone(tracked)).toStrictEqual(structuredClone(untracked));
    expect(Object.getPrototypeOf(tracked)).toBe(Session.prototype);
    const inLoop = [];
    for (const name in tracked) inLoop.push(name);
    expect(inLoop).toEqual(Object.keys(untracked));
  });

  test('is the version and the plain item, as they were read', async () => {
    const session = await sessions.getOrFail(key);
    session.title = 'Changed';
    session.tags?.clear();
    expect(sessions.stored(session)).toEqual({
      version: 1,
      item: {
        session_id: 'abc-123',
        schema_version: 1,
        user_id: 'user-456',
        title: 'Build fails on CI only',
        state: 'open',
        tags: ['ci', 'typescript', 'build'],
        created_at: '2024-03-01T09:15:00.000Z',
        updated_at: '2024-03-01T10:02:41.318Z',
      },
    });
  });

  test('can not be changed through what stored() hands out', async () => {
    const session = await sessions.getOrFail(key);
    const { item } = sessions.stored(session) as StoredItem;
    item['title'] = 'Changed';
    (item['tags'] as string[]).push('changed');
    expect(sessions.stored(session)?.item).toMatchObject({
      title: 'Build fails on CI only',
      tags: ['ci', 'typescript', 'build'],
    });
  });

  test.each<[string, () => Promise<Session | undefined>]>([
    ['get', () => sessions.get(key)],
    ['getMany', async () => (await sessions.getMany([key]))[0]],
    ['query', () => sessions.query({ partition: 'abc-123' }).first()],
    ['page', async () => (await sessions.query({ partition: 'abc-123' }).page()).items[0]],
    ['scan', async () => (await sessions.scan().all()).find((one) => one.session_id === 'abc-123')],
    ['hydrate', async () => sessions.hydrate(sample.wire)],
  ])('comes with every read: %s', async (_call, read) => {
    expect(sessions.stored((await read()) as Session)?.version).toBe(1);
  });

  test.each<[string, () => Promise<Session | undefined>]>([
    ['get', () => sessions.get(key, { track: false })],
    ['getMany', async () => (await sessions.getMany([key], { track: false }))[0]],
    ['query', () => sessions.query({ partition: 'abc-123', track: false }).first()],
    ['scan', () => sessions.scan({ track: false }).first()],
  ])('is not there with track: false: %s', async (_call, read) => {
    const session = await read();
    expect(session).toBeInstanceOf(Session);
    expect(sessions.stored(session as Session)).toBeUndefined();
  });

  test('is nothing for a new entity, and for a copy', async () => {
    expect(sessions.stored(sessions.create({ session_id: 'new' }))).toBeUndefined();
    const copy = Object.assign(new Session(), await sessions.getOrFail(key));
    expect(sessions.stored(copy)).toBeUndefined();
  });

  test('is what was stored, after insert and put', async () => {
    const card = await cards.insert(cards.create({ id: 'a', title: 'first' }));
    expect(cards.stored(card)).toMatchObject({ version: 1, item: { title: 'first', revision: card.revision } });
    card.title = 'second';
    expect(cards.stored(card)?.item).toMatchObject({ title: 'first' });
    await cards.put(card);
    expect(cards.stored(card)?.item).toMatchObject({ title: 'second', revision: card.revision });
  });

  test('belongs to the entity alone, however often an item is read', async () => {
    const [first, second] = await Promise.all([sessions.getOrFail(key), sessions.getOrFail(key)]);
    await sessions.put(first);
    expect([sessions.stored(first)?.version, sessions.stored(second)?.version]).toEqual([3, 1]);
    await storeRaw(engine.endpoint, 'chat_sessions', sample.text);
  });
});

describe('an entity with accessors', () => {
  const wire: WireItem = {
    id: { S: 'accessors' },
    title: { S: '  padded  ' },
    schema_version: { N: '1' },
    more: { S: 'x' },
  };

  test('is read through its setter and stored through its getter', async () => {
    await storeRaw(engine.endpoint, 'cards', wire);
    const card = await cards.getOrFail({ id: 'accessors' });
    expect(card.title).toBe('padded');
    expect(Object.keys(card)).toEqual(['id']);
    card.title = ' changed ';
    await cards.put(card);
    const stored = await readStored(engine.endpoint, 'cards', { id: { S: 'accessors' } });
    expect(stored).toMatchObject({ title: { S: 'changed' }, more: { S: 'x' } });
  });

  test('that did not change is stored as it was, whatever its getter makes of it', async () => {
    await storeRaw(engine.endpoint, 'cards', wire);
    const card = await cards.getOrFail({ id: 'accessors' });
    await cards.put(card);
    expect(await readStored(engine.endpoint, 'cards', { id: { S: 'accessors' } })).toMatchObject({
      title: wire['title'],
    });
  });
});

describe('a frozen entity', () => {
  const frozen = (card: Card): Card => Object.freeze(card) as Card;

  test('is stored; what the write makes it can not take, and it can be stored again', async () => {
    const card = frozen(cards.create({ id: 'frozen', title: 'cold' }));
    expect(await cards.insert(card)).toBe(card);
    expect(card.revision).toBeUndefined();
    await cards.put(card);
    const stored = await readStored(engine.endpoint, 'cards', { id: { S: 'frozen' } });
    expect(stored).toMatchObject({ title: { S: 'cold' }, revision: { S: cards.stored(card)?.item['revision'] } });
  });

  test('that was loaded is stored, and meets no conflict of its own making', async () => {
    await storeRaw(engine.endpoint, 'cards', {
      id: { S: 'loaded' },
      title: { S: 'x' },
      revision: { S: 'r1' },
      schema_version: { N: '1' },
    });
    const card = frozen(await cards.getOrFail({ id: 'loaded' }));
    await cards.put(card);
    await cards.put(card);
    expect(await readStored(engine.endpoint, 'cards', { id: { S: 'loaded' } })).not.toMatchObject({
      revision: { S: 'r1' },
    });
  });
});
