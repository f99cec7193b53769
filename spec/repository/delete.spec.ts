import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  Entity,
  Mapper,
  PartitionKey,
  type Repository,
  SortKey,
  Versioned,
  type WireValue,
} from 'dynamo-evolve';
import type { EmbeddedEngine } from 'dynamo-evolve/testing';
import { engines } from '../support/engines.js';
import { readStored, storeRaw } from '../support/raw-requests.js';

@Entity({ table: 'pages' })
@Versioned(2, { floor: 2 })
class Page {
  @PartitionKey() book!: string;
  @SortKey() number!: number;
  @Attribute() text!: string;
}

describe.each(engines)('delete() on %s', (_what, start) => {
  let engine: EmbeddedEngine;
  let pages: Repository<Page>;
  beforeAll(async () => {
    engine = await start();
    const mapper = new Mapper({ client: engine.client, entities: [Page] });
    await mapper.createTables();
    pages = mapper.repository(Page);
  });
  afterAll(() => engine.close());

  const wireKey = { book: { S: 'a' }, number: { N: '1' } };
  const stored = () => readStored(engine.endpoint, 'pages', wireKey);

  const versions: [string, WireValue | undefined][] = [
    ['of this version', { N: '2' }],
    ['of a newer version', { N: '3' }],
    ['below the floor', { N: '1' }],
    ['without a version', undefined],
    ['whose version is broken', { S: '2' }],
  ];
  test.each(versions)('deletes an item %s, and says that it existed', async (_which, version) => {
    await storeRaw(engine.endpoint, 'pages', {
      ...wireKey,
      text: { S: 'x' },
      ...(version && { schema_version: version }),
    });
    expect(await pages.delete({ book: 'a', number: 1 })).toBe(true);
    expect(await stored()).toBeUndefined();
  });

  test('says that there was none', async () => {
    expect(await pages.delete({ book: 'a', number: 1 })).toBe(false);
    expect(await stored()).toBeUndefined();
  });

  test('deletes the item of an entity, and of no other', async () => {
    const [first, second] = [1, 2].map((number) => pages.create({ book: 'b', number, text: 'x' })) as [Page, Page];
    for (const page of [first, second]) await pages.insert(page);
    expect(await pages.delete(first)).toBe(true);
    expect(await pages.query({ partition: 'b' }).all()).toEqual([second]);
  });

  test('deletes once', async () => {
    await pages.put(pages.create({ book: 'a', number: 1, text: 'x' }));
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => pages.delete({ book: 'a', number: 1 })));
    expect(outcomes.filter(Boolean)).toHaveLength(1);
  });

  test.each([{ book: 'a' }, { number: 1 }, { book: '', number: 1 }, { book: 'a', number: '1' }, {}])(
    'refuses a bad key: %j',
    async (key) => {
      await expect(pages.delete(key as never)).rejects.toMatchObject({ code: 'INVALID_KEY_VALUE' });
    },
  );
});
