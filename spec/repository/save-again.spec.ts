import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  Entity,
  Index,
  type Item,
  Mapper,
  PartitionKey,
  type Repository,
  Upgrade,
  Versioned,
  type WireItem,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { readStored, storeRaw } from '../support/raw-requests.js';

@Entity({ table: 'pairs' })
@Versioned(2)
@Index('by_group', { partitionKey: 'group' })
class Pair {
  @PartitionKey() id!: string;
  @Attribute() group!: string;
  @Attribute() left!: number;
  @Attribute() right!: number;
  @Upgrade(1, 2) static rename(item: Item): void {
    item['left'] = item['l'];
    delete item['l'];
  }
}

/** Nothing to upgrade, and stored before versions were thought of. */
@Entity({ table: 'unversioned' })
@Versioned(1)
class Unversioned {
  @PartitionKey() id!: string;
  @Attribute({ optional: true }) hits?: number;
}

let engine: EmbeddedEngine;
let mapper: Mapper;
let pairs: Repository<Pair>;

beforeAll(async () => {
  engine = await startEmbeddedEngine();
  mapper = new Mapper({ client: engine.client, entities: [Pair, Unversioned] });
  await mapper.createTables();
  pairs = mapper.repository(Pair);
});
afterAll(async () => {
  await mapper.close();
  await engine.close();
});

const stale: WireItem = { id: { S: 'a' }, group: { S: 'g' }, l: { N: '1' }, right: { N: '1' } };
const stored = (table: string, id: string) => readStored(engine.endpoint, table, { id: { S: id } });

describe('a save that had to be tried anew', () => {
  test("leaves the entity with what others stored, so that the next save doesn't take that back", async () => {
    await storeRaw(engine.endpoint, 'pairs', stale);
    const [mine, theirs] = [await pairs.getOrFail({ id: 'a' }), await pairs.getOrFail({ id: 'a' })];
    theirs.right = 2;
    await pairs.save(theirs);
    mine.left = 5;
    await pairs.save(mine);
    expect(mine).toMatchObject({ left: 5, right: 2 });
    mine.left = 6;
    await pairs.save(mine);
    expect(await stored('pairs', 'a')).toMatchObject({ left: { N: '6' }, right: { N: '2' } });
  });
});

describe('update', () => {
  test('stamps the version of an item that had none', async () => {
    await storeRaw(engine.endpoint, 'unversioned', { id: { S: 'a' } });
    await mapper.repository(Unversioned).update({ id: 'a' }, { add: { hits: 1 } });
    expect(await stored('unversioned', 'a')).toEqual({ id: { S: 'a' }, hits: { N: '1' }, schema_version: { N: '1' } });
  });

  test("refuses what isn't a list of paths", async () => {
    await expect(pairs.update({ id: 'a' }, { remove: 'right' as never })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
});

describe('write-back', () => {
  test('is not done from an index, which needs not hold whole items', async () => {
    await storeRaw(engine.endpoint, 'pairs', stale);
    const [pair] = await pairs.query({ index: 'by_group', partition: 'g', writeBack: 'inline' }).all();
    expect(pair).toMatchObject({ left: 1 });
    expect(await stored('pairs', 'a')).toEqual(stale);
  });

  test('is not begun by reads that end after close()', async () => {
    await storeRaw(engine.endpoint, 'pairs', stale);
    const closing = new Mapper({ client: engine.client, entities: [Pair], writeBack: 'background' });
    const reading = closing.repository(Pair).getOrFail({ id: 'a' });
    await closing.close();
    await reading;
    await closing.flush();
    expect(await stored('pairs', 'a')).toEqual(stale);
  });

  test.each<[string, object]>([
    ['a mode that is none', { mode: 'sometimes' }],
    ["entities that aren't a Map", { entities: { Pair: 'off' } }],
    ['a class that the mapper does not know', { entities: new Map([[Unversioned, 'inline']]) }],
    ['an option that is none', { budget: 5 }],
    ['a limit below 1', { perSecond: 0 }],
  ])('is refused with %s', (_what, writeBack) => {
    const make = () => new Mapper({ client: engine.client, entities: [Pair], writeBack });
    expect(make).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});

describe('a scan', () => {
  test('ends with the mapper', async () => {
    for (const id of ['a', 'b', 'c']) await storeRaw(engine.endpoint, 'pairs', { ...stale, id: { S: id } });
    const closing = new Mapper({ client: engine.client, entities: [Pair] });
    const reading = async () => {
      for await (const _ of closing.repository(Pair).scan({ pageSize: 1 })) await closing.close();
    };
    await expect(reading()).rejects.toMatchObject({ code: 'MAPPER_CLOSED' });
  });
});

describe('an unconditional putMany', () => {
  test('refuses the second item of a key alone', async () => {
    const make = (id: string, left: number) => pairs.create({ id, group: 'g', left, right: 0 });
    const results = await pairs.putMany([make('p', 1), make('p', 2), make('q', 3)], { unconditional: true });
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await stored('pairs', 'p')).toMatchObject({ left: { N: '1' } });
  });
});

describe('an entity of another table', () => {
  test('is a new one: saving it inserts it', async () => {
    const copies = new Mapper({ client: engine.client, entities: [Pair], tablePrefix: 'copy_' });
    await copies.createTables();
    const pair = await pairs.insert(pairs.create({ id: 'copied', group: 'g', left: 1, right: 2 }));
    await copies.repository(Pair).save(pair);
    expect(await stored('copy_pairs', 'copied')).toMatchObject({ left: { N: '1' }, right: { N: '2' } });
  });
});

describe('a mapper', () => {
  test.each<[string, object]>([
    ['onUpgradeFailure', { onUpgradeFailure: 'skpi' }],
    ['onUpgradeFailure', { onUpgradeFailure: null }],
    ['onTypeMismatch', { onTypeMismatch: 'kepp' }],
    ['fence', { fence: 'no' }],
    ['clock', { clock: 5 }],
    ['tablePrefix', { tablePrefix: 5 }],
    ['cursorSecret', { cursorSecret: 5 }],
  ])('refuses a wrong %s', (argument, options) => {
    const make = () => new Mapper({ client: engine.client, entities: [Pair], ...options });
    expect(make).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', details: expect.objectContaining({ argument }) }),
    );
  });
});
