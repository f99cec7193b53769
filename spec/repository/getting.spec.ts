import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  type Class,
  Entity,
  Mapper,
  PartitionKey,
  type Repository,
  SortKey,
  Versioned,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { type CannedEngine, startCannedEngine } from '../support/canned-engine.js';
import { storeRaw } from '../support/raw-requests.js';

@Entity({ table: 'entries' })
@Versioned(1)
class Entry {
  @PartitionKey({ name: 'log_id' }) log!: string;
  @SortKey() at!: Date;
  @Attribute() text!: string;
}
@Entity({ table: 'blobs' })
@Versioned(1)
class Blob {
  @PartitionKey() hash!: Uint8Array;
  @SortKey() size!: number;
}
@Entity({ table: 'ledger' })
@Versioned(1)
class Line {
  @PartitionKey() serial!: bigint;
  @Attribute({ optional: true }) text?: string;
}

let engine: EmbeddedEngine;
let entries: Repository<Entry>;
let mapper: Mapper;
const at = new Date('2024-03-01T09:15:00.000Z');
beforeAll(async () => {
  engine = await startEmbeddedEngine();
  mapper = new Mapper({ client: engine.client, entities: [Entry, Blob, Line] });
  await mapper.createTables();
  entries = mapper.repository(Entry);
  for (const text of ['a', 'b', 'c']) await entries.insert(entries.create({ log: text, at, text }));
});
afterAll(() => engine.close());

describe('get()', () => {
  test('finds an item by its key, in properties', async () => {
    const entry = await entries.get({ log: 'a', at });
    expect(entry).toBeInstanceOf(Entry);
    expect(entry).toEqual({ log: 'a', at, text: 'a' });
  });

  test('takes an entity for its key', async () => {
    const entry = await entries.getOrFail({ log: 'b', at });
    expect(await entries.get(entry)).toEqual(entry);
  });

  test('finds nothing where nothing is', async () => {
    expect(await entries.get({ log: 'absent', at })).toBeUndefined();
    expect(await entries.get({ log: 'a', at: new Date(0) })).toBeUndefined();
  });

  test.each<[string, Class, object]>([
    ['bytes and a number', Blob, { hash: new Uint8Array([0, 255]), size: 1.5 }],
    ['an integer beyond 2^53', Line, { serial: 98765432109876543210987654321098765432n }],
    ['a negative integer beyond 2^53', Line, { serial: -9007199254740993n }],
    ['a Date', Entry, { log: 'd', at: new Date(-1), text: 'before 1970' }],
  ])('finds items by keys of %s', async (_what, entity, init) => {
    const repository = mapper.repository(entity);
    await repository.insert(repository.create(init));
    expect(await repository.get(init)).toEqual(init);
    expect(await repository.getMany([init])).toEqual([init]);
  });

  test.each<[object, string, string]>([
    [{ at }, 'log', 'absent'],
    [{ log: 'a' }, 'at', 'absent'],
    [{ log: null, at }, 'log', 'null'],
    [{ log: '', at }, 'log', 'empty'],
    [{ log: 7, at }, 'log', 'a number'],
    [{ log: 'a', at: '2024-03-01T09:15:00.000Z' }, 'at', 'a string'],
    [{ log: 'a', at: new Date(Number.NaN) }, 'at', 'an invalid Date'],
    [{ log_id: 'a', at }, 'log', 'absent'],
  ])('refuses the key %j', async (key, member, found) => {
    for (const call of [() => entries.get(key), () => entries.getMany([key]), () => entries.getOrFail(key)]) {
      await expect(call()).rejects.toMatchObject({
        code: 'INVALID_KEY_VALUE',
        details: { class: 'Entry', member, found },
      });
    }
  });

  test.each([undefined, null, 'a', 7])('refuses %j for a key', async (key) => {
    await expect(entries.get(key as never)).rejects.toMatchObject({ code: 'INVALID_KEY_VALUE' });
  });

  test.each<[string, Class, object]>([
    ['no bytes', Blob, { hash: new Uint8Array(), size: 1 }],
    ['text for bytes', Blob, { hash: 'AAEC', size: 1 }],
    ['no number', Blob, { hash: new Uint8Array([1]), size: Number.NaN }],
    ['an infinite number', Blob, { hash: new Uint8Array([1]), size: Infinity }],
    ['a number for a bigint', Line, { serial: 7 }],
  ])('refuses a key of %s', async (_what, entity, key) => {
    await expect(mapper.repository(entity).get(key)).rejects.toMatchObject({ code: 'INVALID_KEY_VALUE' });
  });

  test('refuses a number that would lose digits', async () => {
    await expect(mapper.repository(Blob).get({ hash: new Uint8Array([1]), size: 2 ** 60 })).rejects.toMatchObject({
      code: 'INVALID_NUMBER',
      details: { path: 'size' },
    });
  });
});

describe('getOrFail()', () => {
  test('finds an item', async () => {
    expect(await entries.getOrFail({ log: 'c', at })).toEqual({ log: 'c', at, text: 'c' });
  });

  test('is an error where nothing is, which names the key', async () => {
    await expect(entries.getOrFail({ log: 'absent', at })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      details: { entity: 'Entry', key: { log_id: 'absent', at: '2024-03-01T09:15:00.000Z' } },
    });
  });
});

describe('getMany()', () => {
  test('keeps the order of the keys, with undefined where nothing is', async () => {
    const found = await entries.getMany(['c', 'absent', 'a', 'b'].map((log) => ({ log, at })));
    expect(found.map((entry) => entry?.log)).toEqual(['c', undefined, 'a', 'b']);
  });

  test('gives the same entity for the same key', async () => {
    const [first, , second] = await entries.getMany(['a', 'b', 'a'].map((log) => ({ log, at: new Date(at) })));
    expect(first).toBeDefined();
    expect(first).toBe(second);
  });

  test('says what is wrong with one of the items', async () => {
    const broken = { log_id: { S: 'broken' }, at: { S: at.toISOString() }, schema_version: { N: '9' } };
    await storeRaw(engine.endpoint, 'entries', broken);
    const keys = ['a', 'broken'].map((log) => ({ log, at }));
    await expect(entries.getMany(keys)).rejects.toMatchObject({
      code: 'NEWER_VERSION',
      details: { key: { log_id: 'broken' } },
    });
  });
});

describe('reads by key', () => {
  let canned: CannedEngine;
  afterEach(() => canned.close());
  const start = async (answer: Parameters<typeof startCannedEngine>[0]) => {
    canned = await startCannedEngine(answer);
    return new Mapper({ client: canned.client, entities: [Entry] }).repository(Entry);
  };
  const key = { log: 'a', at };

  test('say whether they are consistent', async () => {
    const repository = await start(({ operation }) => (operation === 'GetItem' ? {} : { Responses: {} }));
    for (const options of [{}, { consistent: false }, { consistent: true }]) {
      await repository.get(key, options);
      await repository.getMany([key], options);
    }
    const said = canned.requests.map(({ body }) => {
      const { ConsistentRead: one, RequestItems: many } = body as {
        ConsistentRead?: boolean;
        RequestItems?: { entries: { ConsistentRead?: boolean } };
      };
      return one ?? many?.entries.ConsistentRead;
    });
    expect(said).toEqual([undefined, undefined, undefined, undefined, true, true]);
  });

  test('ask for a repeated key once', async () => {
    const repository = await start(() => ({ Responses: {} }));
    await repository.getMany([key, { ...key }, { ...key, log: 'b' }, key]);
    const { RequestItems: items } = canned.bodyAt(0) as { RequestItems: { entries: { Keys: object[] } } };
    expect(items.entries.Keys).toEqual(['a', 'b'].map((log) => ({ log_id: { S: log }, at: { S: at.toISOString() } })));
  });

  test("reject with the signal's reason", async () => {
    const reason = new Error('the user went away');
    const controller = new AbortController();
    const repository = await start(() => {
      controller.abort(reason);
      return () => {};
    });
    const { signal } = controller;
    await expect(repository.get(key, { signal })).rejects.toBe(reason);
    for (const call of [repository.get, repository.getOrFail]) {
      await expect(call.call(repository, key, { signal })).rejects.toBe(reason);
    }
    await expect(repository.getMany([key], { signal })).rejects.toBe(reason);
    expect(canned.requests).toHaveLength(1);
  });
});
