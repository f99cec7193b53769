import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  Entity,
  Index,
  Mapper,
  type Page,
  PartitionKey,
  type QueryResult,
  type Repository,
  SortKey,
  Versioned,
  type WireItem,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import fc from 'fast-check';
import { rejected } from '../errors/caught.js';

@Entity({ table: 'entries' })
@Versioned(1)
@Index('by_kind', { partitionKey: 'kind', sortKey: 'weight' })
class Entry {
  @PartitionKey() log!: string;
  @SortKey() at!: number;
  @Attribute({ optional: true }) kind?: string;
  @Attribute({ optional: true }) weight?: number;
}

interface PageRequest {
  readonly Limit?: number;
  readonly ExclusiveStartKey?: { readonly at: { readonly N: string } };
}

/** How an engine cuts a partition into pages. */
interface Partition {
  /** Place after place, whether there is an item to see; where not, one was read and left out. */
  readonly places: readonly boolean[];
  /** How many places it reads at most for a page. */
  readonly most: number;
  /** Whether it hands out a key to go on after even though nothing follows, as engines do at their limits. */
  readonly keyAtEnd: boolean;
}

const keyAt = (at: number): WireItem => ({ log: { S: 'a' }, at: { N: `${at}` } });

/** A client of an engine that holds one partition, with the requests that it was sent. */
function pagedEngine({ places, most, keyAtEnd }: Partition): {
  entries: Repository<Entry>;
  requests: PageRequest[];
  close: () => Promise<void>;
} {
  const requests: PageRequest[] = [];
  const send = async ({ input }: { readonly input: PageRequest }) => {
    requests.push(input);
    const { ExclusiveStartKey: start, Limit: limit = most } = input;
    const from = start ? Number(start.at.N) + 1 : 0;
    const end = Math.min(from + Math.min(limit, most), places.length);
    const items = places.slice(from, end).flatMap((isSeen, at) => (isSeen ? [keyAt(from + at)] : []));
    const goesOn = end < places.length || (keyAtEnd && end > from);
    return { Items: items, ...(goesOn && { LastEvaluatedKey: keyAt(end - 1) }) };
  };
  const mapper = new Mapper({ client: { send }, entities: [Entry] });
  return { entries: mapper.repository(Entry), requests, close: () => mapper.close() };
}

const placesOf = (entries: readonly Entry[]) => entries.map((entry) => entry.at);

async function iterate(result: QueryResult<Entry>): Promise<number[]> {
  const seen: number[] = [];
  for await (const entry of result) seen.push(entry.at);
  return seen;
}

/** Every page, each asked for with the cursor of the one before. */
async function pageByPage(resultOf: (cursor?: string) => QueryResult<Entry>): Promise<Page<Entry>[]> {
  const pages = [await resultOf().page()];
  for (let cursor = pages[0]?.cursor; cursor !== undefined; cursor = pages.at(-1)?.cursor) {
    pages.push(await resultOf(cursor).page());
    if (pages.length > 500) throw new Error('the pages do not end');
  }
  return pages;
}

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

const sizes = fc.option(fc.integer({ min: 1, max: 7 }), { nil: undefined });
const partitions = fc.record({
  places: fc.array(fc.boolean(), { maxLength: 25 }),
  most: fc.integer({ min: 1, max: 6 }),
  keyAtEnd: fc.boolean(),
});

describe.each([
  ['query', (entries: Repository<Entry>, options: object) => entries.query({ partition: 'a', ...options })],
  ['scan', (entries: Repository<Entry>, options: object) => entries.scan(options)],
])('whatever pages the engine makes, short and empty ones included, a %s', (_call, resultOf) => {
  const optionsOf = (limit: number | undefined, pageSize: number | undefined) => ({
    ...(limit !== undefined && { limit }),
    ...(pageSize !== undefined && { pageSize }),
  });

  test('finds all up to the limit: all, iteration, count and first', async () => {
    await fc.assert(
      fc.asyncProperty(partitions, sizes, sizes, async (partition, limit, pageSize) => {
        const { entries } = pagedEngine(partition);
        const expected = partition.places.flatMap((isSeen, at) => (isSeen ? [at] : [])).slice(0, limit);
        const result = resultOf(entries, optionsOf(limit, pageSize));
        expect(placesOf(await result.all())).toEqual(expected);
        expect(await iterate(result)).toEqual(expected);
        expect(await result.count()).toBe(expected.length);
        expect((await result.first())?.at).toBe(expected[0]);
      }),
    );
  });

  test('has pages that skip nothing and repeat nothing, each full but the last', async () => {
    await fc.assert(
      fc.asyncProperty(partitions, sizes, sizes, async (partition, limit, pageSize) => {
        const { entries } = pagedEngine(partition);
        const expected = partition.places.flatMap((isSeen, at) => (isSeen ? [at] : []));
        const options = optionsOf(limit, pageSize);
        const pages = await pageByPage((cursor) => resultOf(entries, { ...options, ...(cursor && { cursor }) }));
        expect(pages.flatMap((page) => placesOf(page.items))).toEqual(expected);
        expect(pages.at(-1)).not.toHaveProperty('cursor');
        const isFull = (page: Page<Entry>) => limit === undefined || page.items.length === limit;
        expect(pages.slice(0, -1).every(isFull)).toBe(true);
        expect(await collect(resultOf(entries, options).pages())).toEqual(pages);
      }),
    );
  });

  test('goes on from the cursor of any page with other sizes', async () => {
    await fc.assert(
      fc.asyncProperty(
        partitions,
        fc.array(fc.tuple(sizes, sizes), { minLength: 1, maxLength: 9 }),
        async (partition, turns) => {
          const { entries } = pagedEngine(partition);
          const expected = partition.places.flatMap((isSeen, at) => (isSeen ? [at] : []));
          let turn = 0;
          const pages = await pageByPage((cursor) => {
            const [limit, pageSize] = turns[turn++ % turns.length] as (typeof turns)[number];
            return resultOf(entries, { ...optionsOf(limit, pageSize), ...(cursor && { cursor }) });
          });
          expect(pages.flatMap((page) => placesOf(page.items))).toEqual(expected);

          // and every other way to ask goes on from there, too
          const [{ items, cursor } = { items: [] }] = pages;
          if (cursor === undefined) return;
          const rest = expected.slice(items.length);
          const result = resultOf(entries, { cursor });
          expect(placesOf(await result.all())).toEqual(rest);
          expect(await iterate(result)).toEqual(rest);
          expect(await result.count()).toBe(rest.length);
          expect((await result.first())?.at).toBe(rest[0]);
        },
      ),
    );
  });

  test('has no cursor only where there is nothing more', async () => {
    await fc.assert(
      fc.asyncProperty(partitions, sizes, sizes, async (partition, limit, pageSize) => {
        const { entries } = pagedEngine({ ...partition, keyAtEnd: false });
        const options = optionsOf(limit, pageSize);
        const { items, cursor } = await resultOf(entries, options).page();
        const seen = partition.places.filter(Boolean).length;
        expect(items.length === seen || cursor !== undefined).toBe(true);
      }),
    );
  });
});

describe('requests', () => {
  const every = (count: number) => Array.from({ length: count }, () => true);
  const engineOf = (places: readonly boolean[], most = 100, keyAtEnd = false) =>
    pagedEngine({ places, most, keyAtEnd });
  const query = (entries: Repository<Entry>, options: object = {}) => entries.query({ partition: 'a', ...options });

  test('end when a loop is left', async () => {
    const { entries, requests } = engineOf(every(10), 3);
    for (const [leaveAt, expected] of [
      [0, 1],
      [2, 1],
      [3, 2],
      [9, 4],
    ] as const) {
      requests.length = 0;
      for await (const entry of query(entries)) if (entry.at === leaveAt) break;
      expect([leaveAt, requests.length]).toEqual([leaveAt, expected]);
    }
  });

  test('end when pages are left', async () => {
    const { entries, requests } = engineOf(every(10), 3);
    for await (const page of query(entries).pages()) if (page.items.length > 0) break;
    expect(requests).toHaveLength(1);
  });

  test('end when the limit is reached, even at the end of a page', async () => {
    const { entries, requests } = engineOf(every(10), 3);
    for (const ask of [(r: QueryResult<Entry>) => r.all(), iterate, (r: QueryResult<Entry>) => r.count()]) {
      requests.length = 0;
      await ask(query(entries, { limit: 6 }));
      expect(requests).toHaveLength(2);
    }
    requests.length = 0;
    expect((await query(entries, { limit: 6 }).page()).items).toHaveLength(6);
    expect(requests).toHaveLength(2);
  });

  test('end with the first result for first(), and go on over empty pages until then', async () => {
    const { entries, requests } = engineOf([false, false, false, false, true, true, true], 2);
    expect((await query(entries).first())?.at).toBe(4);
    expect(requests.length).toBeLessThanOrEqual(5);
    expect((await query(entries, { pageSize: 100 }).first())?.at).toBe(4);
    const { entries: none, requests: asked } = engineOf([false, false, false], 1);
    expect(await query(none).first()).toBeUndefined();
    expect(asked).toHaveLength(3);
  });

  test('are one for a page without a limit, which can be empty and go on', async () => {
    const { entries, requests } = engineOf([false, false, true, true], 2);
    const page = await query(entries).page();
    expect(page).toEqual({ items: [], cursor: expect.any(String) });
    expect(requests).toHaveLength(1);
    expect(await query(entries, { cursor: page.cursor }).page()).toMatchObject({ items: [{ at: 2 }, { at: 3 }] });
  });

  test('ask for no more than is wanted', async () => {
    const { entries, requests } = engineOf(every(10), 4);
    const askedFor = async (options: object, ask: (result: QueryResult<Entry>) => Promise<unknown>) => {
      requests.length = 0;
      await ask(query(entries, options));
      return requests.map((request) => request.Limit);
    };
    expect(await askedFor({}, (result) => result.all())).toEqual([undefined, undefined, undefined]);
    expect(await askedFor({ limit: 6 }, (result) => result.all())).toEqual([6, 2]);
    expect(await askedFor({ limit: 6 }, iterate)).toEqual([6, 2]);
    expect(await askedFor({ limit: 6 }, (result) => result.page())).toEqual([6, 2]);
    expect(await askedFor({ limit: 6 }, (result) => result.first())).toEqual([1]);
    expect(await askedFor({ limit: 6, pageSize: 4 }, (result) => result.all())).toEqual([4, 4]);
    expect(await askedFor({ pageSize: 9 }, (result) => result.first())).toEqual([9]);
    const largest = 2 ** 31 - 1;
    expect(await askedFor({ limit: Number.MAX_SAFE_INTEGER, pageSize: 2 ** 31 }, iterate)).toEqual(
      Array(3).fill(largest),
    );
    expect(await askedFor({ limit: Number.MAX_SAFE_INTEGER }, (result) => result.count())).toEqual(
      Array(3).fill(largest),
    );
  });

  test('are not asked for by a cursor where the engine said that nothing follows', async () => {
    const { entries } = engineOf(every(6), 3);
    for (const options of [{ limit: 6 }, { limit: 6, pageSize: 2 }, { limit: 7 }]) {
      const page = await query(entries, options).page();
      expect(page.items).toHaveLength(6);
      expect(page.cursor).toBeUndefined();
    }
    expect(await collect(query(entries, { limit: 3 }).pages())).toHaveLength(2);
  });

  test('are sent anew each time results are asked for', async () => {
    const { entries, requests } = engineOf(every(2));
    const result = query(entries);
    await Promise.all([result.all(), result.all(), result.count(), iterate(result)]);
    expect(requests).toHaveLength(4);
  });

  test("stop with the signal's reason, also in the middle of a page or of the last one", async () => {
    const { entries, requests } = engineOf(every(4), 4);
    for (const resultOf of [(options: object) => query(entries, options), (options: object) => entries.scan(options)]) {
      requests.length = 0;
      const controller = new AbortController();
      const reason = new Error('the user went away');
      const seen: number[] = [];
      const loop = async () => {
        for await (const entry of resultOf({ signal: controller.signal })) {
          seen.push(entry.at);
          if (entry.at === 2) controller.abort(reason);
        }
      };
      await expect(loop()).rejects.toBe(reason);
      expect(seen).toEqual([0, 1, 2]);
      expect(requests).toHaveLength(1);
    }
  });

  test('end with a cursor where the mapper is closed in between, and so go on with another one', async () => {
    const { entries, close } = engineOf(every(6), 2);
    const seen: number[] = [];
    const loop = async () => {
      for await (const { at } of query(entries)) {
        seen.push(at);
        if (at === 2) await close();
      }
    };
    const closed = await rejected('MAPPER_CLOSED', loop());
    expect(seen).toEqual([0, 1, 2, 3]);
    const { entries: others } = engineOf(every(6), 2);
    expect((await query(others, { cursor: closed.cursor }).all()).map((one) => one.at)).toEqual([4, 5]);
  });
});

describe('on an engine', () => {
  let engine: EmbeddedEngine;
  let entries: Repository<Entry>;
  const count = 23;
  beforeAll(async () => {
    engine = await startEmbeddedEngine();
    const mapper = new Mapper({ client: engine.client, entities: [Entry] });
    await mapper.createTables();
    entries = mapper.repository(Entry);
    for (let at = 0; at < count; at++) {
      // many of the same weight: the index's key alone doesn't tell them apart
      await entries.insert(entries.create({ log: at % 3 === 0 ? 'a' : 'b', at: at / 8, kind: 'k', weight: at % 4 }));
    }
  });
  afterAll(() => engine.close());

  test.each<[string, object]>([
    ['a partition', { partition: 'b' }],
    ['a partition in reverse', { partition: 'b', reverse: true }],
    ['a range', { partition: 'b', range: { between: [0.5, 2] } }],
    ['an index', { index: 'by_kind', partition: 'k' }],
    ['an index in reverse', { index: 'by_kind', partition: 'k', reverse: true }],
    ['a range of an index', { index: 'by_kind', partition: 'k', range: { gte: 2 } }],
    ['a table', {}],
    ['a whole index', { index: 'by_kind' }],
  ])('the pages of %s skip nothing and repeat nothing, whatever their sizes', async (_what, options) => {
    const resultOf = (more: object) =>
      'partition' in options ? entries.query({ ...options, ...more } as never) : entries.scan({ ...options, ...more });
    const all = await resultOf({}).all();
    expect(all.length).toBeGreaterThan(7);
    const size = fc.integer({ min: 1, max: 9 });
    await fc.assert(
      fc.asyncProperty(size, size, async (limit, pageSize) => {
        const pages = await pageByPage((cursor) => resultOf({ limit, pageSize, ...(cursor && { cursor }) }));
        expect(pages.flatMap((page) => page.items)).toEqual(all);
        for (const { items } of pages.slice(0, -1)) expect(items).toHaveLength(limit);
      }),
      { numRuns: 6 },
    );
  });
});
