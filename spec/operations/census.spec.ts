import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  type Census,
  type CensusProgress,
  Entity,
  type Item,
  Mapper,
  PartitionKey,
  UpdatedAt,
  Upgrade,
  Versioned,
  type WireItem,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { rejected } from '../errors/caught.js';
import { storeRaw } from '../support/raw-requests.js';

class Upgrades {
  @Upgrade(1, 2) static size(item: Item): void {
    item.size ??= 0;
  }
}

@Entity({ table: 'boxes', discriminator: { attribute: 'kind', value: 'box', default: true } })
@Versioned(2, { upgrades: Upgrades })
class Box {
  @PartitionKey() id!: string;
  @Attribute() size!: number;
  @UpdatedAt() updated_at!: Date;
}

@Entity({ table: 'boxes', discriminator: { attribute: 'kind', value: 'bag' } })
@Versioned(5, { initial: 5 })
class Bag {
  @PartitionKey() id!: string;
  @UpdatedAt({ type: 'epochSeconds', name: 'written' }) updated_at!: Date;
}

let engine: EmbeddedEngine;
let mapper: Mapper;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
});
beforeEach(async () => {
  count = 0;
  mapper = new Mapper({ client: engine.client, entities: [Box, Bag], tablePrefix: `p${prefix++}_` });
  await mapper.createTables();
});
afterAll(() => engine.close());

let prefix = 0;
let count = 0;
const table = () => `p${prefix - 1}_boxes`;
const store = (item: WireItem) => storeRaw(engine.endpoint, table(), { id: { S: `b${count++}` }, ...item });
const version = (N: string) => ({ schema_version: { N } });
const updated = (S: string) => ({ updated_at: { S } });

const counts = ({ versions }: Census) => versions.map(({ bytes, ...rest }) => (bytes > 0 ? rest : undefined));

describe('a census', () => {
  test('counts the items of each version, the oldest first, with the time of the last write', async () => {
    await store({ ...updated('2030-01-01T00:00:00Z') });
    await store({ ...version('1'), ...updated('2030-01-03T00:00:00+01:00') });
    await store({ ...version('1'), ...updated('2030-01-02T00:00:00Z') });
    await store({ ...version('2') });
    await store({ ...version('10'), ...updated('2031-01-01T00:00:00Z') });
    const census = await mapper.repository(Box).census();
    expect(counts(census)).toEqual([
      { version: 1, count: 3, lastUpdated: new Date('2030-01-02T23:00:00Z') },
      { version: 2, count: 1 },
      { version: 10, count: 1, lastUpdated: new Date('2031-01-01T00:00:00Z') },
    ]);
    expect(census).toMatchObject({ entity: 'Box', table: table(), withoutVersion: 0, otherClasses: 0 });
    expect(census.startedAt).toBeInstanceOf(Date);
  });

  test('counts what holds no version apart, and never fails on an item', async () => {
    await store({ schema_version: { S: '2' } });
    await store({ schema_version: { N: '2.5' }, ...updated('no time') });
    await store({ schema_version: { NULL: true }, updated_at: { N: '5' } });
    await store({ ...version('2') });
    const census = await mapper.repository(Box).census();
    expect(counts(census)).toEqual([{ version: 2, count: 1 }]);
    expect(census).toMatchObject({ withoutVersion: 3 });
  });

  test('counts the items of its class, and how many others there are', async () => {
    await store({ kind: { S: 'bag' }, written: { N: '1900000000' } });
    await store({ kind: { S: 'bag' }, ...version('6') });
    await store({ kind: { S: 'box' }, ...version('2') });
    await store({ kind: { S: 'crate' }, ...version('2') });
    const bags = await mapper.repository(Bag).census();
    expect(counts(bags)).toEqual([
      { version: 5, count: 1, lastUpdated: new Date(1_900_000_000_000) },
      { version: 6, count: 1 },
    ]);
    expect(bags.otherClasses).toBe(2);
    const boxes = await mapper.repository(Box).census();
    expect(counts(boxes)).toEqual([{ version: 2, count: 1 }]);
    expect(boxes.otherClasses).toBe(3);
    expect(await mapper.census()).toEqual([
      { ...boxes, startedAt: expect.any(Date) },
      { ...bags, startedAt: expect.any(Date) },
    ]);
  });

  test('scans a table once for all its classes', async () => {
    await store(version('2'));
    const pages: number[] = [];
    await mapper.census({ onProgress: (progress) => pages.push(progress.pages) });
    expect(pages).toEqual([1]);
  });

  test('says how much was read, as engines count it', async () => {
    await store({ ...version('2'), size: { N: '100' }, kind: { S: 'box' } });
    const [projected] = (await mapper.repository(Box).census()).versions;
    // id b0, kind box, schema_version 2
    expect(projected?.bytes).toBe(2 + 2 + (4 + 3) + (14 + 2));
    const [whole] = (await mapper.repository(Box).census({ examine: true })).versions;
    expect(whole?.bytes).toBe((projected?.bytes ?? 0) + (4 + 3));
  });

  test('tells which items can not be read, if it examines them', async () => {
    await store({ ...version('2'), size: { N: '1' }, ...updated('2030-01-01T00:00:00Z') });
    await store({ ...version('9') });
    await store({ ...version('2'), size: { S: 'large' }, ...updated('2030-01-01T00:00:00Z') });
    await store({ schema_version: { S: 'x' } });
    for (let at = 0; at < 120; at++) await store({ ...version('3') });
    const { unreadable } = await mapper.repository(Box).census({ examine: true });
    expect(unreadable).toMatchObject({
      count: 123,
      codes: { ATTRIBUTE_TYPE: 1, INVALID_VERSION: 1, NEWER_VERSION: 121 },
    });
    expect(unreadable?.items).toHaveLength(100);
    const { unreadable: none } = await mapper.repository(Box).census();
    expect(none).toBeUndefined();
  });

  test('reads every page, and every segment', async () => {
    const boxes = mapper.repository(Box);
    const padding = { S: 'x'.repeat(200_000) };
    for (let at = 0; at < 12; at++) await store({ ...version('2'), padding });
    const progress: CensusProgress[] = [];
    const onProgress = (each: CensusProgress) => progress.push(each);
    const whole = await boxes.census({ consistent: true, onProgress });
    expect(whole).toMatchObject({ versions: [{ version: 2, count: 12 }], isProof: true });
    expect(progress.at(-1)).toEqual({ items: 12, pages: progress.length });
    expect(progress.length).toBeGreaterThan(1);
    expect(await boxes.census({ segments: 3 })).toMatchObject({ versions: [{ count: 12 }], isProof: false });
    const parts = [
      await boxes.census({ consistent: true, segments: { total: 2, to: 1 } }),
      await boxes.census({ consistent: true, segments: { total: 2, from: 1 } }),
    ];
    expect(parts.map(({ isProof }) => isProof)).toEqual([false, false]);
    expect(parts.flatMap(({ versions }) => versions).reduce((sum, { count: found }) => sum + found, 0)).toBe(12);
    const all = await boxes.census({ consistent: true, segments: { total: 2 } });
    expect(all).toMatchObject({ versions: [{ count: 12 }], isProof: true });
  });

  test('is empty for an empty table', async () => {
    expect(await mapper.repository(Box).census()).toMatchObject({ versions: [], withoutVersion: 0, otherClasses: 0 });
  });

  test('stops when it is told to, and ends with the mapper', async () => {
    const boxes = mapper.repository(Box);
    const reason = new Error('enough');
    await expect(boxes.census({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await mapper.close();
    await rejected('MAPPER_CLOSED', boxes.census());
    await rejected('MAPPER_CLOSED', mapper.census());
  });

  test.each([
    [{ limit: 1 }, 'limit'],
    [{ sample: 0 }, 'sample'],
    [{ sample: 1.5 }, 'sample'],
    [{ sample: Number.NaN }, 'sample'],
    [{ sample: 0.5, segments: 2 }, 'sample'],
    [{ segments: 0 }, 'segments'],
    [{ examine: 1 }, 'examine'],
    [{ onProgress: true }, 'onProgress'],
    [{ consistent: 'yes' }, 'consistent'],
  ])('refuses %j', async (options, argument) => {
    const error = await rejected('INVALID_ARGUMENT', mapper.repository(Box).census(options as never));
    expect(error.details).toMatchObject({ call: 'census()', argument });
  });
});

describe('a census of a sample', () => {
  beforeEach(async () => {
    for (let at = 0; at < 300; at++) await store(version(at % 3 === 0 ? '1' : '2'));
  });

  test('says how sure it is, and proves nothing', async () => {
    const census = await mapper.repository(Box).census({ sample: 0.5, consistent: true });
    expect(census).toMatchObject({ isProof: false, sample: { read: 32, total: 64 } });
    for (const { between, count: estimated } of census.versions) {
      const [from = Infinity, to = -Infinity] = between ?? [];
      expect(from).toBeLessThanOrEqual(estimated);
      expect(to).toBeGreaterThanOrEqual(estimated);
    }
  });

  test('of all segments is exact', async () => {
    const census = await mapper.repository(Box).census({ sample: 1 });
    expect(counts(census)).toEqual([
      { version: 1, count: 100, between: [100, 100] },
      { version: 2, count: 200, between: [200, 200] },
    ]);
  });
});
