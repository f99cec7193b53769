import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  Entity,
  type Item,
  Mapper,
  PartitionKey,
  rename,
  type Repository,
  steps,
  TimeToLive,
  Upgrade,
  Versioned,
  type WireItem,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { rejected } from '../errors/caught.js';
import { readStored, storeRaw } from '../support/raw-requests.js';

@Entity({ table: 'tasks' })
@Versioned(3)
class Task {
  @PartitionKey() id!: string;
  @Attribute({ type: 'string', optional: true }) title?: string;
  @TimeToLive() expires?: Date;

  @Upgrade(1, 2)
  static readonly named = steps(rename('name', 'title'));

  @Upgrade(2, 3)
  static everything(item: Item): void {
    if (item.title === 'broken') throw new Error('broken');
    if (item.title === 'dynamic') item.seen = Object.keys(item).length;
  }
}

/** The same with a version that can be pinned. */
@Entity({ table: 'tasks' })
@Versioned(2)
class Pinnable {
  @PartitionKey() id!: string;
  @Attribute({ type: 'string', optional: true }) title?: string;

  @Upgrade(1, 2)
  static readonly named = steps(rename('name', 'title'));
}

let engine: EmbeddedEngine;
let tasks: Repository<Task>;
let prefix = 0;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
});
beforeEach(async () => {
  const mapper = new Mapper({ client: engine.client, entities: [Task], tablePrefix: `p${++prefix}_` });
  await mapper.createTables();
  tasks = mapper.repository(Task);
});
afterAll(() => engine.close());

const store = (id: string, item: WireItem) => storeRaw(engine.endpoint, `p${prefix}_tasks`, { id: { S: id }, ...item });
const version = (N: string) => ({ schema_version: { N } });
const named = (S: string) => ({ name: { S } });
const before = { lastOldWriter: new Date(0) };

describe('a plan of a sweep', () => {
  test('says what would happen, and writes nothing', async () => {
    for (let at = 0; at < 20; at++) await store(`old ${at}`, named('x'));
    await store('current', version('3'));
    await store('broken', named('broken'));
    await store('dynamic', named('dynamic'));
    await store('newer', version('8'));
    await store('soon', { ...named('x'), expires: { N: String(Math.floor(Date.now() / 1000)) } });
    const plan = await tasks.planSweep({ sample: 1, rates: [2, 10] });
    expect(plan).toMatchObject({
      version: 3,
      sample: { read: 32, total: 32 },
      counts: { examined: 25, rewritten: 20, alreadyThere: 1, expiring: 1 },
      rewrites: { value: 20, from: 20, to: 20 },
      versions: new Map([
        [1, 23],
        [3, 1],
        [8, 1],
      ]),
      seconds: new Map([
        [2, 10],
        [10, 2],
      ]),
    });
    expect(plan.bytes).toBeGreaterThan(20 * 100);
    const code = (id: string, stated: number) => ({ count: 1, items: [{ key: { id }, version: stated }] });
    expect(plan.counts.failed).toEqual({
      UPGRADE_FAILED: code('broken', 1),
      DYNAMIC_UPGRADE: code('dynamic', 1),
      NEWER_VERSION: code('newer', 8),
    });
    expect(await readStored(engine.endpoint, `p${prefix}_tasks`, { id: { S: 'old 1' } })).toEqual({
      id: { S: 'old 1' },
      ...named('x'),
    });
    expect(await tasks.sweep().result).toMatchObject(plan.counts);
  });

  test('of a part is an estimate', async () => {
    for (let at = 0; at < 200; at++) await store(`old ${at}`, named('x'));
    const { rewrites, sample } = await tasks.planSweep({ sample: 0.5 });
    expect(sample).toEqual({ read: 32, total: 64 });
    expect(rewrites.from).toBeLessThanOrEqual(rewrites.value);
    expect(rewrites.to).toBeGreaterThanOrEqual(rewrites.value);
  });

  test.each([
    [{ sample: 2 }, 'sample'],
    [{ rates: [0] }, 'rates'],
    [{ rates: 5 }, 'rates'],
    [{ canary: 5 }, 'canary'],
  ])('refuses %j', async (options, argument) => {
    const error = await rejected('INVALID_ARGUMENT', tasks.planSweep(options as never));
    expect(error.details).toMatchObject({ call: 'planSweep()', argument });
  });
});

describe('a version', () => {
  test('may be forgotten when none of its items is left', async () => {
    await store('a', named('x'));
    const refused = await tasks.retire({ below: 3, ...before });
    expect(refused).toMatchObject({
      entity: 'Task',
      table: `p${prefix}_tasks`,
      below: 3,
      mayRetire: false,
      reasons: [{ code: 'stored', message: 'There are still items: 1 of version 1. Run sweep().' }],
    });
    await tasks.sweep().result;
    const verdict = await tasks.retire({ below: 3, ...before, segments: 2 });
    expect(verdict).toMatchObject({ mayRetire: true, reasons: [] });
    expect(verdict.census).toMatchObject({
      isProof: true,
      versions: [{ version: 3, count: 1 }],
      unreadable: { count: 0 },
    });
  });

  test.each<[string, WireItem, string, RegExp]>([
    ['an older item', version('2'), 'stored', /1 of version 2/],
    ['an item without a version', { schema_version: { S: 'x' } }, 'without version', /an item whose version attribute/],
    ['an item that no code can read', { ...version('3'), title: { N: '5' } }, 'unreadable', /1 × ATTRIBUTE_TYPE/],
  ])('is kept alive by %s', async (_what, item, code, message) => {
    await store('a', item);
    const { mayRetire, reasons } = await tasks.retire({ below: 3, ...before });
    expect(mayRetire).toBe(false);
    expect(reasons).toContainEqual({ code, message: expect.stringMatching(message) });
  });

  test('is kept alive by code that ran after the census began', async () => {
    const { reasons } = await tasks.retire({ below: 2, lastOldWriter: new Date(Date.now() + 60_000) });
    expect(reasons).toEqual([{ code: 'old writers', message: expect.stringContaining('Ask again later') }]);
  });

  test('is kept alive by a pin', async () => {
    const pinned = new Mapper({
      client: engine.client,
      entities: [Pinnable],
      tablePrefix: `p${prefix}_`,
      writeVersion: new Map([[Pinnable, 1]]),
    });
    const { reasons } = await pinned.repository(Pinnable).retire({ below: 2, ...before });
    expect(reasons).toEqual([{ code: 'pinned', message: "The mapper's writeVersion is 1. Lift the pin." }]);
  });

  test.each([
    [{ below: 1 }, 'below'],
    [{ below: 4 }, 'below'],
    [{ below: 2.5 }, 'below'],
    [{ lastOldWriter: undefined }, 'lastOldWriter'],
    [{ lastOldWriter: new Date(Number.NaN) }, 'lastOldWriter'],
    [{ segments: { total: 2, to: 1 } }, 'segments'],
    [{ segments: { total: 2, from: 1 } }, 'segments'],
    [{ force: true }, 'force'],
  ])('is asked for with %j', async (options, argument) => {
    const error = await rejected('INVALID_ARGUMENT', tasks.retire({ below: 3, ...before, ...options } as never));
    expect(error.details).toMatchObject({ call: 'retire()', argument });
  });
});
