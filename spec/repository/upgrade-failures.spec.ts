import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import {
  Attribute,
  Entity,
  isMapperError,
  type Item,
  Mapper,
  type MapperError,
  PartitionKey,
  type QueryResult,
  SortKey,
  Upgrade,
  type UpgradeFailurePolicy,
  Versioned,
  type WireItem,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { inspect } from 'node:util';
import { readRaw, storeRaw } from '../support/raw-requests.js';

class Refusal extends Error {}

@Entity({ table: 'entries' })
@Versioned(3, { floor: 2 })
class Entry {
  @PartitionKey() log!: string;
  @SortKey() at!: number;
  @Attribute() text!: string;

  @Upgrade(2, 3)
  static check(item: Item): void {
    if (item['text'] === 'fails') throw new Refusal('refused by the upgrade');
    if (item['text'] === 'moves') item['at'] = 100;
    if (item['text'] === 'stamps') item['schema_version'] = 3;
  }
}

let engine: EmbeddedEngine;
const logName = 'a';
const entryOf = (at: number, text: string, version: object): WireItem =>
  ({ log: { S: logName }, at: { N: `${at}` }, text: { S: text }, schema_version: version }) as WireItem;

/** Good ones at even places; at odd ones those that can't be upgraded, each for another reason. */
const stored: readonly [WireItem, string?][] = [
  [entryOf(0, 'good', { N: '3' })],
  [entryOf(1, 'fails', { N: '2' }), 'UPGRADE_FAILED'],
  [entryOf(2, 'good', { N: '2' })],
  [entryOf(3, 'newer', { N: '4' }), 'NEWER_VERSION'],
  [entryOf(4, 'good', { N: '3' })],
  [entryOf(5, 'text as version', { S: '3' }), 'INVALID_VERSION'],
  [entryOf(6, 'good', { N: '3' })],
  [entryOf(7, 'too old', { N: '1' }), 'TOO_OLD_VERSION'],
  [entryOf(8, 'good', { N: '2' })],
  [entryOf(9, 'moves', { N: '2' }), 'UPGRADE_FAILED'],
  [entryOf(10, 'stamps', { N: '2' }), 'UPGRADE_FAILED'],
  [entryOf(12, 'good', { N: '3' })],
];
const placeIn = ({ details }: MapperError) => (details as { key?: { at?: unknown } }).key?.at;
const places = (entries: readonly (Entry | undefined)[]) => entries.map((entry) => entry?.at);
const goodPlaces = [0, 2, 4, 6, 8, 12];
const badPlaces = [1, 3, 5, 7, 9, 10];

const repositoryWith = (onUpgradeFailure?: UpgradeFailurePolicy) =>
  new Mapper({
    client: engine.client,
    entities: [Entry],
    ...(onUpgradeFailure !== undefined && { onUpgradeFailure }),
  }).repository(Entry);

beforeAll(async () => {
  engine = await startEmbeddedEngine();
  await new Mapper({ client: engine.client, entities: [Entry] }).createTables();
  for (const [item] of stored) await storeRaw(engine.endpoint, 'entries', item);
});
afterAll(() => engine.close());

async function errorOf(work: Promise<unknown>): Promise<MapperError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (isMapperError(error)) return error;
  throw new Error('no MapperError was thrown', { cause: error });
}

describe('an item that can not be upgraded', () => {
  test.each(stored.filter(([, code]) => code !== undefined))(
    'is an error of its own for get: %j',
    async (wire, code) => {
      for (const policy of ['throw', 'skip', () => {}] as const) {
        const entries = repositoryWith(policy);
        const at = Number((wire['at'] as { N: string }).N);
        const key = { log: logName, at };
        for (const call of [() => entries.get(key), () => entries.getOrFail(key), () => entries.getMany([key])]) {
          const error = await errorOf(call());
          expect(error).toMatchObject({ code, details: { key } });
          expect(error.cursor).toBeUndefined();
        }
        expect(() => entries.hydrate(wire)).toThrow(expect.objectContaining({ code }));
      }
    },
  );

  test('says which upgrade failed, with what it threw as the cause', async () => {
    const error = await errorOf(repositoryWith().get({ log: logName, at: 1 }));
    expect(error.details).toEqual({
      entity: 'Entry',
      key: { log: logName, at: 1 },
      from: 2,
      to: 3,
      method: 'Entry.check',
    });
    expect(error.cause).toBeInstanceOf(Refusal);
  });

  test('names its key as it is stored, even where the upgrade moved it', async () => {
    const error = await errorOf(repositoryWith().get({ log: logName, at: 9 }));
    expect(error.details).toMatchObject({ key: { log: logName, at: 9 } });
    expect(error.cause).toMatchObject({ code: 'PROTECTED_ATTRIBUTE', details: { attribute: 'at' } });
  });

  test('shows none of its values in the error but the key', async () => {
    for (const at of badPlaces) {
      const error = await errorOf(repositoryWith().get({ log: logName, at }));
      expect(inspect(error, { depth: 9 })).not.toMatch(/newer'|too old|text as version|moves|stamps/);
    }
  });

  test('stays stored as it is', async () => {
    const key = { log: { S: logName }, at: { N: '1' } };
    const before = await readRaw(engine.endpoint, 'entries', key);
    await errorOf(repositoryWith().get({ log: logName, at: 1 }));
    await repositoryWith('skip').scan().all();
    expect(await readRaw(engine.endpoint, 'entries', key)).toBe(before);
  });
});

const results: [string, (entries: ReturnType<typeof repositoryWith>, more?: object) => QueryResult<Entry>][] = [
  ['query', (entries, more) => entries.query({ partition: logName, ...more })],
  ['scan', (entries, more) => entries.scan({ ...more })],
];

describe.each(results)('a %s', (_call, resultOf) => {
  test('throws at the first broken item, unless told otherwise', async () => {
    for (const entries of [repositoryWith(), repositoryWith('throw')]) {
      expect(await errorOf(resultOf(entries).all())).toMatchObject({
        code: 'UPGRADE_FAILED',
        details: { key: { at: 1 } },
      });
    }
  });

  test('iterates up to the broken item', async () => {
    const seen: number[] = [];
    const loop = async () => {
      for await (const entry of resultOf(repositoryWith())) seen.push(entry.at);
    };
    await errorOf(loop());
    expect(seen).toEqual([0]);
  });

  test('leaves broken items out when it skips', async () => {
    const entries = repositoryWith('skip');
    const result = resultOf(entries);
    expect(places(await result.all())).toEqual(goodPlaces);
    expect(await result.count()).toBe(goodPlaces.length);
    expect(places((await result.page()).items)).toEqual(goodPlaces);
    expect((await result.first())?.at).toBe(0);
  });

  test.each([1, 2, 3, 7])('goes on until it has as many as wanted when it skips, %d at a time', async (pageSize) => {
    const entries = repositoryWith('skip');
    expect(places(await resultOf(entries, { limit: 3, pageSize }).all())).toEqual([0, 2, 4]);
    expect(places((await resultOf(entries, { limit: 5, pageSize }).page()).items)).toEqual([0, 2, 4, 6, 8]);
    expect(await resultOf(entries, { limit: 5, pageSize }).count()).toBe(5);
    const seen = [];
    for await (const entry of resultOf(entries, { limit: 4, pageSize })) seen.push(entry.at);
    expect(seen).toEqual([0, 2, 4, 6]);
  });

  test('tells a function of each broken item, and leaves it out', async () => {
    const onUpgradeFailure = jest.fn<(error: MapperError) => void>();
    expect(places(await resultOf(repositoryWith(onUpgradeFailure)).all())).toEqual(goodPlaces);
    const told = onUpgradeFailure.mock.calls.map(([error]) => [placeIn(error), error.code]);
    expect(told).toEqual(
      stored.flatMap(([wire, code]) => (code ? [[Number((wire['at'] as { N: string }).N), code]] : [])),
    );
  });

  test('rejects with what the function throws', async () => {
    const stop = new Error('no more');
    const onUpgradeFailure = (error: MapperError) => {
      if (error.code === 'NEWER_VERSION') throw stop;
    };
    await expect(resultOf(repositoryWith(onUpgradeFailure)).all()).rejects.toBe(stop);
  });

  test('hands over a cursor with each error that goes on after the broken item', async () => {
    const entries = repositoryWith();
    const seen: number[] = [];
    const failed: unknown[] = [];
    let cursor: string | undefined;
    do {
      try {
        for await (const entry of resultOf(entries, { ...(cursor && { cursor }) })) seen.push(entry.at);
        cursor = undefined;
      } catch (error) {
        if (!isMapperError(error)) throw error;
        failed.push(placeIn(error));
        ({ cursor } = error);
      }
    } while (cursor !== undefined);
    expect(seen).toEqual(goodPlaces);
    expect(failed).toEqual(badPlaces);
  });

  test('hands over the cursor from every way to ask, and to the function', async () => {
    const cursors: (string | undefined)[] = [];
    await resultOf(repositoryWith((error) => cursors.push(error.cursor))).all();
    expect(new Set(cursors).size).toBe(badPlaces.length);

    const result = resultOf(repositoryWith());
    for (const ask of [() => result.all(), () => result.page(), () => result.count(), () => result.pages().next()]) {
      expect((await errorOf(ask())).cursor).toBe(cursors[0]);
    }
    const last = { cursor: cursors.at(-1) };
    expect(places(await resultOf(repositoryWith(), last).all())).toEqual([12]);
  });

  test('needs not read a broken item beyond the limit', async () => {
    expect(places(await resultOf(repositoryWith(), { limit: 1, pageSize: 10 }).all())).toEqual([0]);
    const { items, cursor } = await resultOf(repositoryWith(), { limit: 1, pageSize: 10 }).page();
    expect(places(items)).toEqual([0]);
    const next = resultOf(repositoryWith('skip'), { limit: 1, pageSize: 10, cursor });
    expect(places((await next.page()).items)).toEqual([2]);
  });
});

test('other errors of an item are thrown whatever the policy, with their cursor', async () => {
  const entries = repositoryWith('skip');
  const key = { log: 'b', at: 1 };
  await storeRaw(engine.endpoint, 'entries', {
    log: { S: 'b' },
    at: { N: '1' },
    text: { N: '7' },
    schema_version: { N: '3' },
  });
  await storeRaw(engine.endpoint, 'entries', { ...entryOf(2, 'good', { N: '3' }), log: { S: 'b' } });
  const error = await errorOf(entries.query({ partition: 'b' }).all());
  expect(error).toMatchObject({ code: 'ATTRIBUTE_TYPE', details: { key, attribute: 'text' } });
  expect(places(await entries.query({ partition: 'b', cursor: error.cursor }).all())).toEqual([2]);
});
