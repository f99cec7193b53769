import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Attribute, Entity, Index, type Item, Mapper, PartitionKey, SortKey, Upgrade, Versioned } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { contextFor } from '../../lib/read/entity-context.js';
import { type ItemQuery, listItems } from '../../lib/studio/item-list.js';
import { keyText } from '../../lib/studio/page/key-text.js';
import { storeRaw } from '../support/raw-requests.js';

@Entity({ table: 'lines' })
@Versioned(2)
@Index('by_kind', { partitionKey: 'kind', sortKey: 'at' })
class Line {
  @PartitionKey() id!: string;
  @SortKey() n!: number;
  @Attribute() text!: string;
  @Attribute({ type: 'string' }) kind!: string;
  @Attribute({ type: 'date' }) at!: Date;

  @Upgrade(1, 2) static text(item: Item): void {
    if (item.words === 'broken') throw new Error('no words');
    item.text = item.words;
    delete item.words;
  }
}

let engine: EmbeddedEngine;
let mapper: Mapper;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
  mapper = new Mapper({ client: engine.client, entities: [Line] });
  await mapper.createTables();
  for (let n = 0; n < 120; n++) {
    const words = { S: n === 7 ? 'broken' : `line ${n}` };
    await storeRaw(engine.endpoint, 'lines', {
      id: { S: n < 60 ? 'a' : 'b' },
      n: { N: String(n) },
      kind: { S: n % 2 ? 'odd' : 'even' },
      at: { S: new Date(Date.UTC(2030, 0, 1) + n * 60_000).toISOString() },
      ...(n % 3 ? { words } : { schema_version: { N: '2' }, text: words }),
    });
  }
});
afterAll(async () => {
  await mapper.close();
  await engine.close();
});

const list = (query: ItemQuery = {}) => listItems(mapper[contextFor](Line), query);
const numbers = async (query: ItemQuery) => {
  const found: number[] = [];
  let after: ItemQuery['after'];
  do {
    const page = await list({ ...query, after });
    found.push(...page.items.map(({ key }) => Number(keyText({ n: key['n']! }))));
    after = page.next;
  } while (after);
  return found;
};
const from = (first: number, length: number, step = 1) => Array.from({ length }, (_, at) => first + at * step);

describe('a list of items', () => {
  test('goes through the whole table, page by page, whatever can be read of it', async () => {
    const first = await list();
    expect(first.items).toHaveLength(50);
    expect(first.next).toBeDefined();
    expect((await numbers({})).toSorted((a, b) => a - b)).toEqual(from(0, 120));
  });

  test('shows the newest first within a partition, unless the oldest are wanted', async () => {
    expect(await numbers({ partition: 'a' })).toEqual(from(59, 60, -1));
    expect(await numbers({ partition: 'a', reverse: false })).toEqual(from(0, 60));
  });

  test('takes ranges and indexes, with JSON for numbers and dates', async () => {
    expect(await numbers({ partition: 'a', range: { between: [3, '5'] }, reverse: false })).toEqual([3, 4, 5]);
    expect(await numbers({ partition: 'a', range: '9' })).toEqual([9]);
    const range = { lt: '2030-01-01T00:05:00.000Z' };
    expect(await numbers({ index: 'by_kind', partition: 'odd', range })).toEqual([3, 1]);
  });

  test('filters what items are in the newest version, and keeps those that can not be judged', async () => {
    const page = await list({ filter: { attr: 'text', beginsWith: 'line 11' } });
    expect(page.items.map(({ key, version }) => `${keyText(key)} v${version}`).toSorted()).toEqual(
      ['a · 11 v1', 'a · 7 v1', ...from(110, 10).map((n) => `b · ${n} v${n % 3 ? 1 : 2}`)].toSorted(),
    );
    const broken = page.items.find(({ problem }) => problem);
    expect(broken?.problem).toMatchObject({ code: 'UPGRADE_FAILED', cause: 'Error: no words' });
    const dated = {
      and: [
        { attr: 'at', gte: '2030-01-01T01:58:00.000Z' },
        { attr: 'kind', eq: 'even' },
      ],
    };
    expect((await numbers({ filter: dated })).filter((n) => n !== 7)).toEqual([118]);
  });

  test('can hold only what can not be read', async () => {
    expect(await numbers({ onlyBroken: true })).toEqual([7]);
  });

  test.each([
    ['UNKNOWN_ATTRIBUTE', { filter: { attr: 'nothing', eq: 1 } }],
    ['INVALID_CONDITION', { filter: { attr: 'text', equals: 1 } }],
    ['INVALID_ARGUMENT', { index: 'nothing', partition: 'a' }],
    ['INVALID_ARGUMENT', { range: { eq: 1 } }],
    ['INVALID_KEY_VALUE', { partition: 'a', range: { eq: 'x' } }],
  ])('refuses a wrong question with %s: %j', async (code, query) => {
    await expect(list(query)).rejects.toMatchObject({ code });
  });
});
