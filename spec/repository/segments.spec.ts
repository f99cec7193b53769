import { getMaxListeners } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Attribute, Entity, type Item, Mapper, PartitionKey, type Repository, Upgrade, Versioned } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { storeRaw } from '../support/raw-requests.js';

@Entity({ table: 'grains' })
@Versioned(2)
class Grain {
  @PartitionKey() id!: string;
  @Attribute() weight!: number;

  @Upgrade(1, 2, 'weighs in grams')
  static inGrams(item: Item): void {
    item.weight = Number(item.weight) * 1000;
  }
}

let engine: EmbeddedEngine;
let grains: Repository<Grain>;
const ids = Array.from({ length: 40 }, (_, at) => `grain ${at}`);

beforeAll(async () => {
  engine = await startEmbeddedEngine();
  const mapper = new Mapper({ client: engine.client, entities: [Grain] });
  await mapper.createTables();
  grains = mapper.repository(Grain);
  for (const [at, id] of ids.entries()) {
    const version = at % 2 === 0 ? 1 : 2;
    const weight = { N: version === 1 ? `${at}` : `${at * 1000}` };
    await storeRaw(engine.endpoint, 'grains', { id: { S: id }, weight, schema_version: { N: `${version}` } });
  }
});
afterAll(() => engine.close());

const sortedIds = (found: readonly Grain[]) => found.map((one) => one.id).toSorted();

describe('a scan in segments', () => {
  test.each([1, 2, 7, 40])('finds every item once: %d segments', async (segments) => {
    expect(sortedIds(await grains.scan({ segments, pageSize: 3 }).all())).toEqual(ids.toSorted());
    expect(await grains.scan({ segments }).count()).toBe(40);
    const heavy = { attr: 'weight', gte: 20_000 } as const;
    expect(sortedIds(await grains.scan({ segments, filter: heavy }).all())).toEqual(ids.slice(20).toSorted());
    expect(await grains.scan({ segments, filter: heavy }).count()).toBe(20);
    expect(await grains.scan({ segments, limit: 5 }).all()).toHaveLength(5);
  });

  test('can be shared by several machines, each with a range of segments', async () => {
    const ranges = [{ to: 3 }, { from: 3, to: 4 }, { from: 4 }];
    const parts = await Promise.all(ranges.map((range) => grains.scan({ segments: { total: 8, ...range } }).all()));
    expect(parts.every((part) => part.length > 0)).toBe(true);
    expect(sortedIds(parts.flat())).toEqual(ids.toSorted());
  });

  test('has pages and cursors where it is one segment', async () => {
    const segments = { total: 3, from: 1, to: 2 };
    const all = await grains.scan({ segments }).all();
    const found: Grain[] = [];
    let cursor: string | undefined;
    do {
      const page = await grains.scan({ segments, limit: 2, cursor }).page();
      found.push(...page.items);
      ({ cursor } = page);
    } while (cursor !== undefined);
    expect(found).toEqual(all);

    const { cursor: other } = await grains.scan({ segments, limit: 2 }).page();
    const elsewhere = grains.scan({ segments: { total: 3, from: 2, to: 3 }, limit: 2, cursor: other });
    await expect(elsewhere.page()).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
  });

  test('has none where it is several', async () => {
    const problem = { code: 'INVALID_ARGUMENT', details: { argument: 'segments' } };
    await expect(grains.scan({ segments: 2 }).page()).rejects.toMatchObject(problem);
    await expect(grains.scan({ segments: 2 }).pages().next()).rejects.toMatchObject(problem);
    await expect(grains.scan({ segments: 2, cursor: 'x' }).all()).rejects.toMatchObject(problem);
  });

  test.each<unknown>([
    0,
    -1,
    1.5,
    1_000_001,
    '2',
    {},
    { total: 4, from: 4 },
    { total: 4, from: 2, to: 2 },
    { total: 4, to: 5 },
    { total: 4, from: -1 },
    { total: 4, form: 1 },
  ])('is refused for %j', async (segments) => {
    const error = { code: 'INVALID_ARGUMENT' };
    await expect(grains.scan({ segments: segments as never }).all()).rejects.toMatchObject(error);
  });
});

/** A client whose segments have endless pages, handed out when a spec says so. */
function heldEngine() {
  const held: {
    readonly segment: number;
    answer: (error?: Error) => void;
    readonly signal: AbortSignal | undefined;
  }[] = [];
  const send = (
    { input }: { input: { Segment: number; ExclusiveStartKey?: unknown } },
    { abortSignal }: { abortSignal?: AbortSignal },
  ) =>
    new Promise((resolve, reject) => {
      const { Segment: segment } = input;
      abortSignal?.addEventListener('abort', () => reject(abortSignal.reason as Error));
      const id = `${segment}: ${held.length}`;
      const page = {
        Items: [{ id: { S: id }, weight: { N: '1' }, schema_version: { N: '2' } }],
        LastEvaluatedKey: { id: { S: id } },
      };
      held.push({ segment, signal: abortSignal, answer: (error) => (error ? reject(error) : resolve(page)) });
    });
  const mapper = new Mapper({ client: { send } as never, entities: [Grain] });
  return { held, grains: mapper.repository(Grain) };
}

/** Lets everything go on that can. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('the pages of segments', () => {
  test('are asked for one ahead of what is read, of each segment, and of 32 segments at most', async () => {
    const { held, grains: endless } = heldEngine();
    const results = endless.scan({ segments: 100 })[Symbol.asyncIterator]();
    const first = results.next();
    await settle();
    expect(held).toHaveLength(32);
    // each request listens to the one signal: Node would warn of a leak from the eleventh on
    expect(getMaxListeners(held[0]?.signal as AbortSignal)).toBeGreaterThan(32);
    for (const one of held) one.answer();
    await first;
    await settle();
    // the first page is being read, and its segment's next one asked for; the others wait
    expect(held).toHaveLength(33);
    for (let turn = 0; turn < 31; turn++) await results.next();
    await settle();
    expect(held).toHaveLength(64);
    await results.return?.();
  });

  test('share a signal that takes a listener for each request, which Node would warn of', async () => {
    const { held, grains: endless } = heldEngine();
    const results = endless.scan({ segments: 100 })[Symbol.asyncIterator]();
    void results.next();
    await settle();
    const signals = new Set(held.map(({ signal }) => signal!));
    expect(Array.from(signals, (signal) => getMaxListeners(signal))).toEqual([Infinity]);
    for (const one of held) one.answer();
    await results.return?.();
  });

  test('are asked for no more when a loop is left, and those under way are cancelled', async () => {
    const { held, grains: endless } = heldEngine();
    const results = endless.scan({ segments: 3 })[Symbol.asyncIterator]();
    const first = results.next();
    await settle();
    held[1]?.answer();
    expect((await first).value).toMatchObject({ id: '1: 1' });
    await results.return?.();
    await settle();
    expect(held.map((one) => one.signal?.aborted)).toEqual([true, true, true, true]);
  });

  test('end with the first failure, and cancel the others', async () => {
    const { held, grains: endless } = heldEngine();
    const all = endless.scan({ segments: 3 }).all();
    await settle();
    held[2]?.answer(new Error('gone'));
    await expect(all).rejects.toMatchObject({ code: 'REQUEST_FAILED' });
    expect(held.map((one) => one.signal?.aborted)).toEqual([true, true, true]);
  });

  test("stop with the signal's reason", async () => {
    const { grains: endless } = heldEngine();
    const controller = new AbortController();
    const all = endless.scan({ segments: 3, signal: controller.signal }).all();
    await settle();
    const reason = new Error('the user went away');
    controller.abort(reason);
    await expect(all).rejects.toBe(reason);
  });
});
