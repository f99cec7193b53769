import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  downgradeItem,
  Entity,
  Index,
  Mapper,
  PartitionKey,
  type Repository,
  SortKey,
  upgradeItem,
  Versioned,
} from 'dynamo-evolve';
import { type CannedEngine, startCannedEngine } from '../support/canned-engine.js';

@Entity({ table: 'entries' })
@Versioned(1)
@Index('by_text', { partitionKey: 'text' })
class Entry {
  @PartitionKey() log!: string;
  @SortKey() at!: number;
  @Attribute() text!: string;
}
class Stranger {
  id = 1;
}

let canned: CannedEngine;
let mapper: Mapper;
let entries: Repository<Entry>;
beforeEach(async () => {
  canned = await startCannedEngine(() => ({}));
  mapper = new Mapper({ client: canned.client, entities: [Entry] });
  entries = mapper.repository(Entry);
});
afterEach(() => canned.close());

const key = { log: 'a', at: 1 };
const consume = async (results: AsyncIterable<unknown>) => {
  for await (const _ of results) break;
};

describe('an option that nobody knows is refused before anything is sent', () => {
  const calls: [string, (options: object) => Promise<unknown>, string][] = [
    ['get', (options) => entries.get(key, options), 'consistent, track, writeBack, signal'],
    ['getOrFail', (options) => entries.getOrFail(key, options), 'consistent, track, writeBack, signal'],
    ['getMany', (options) => entries.getMany([key], options), 'consistent, track, writeBack, signal'],
    ['query', (options) => entries.query({ partition: 'a', ...options }).all(), 'partition, range'],
    ['query, iteration', (options) => consume(entries.query({ partition: 'a', ...options })), 'partition, range'],
    ['query, page', (options) => entries.query({ partition: 'a', ...options }).page(), 'partition, range'],
    ['scan', (options) => entries.scan(options).all(), 'limit, pageSize'],
    ['scan, pages', (options) => entries.scan(options).pages().next(), 'limit, pageSize'],
    ['createTables', (options) => mapper.createTables(options), 'writeIsolation'],
  ];
  test.each(calls)('by %s', async (_call, call, known) => {
    for (const option of ['consistant', 'Limit', 'constructor']) {
      await expect(call({ [option]: true })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        details: { argument: option, problem: expect.stringContaining(known) },
      });
    }
    expect(canned.requests).toEqual([]);
  });

  test.each(calls.filter(([call]) => call !== 'createTables'))(
    'like a flag or signal that is none by %s',
    async (_call, call) => {
      for (const [option, value] of [
        ['consistent', 'yes'],
        ['track', 0],
        ['track', null],
        ['signal', {}],
        ['signal', new AbortController()],
      ] as const) {
        await expect(call({ [option]: value })).rejects.toMatchObject({
          code: 'INVALID_ARGUMENT',
          details: { argument: option },
        });
      }
      await expect(entries.query({ partition: 'a', reverse: 'true' as never }).all()).rejects.toMatchObject({
        details: { argument: 'reverse', problem: 'is neither true nor false' },
      });
      const entry = entries.create({ ...key, text: 'x' });
      await expect(entries.save(entry, { overwrite: 1 as never })).rejects.toMatchObject({
        details: { argument: 'overwrite' },
      });
      await expect(entries.putMany([entry], { unconditional: 'no' as never })).rejects.toMatchObject({
        details: { argument: 'unconditional' },
      });
      expect(canned.requests).toEqual([]);
    },
  );

  test("like what isn't a list, or no object, where one is asked for", async () => {
    for (const wrong of [undefined, null, 'a', { log: 'a', at: 1 }, new Set([key])] as never[]) {
      for (const call of ['getMany', 'putMany', 'deleteMany'] as const) {
        await expect(entries[call](wrong)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      }
    }
    for (const wrong of [undefined, null, 'a', 5] as never[]) {
      expect(() => entries.create(wrong)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
      expect(() => upgradeItem(Entry, wrong)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
      expect(() => downgradeItem(Entry, wrong, 1)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    }
    expect(canned.requests).toEqual([]);
  });

  test('like a number beyond 2^53 in a key, by the name of its property', async () => {
    const beyond = { code: 'INVALID_NUMBER', details: { path: 'at' } };
    await expect(entries.get({ log: 'a', at: 2 ** 60 })).rejects.toMatchObject(beyond);
    await expect(entries.query({ partition: 'a', range: 2 ** 60 }).all()).rejects.toMatchObject(beyond);
    await expect(entries.query({ partition: 'a', range: { lt: 2 ** 60 } }).all()).rejects.toMatchObject(beyond);
    expect(canned.requests).toEqual([]);
  });

  test('by scan, where only a query has the option', async () => {
    for (const option of ['partition', 'range', 'reverse']) {
      await expect(entries.scan({ [option]: 'a' }).all()).rejects.toMatchObject({ details: { argument: option } });
    }
  });
});

test.each(['limit', 'pageSize'])('%s is an integer from 1', async (option) => {
  for (const value of [0, -1, 1.5, Number.NaN, Infinity, '3', null]) {
    for (const result of [entries.query({ partition: 'a', [option]: value }), entries.scan({ [option]: value })]) {
      for (const ask of [() => result.all(), () => result.page(), () => result.count(), () => consume(result)]) {
        await expect(ask()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', details: { argument: option } });
      }
    }
  }
  expect(canned.requests).toEqual([]);
});

test.each<[string, object]>([
  ['no partition', {}],
  ['an empty one', { partition: '' }],
  ['one of another type', { partition: 7 }],
  ['an empty one in an index', { index: 'by_text', partition: '' }],
])('a query with %s is refused', async (_what, options) => {
  await expect(entries.query(options as never).all()).rejects.toMatchObject({ code: 'INVALID_KEY_VALUE' });
});

test('an index that the class does not have is refused, and its own are named', async () => {
  const problem = "isn't an index of Entry; its indexes: by_text";
  const expected = { code: 'INVALID_ARGUMENT', details: { argument: 'index', problem } };
  await expect(entries.query({ index: 'by_at', partition: 'a' }).all()).rejects.toMatchObject(expected);
  await expect(entries.scan({ index: 'by_at' }).all()).rejects.toMatchObject(expected);
});

describe('a query sends nothing', () => {
  test('before its results are asked for', async () => {
    entries.query({ partition: 'a' });
    entries.scan();
    entries.query({ partition: 'a' }).pages();
    entries.query({ partition: 'a' })[Symbol.asyncIterator]();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(canned.requests).toEqual([]);
  });

  test('and says nothing of its mistakes before either', () => {
    expect(() => entries.query({ partition: '', oops: true } as never)).not.toThrow();
  });
});

describe('a class that the mapper does not know is refused', () => {
  test.each<[string, unknown, string]>([
    ['another class', Stranger, 'UNKNOWN_ENTITY'],
    ['nothing', undefined, 'UNDEFINED_CLASS'],
  ])('%s', (_what, target, code) => {
    expect(() => mapper.repository(target as never)).toThrow(expect.objectContaining({ code }));
  });

  test('and the same repository given for one that it knows', () => {
    expect(mapper.repository(Entry)).toBe(entries);
  });
});

describe('after close() every call is refused', () => {
  const entry = Object.assign(new Entry(), { ...key, text: 'x' });
  const calls: [string, () => unknown][] = [
    ['get()', () => entries.get(key)],
    ['getOrFail()', () => entries.getOrFail(key)],
    ['getMany()', () => entries.getMany([key])],
    ['getMany() of nothing', () => entries.getMany([])],
    ['insert()', () => entries.insert(entry)],
    ['put()', () => entries.put(entry)],
    ['delete()', () => entries.delete(key)],
    ['hydrate()', () => entries.hydrate({ log: { S: 'a' }, at: { N: '1' } })],
    ['query().all()', () => entries.query({ partition: 'a' }).all()],
    ['query().first()', () => entries.query({ partition: 'a' }).first()],
    ['query().count()', () => entries.query({ partition: 'a' }).count()],
    ['query().page()', () => entries.query({ partition: 'a' }).page()],
    ['query().pages()', () => entries.query({ partition: 'a' }).pages().next()],
    ['a loop over query()', () => consume(entries.query({ partition: 'a' }))],
    ['scan().all()', () => entries.scan().all()],
    ['createTables()', () => mapper.createTables()],
    ['addIndexes()', () => mapper.addIndexes()],
    ['verifyTables()', () => mapper.verifyTables()],
  ];
  test.each(calls)('%s', async (name, call) => {
    await mapper.close();
    const error: unknown = await Promise.resolve()
      .then(call)
      .catch((reason: unknown) => reason);
    const method = /(\w+\(\))/.exec(name)?.[1];
    expect(error).toMatchObject({ code: 'MAPPER_CLOSED', details: { call: method } });
    expect(canned.requests).toEqual([]);
  });

  test('also of a query that was made before', async () => {
    const results = entries.query({ partition: 'a' });
    expect(await results.all()).toEqual([]);
    await mapper.close();
    await expect(results.all()).rejects.toMatchObject({ code: 'MAPPER_CLOSED' });
  });

  test('and close() itself may be called again', async () => {
    await mapper.close();
    await expect(mapper.close()).resolves.toBeUndefined();
  });
});
