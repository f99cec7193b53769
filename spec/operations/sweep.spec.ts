import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  Attribute,
  Entity,
  type Item,
  Mapper,
  type MapperOptions,
  PartitionKey,
  rename,
  type Repository,
  SortKey,
  steps,
  type SweepProgress,
  TimeToLive,
  Upgrade,
  Versioned,
  type WireItem,
} from 'dynamo-evolve';
import type { EmbeddedEngine } from 'dynamo-evolve/testing';
import { engines } from '../support/engines.js';
import { readStored, sendRaw, storeRaw } from '../support/raw-requests.js';

@Entity({ table: 'parcels', discriminator: { attribute: 'kind', value: 'parcel', default: true } })
@Versioned(3)
class Parcel {
  @PartitionKey() depot!: string;
  @SortKey() id!: string;
  @Attribute() weight!: number;
  @Attribute({ type: 'string', optional: true }) receiver?: string;
  @TimeToLive() expires?: Date;

  @Upgrade(1, 2)
  static readonly renamed = steps(rename('to', 'receiver'));

  @Upgrade(2, 3)
  static inGrams(item: Item): void {
    if (item.weight === 'broken') throw new Error('broken');
    item.weight = Number(item.weight) * 1000;
  }
}

/** What a release before would have: it only stores version 2. */
@Entity({ table: 'parcels', discriminator: { attribute: 'kind', value: 'parcel', default: true } })
@Versioned(2)
class Pinnable {
  @PartitionKey() depot!: string;
  @SortKey() id!: string;
  @Attribute({ type: 'string', optional: true }) receiver?: string;

  @Upgrade(1, 2)
  static readonly renamed = steps(rename('to', 'receiver'));
}

let table = '';
let prefix = 0;
const version = (N: string) => ({ schema_version: { N } });

describe.each(engines)('a sweep on %s', (_what, start) => {
  let engine: EmbeddedEngine;
  let parcels: Repository<Parcel>;
  let mapper: Mapper;
  const mapperWith = (options: Partial<MapperOptions> = {}) =>
    new Mapper({ client: engine.client, entities: [Parcel], tablePrefix: `p${prefix}_`, ...options });
  beforeAll(async () => {
    engine = await start();
  });
  beforeEach(async () => {
    table = `p${++prefix}_parcels`;
    mapper = mapperWith();
    await mapper.createTables();
    parcels = mapper.repository(Parcel);
  });
  afterAll(() => engine.close());

  const key = (id: string, depot = 'north') => ({ depot: { S: depot }, id: { S: id } });
  const store = (id: string, item: WireItem, depot?: string) =>
    storeRaw(engine.endpoint, table, { ...key(id, depot), ...item });
  const stored = (id: string, depot?: string) => readStored(engine.endpoint, table, key(id, depot));

  /** A mapper whose requests a spec sees before they are sent. */
  function watched(see: (operation: string, input: { readonly Key?: WireItem }) => unknown, options = {}) {
    const send = async (command: { readonly input: { readonly Key?: WireItem } }, ...rest: unknown[]) => {
      await see(command.constructor.name.replace('Command', ''), command.input);
      return engine.client.send(command as never, ...(rest as []));
    };
    const client = { send } as unknown as DynamoDBClient;
    return mapperWith({ client, ...options }).repository(Parcel);
  }

  async function storeMany(count: number): Promise<void> {
    for (let at = 0; at < count; at++) await store(`${at}`, { weight: { N: '2' } }, `depot ${at % 50}`);
  }

  test('brings every item to the newest version, and changes nothing else', async () => {
    await store('old', { to: { S: 'Ann' }, weight: { N: '2' }, note: { S: 'fragile' } });
    await store('middle', { receiver: { S: 'Bob' }, weight: { N: '1' }, ...version('2') });
    await store('new', { weight: { N: '7' }, ...version('3') });
    await store('other', { kind: { S: 'letter' }, weight: { S: 'who knows' } });
    const { milliseconds, rate, requests, bytes, ...result } = await parcels.sweep().result;
    expect(result).toEqual({
      state: 'done',
      examined: 3,
      rewritten: 2,
      alreadyThere: 1,
      raced: 0,
      gone: 0,
      expiring: 0,
      failed: {},
      segments: { done: 8, total: 8 },
    });
    expect(requests).toBeGreaterThanOrEqual(10);
    expect(bytes).toBeGreaterThan(100);
    expect([milliseconds >= 0, rate.itemsPerSecond > 0]).toEqual([true, true]);
    const grams = { weight: { N: '2000' }, note: { S: 'fragile' } };
    expect(await stored('old')).toEqual({ ...key('old'), receiver: { S: 'Ann' }, ...grams, ...version('3') });
    expect(await stored('middle')).toMatchObject({ weight: { N: '1000' }, ...version('3') });
    expect(await stored('other')).toEqual({ ...key('other'), kind: { S: 'letter' }, weight: { S: 'who knows' } });
    expect(await parcels.sweep().result).toMatchObject({ examined: 3, alreadyThere: 3 });
  });

  test('reads page after page, of however many segments', async () => {
    await storeMany(230);
    for (const segments of [1, 20]) {
      const { rewritten, segments: counted } = await parcels.sweep({ segments, rate: { items: 100_000 } }).result;
      expect(rewritten).toBe(segments === 1 ? 230 : 0);
      expect(counted).toEqual({ done: segments, total: segments });
    }
    expect(await parcels.census({ consistent: true })).toMatchObject({ versions: [{ version: 3, count: 230 }] });
  });

  test('counts failed items by their codes, and goes on', async () => {
    await store('broken', { weight: { S: 'broken' } });
    await store('newer', version('9'));
    await store('strange', { schema_version: { S: 'x' } });
    await store('fine', { weight: { N: '1' } });
    const { examined, failed, rewritten } = await parcels.sweep().result;
    expect([examined, rewritten]).toEqual([4, 1]);
    const named = (id: string, stated?: number) => ({
      count: 1,
      items: [{ key: { depot: 'north', id }, version: stated }],
    });
    expect(failed).toEqual({
      UPGRADE_FAILED: named('broken', 1),
      NEWER_VERSION: named('newer', 9),
      INVALID_VERSION: named('strange'),
    });
    expect(await stored('broken')).toEqual({ ...key('broken'), weight: { S: 'broken' } });
  });

  test('names the first hundred of many', async () => {
    for (let at = 0; at < 130; at++) await store(`${at}`, version('9'));
    const { failed } = await parcels.sweep().result;
    expect(failed.NEWER_VERSION?.count).toBe(130);
    expect(failed.NEWER_VERSION?.items).toHaveLength(100);
  });

  test('leaves items alone that are about to expire', async () => {
    const soon = String(Math.floor(Date.now() / 1000) + 30);
    await store('soon', { weight: { N: '1' }, expires: { N: soon } });
    expect(await parcels.sweep().result).toMatchObject({ expiring: 1, rewritten: 0 });
    expect(await stored('soon')).not.toHaveProperty('schema_version');
  });

  test('loses nothing to writers, deleters and upgraders that come between', async () => {
    const meanwhile: Record<string, () => Promise<unknown>> = {
      changed: () => store('changed', { to: { S: 'Zoe' }, weight: { N: '5' } }),
      deleted: () => sendRaw(engine.endpoint, 'DeleteItem', JSON.stringify({ TableName: table, Key: key('deleted') })),
      upgraded: () => store('upgraded', { weight: { N: '9' }, ...version('3') }),
      replaced: () => store('replaced', { kind: { S: 'letter' } }),
    };
    for (const id of Object.keys(meanwhile)) await store(id, { to: { S: 'Ann' }, weight: { N: '2' } });
    const seen = new Set<string>();
    const swept = watched(async (operation, { Key: updated }) => {
      const id = (updated?.['id'] as { S: string } | undefined)?.S ?? '';
      if (operation !== 'UpdateItem' || seen.has(id)) return;
      seen.add(id);
      await meanwhile[id]?.();
    });
    expect(await swept.sweep().result).toMatchObject({ examined: 4, rewritten: 1, raced: 1, gone: 2, failed: {} });
    expect(await stored('changed')).toMatchObject({ receiver: { S: 'Zoe' }, weight: { N: '5000' }, ...version('3') });
    expect(await stored('deleted')).toBeUndefined();
    expect(await stored('upgraded')).toEqual({ ...key('upgraded'), weight: { N: '9' }, ...version('3') });
    expect(await stored('replaced')).toEqual({ ...key('replaced'), kind: { S: 'letter' } });
  });

  test('brings items down to a pinned version', async () => {
    const current = new Mapper({ client: engine.client, entities: [Pinnable], tablePrefix: `p${prefix}_` });
    await current
      .repository(Pinnable)
      .insert(current.repository(Pinnable).create({ depot: 'north', id: 'a', receiver: 'Ann' }));
    const pinned = new Mapper({
      client: engine.client,
      entities: [Pinnable],
      tablePrefix: `p${prefix}_`,
      writeVersion: new Map([[Pinnable, 1]]),
    });
    expect(await pinned.repository(Pinnable).sweep().result).toMatchObject({ examined: 1, rewritten: 1 });
    expect(await stored('a')).toMatchObject({ to: { S: 'Ann' }, ...version('1') });
  });

  test('tells how far it is', async () => {
    await storeMany(250);
    const seen: SweepProgress[] = [];
    for await (const progress of parcels.sweep({ segments: 2, rate: { items: 100_000 } })) seen.push(progress);
    expect(seen.length).toBeGreaterThan(2);
    expect(seen[0]).toMatchObject({ state: 'running', examined: 0 });
    expect(seen.at(-1)).toMatchObject({ state: 'done', examined: 250, segments: { done: 2, total: 2 } });
    const examined = seen.map((progress) => progress.examined);
    expect(examined).toEqual(examined.toSorted((a, b) => a - b));
  });

  test('pauses, goes on, and is cancelled', async () => {
    await storeMany(60);
    const sweep = parcels.sweep({ segments: 1, rate: { items: 200 } });
    sweep.pause();
    expect(sweep.progress.state).toBe('paused');
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { examined: before } = sweep.progress;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(sweep.progress.examined).toBe(before);
    sweep.resume();
    for await (const { examined } of sweep) if (examined > 0) break;
    sweep.cancel();
    const { examined, rewritten, state } = await sweep.result;
    expect(state).toBe('cancelled');
    expect(examined).toBe(rewritten);
    expect((await parcels.census({ consistent: true })).versions.find((each) => each.version === 3)?.count ?? 0).toBe(
      rewritten,
    );
  });

  test('counts what it had done of a page when it was cancelled', async () => {
    await storeMany(60);
    let updates = 0;
    const swept = watched((operation) => {
      if (operation === 'UpdateItem' && ++updates === 20) sweep.cancel();
    });
    const sweep = swept.sweep({ segments: 1, rate: { items: 100_000 } });
    const { rewritten, state } = await sweep.result;
    expect(state).toBe('cancelled');
    expect(rewritten).toBeGreaterThanOrEqual(20);
    expect(rewritten).toBeLessThan(60);
    const { versions } = await parcels.census({ consistent: true });
    expect(versions.find((counted) => counted.version === 3)?.count).toBe(rewritten);
  });

  test('tells that it goes on within a page', async () => {
    await storeMany(40);
    const states = new Set<number>();
    for await (const { rewritten } of parcels.sweep({ segments: 1, rate: { items: 25 } })) states.add(rewritten);
    expect(states.size).toBeGreaterThan(2);
  });

  test('waits after a canary', async () => {
    await storeMany(80);
    const sweep = parcels.sweep({ segments: 4, canary: 8, rate: { items: 100_000 } });
    for await (const { state } of sweep) if (state === 'paused') break;
    const { rewritten } = sweep.progress;
    expect(rewritten).toBe(8);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sweep.progress.rewritten).toBe(8);
    sweep.resume();
    expect(await sweep.result).toMatchObject({ state: 'done', rewritten: 80 });
  });

  test('is done if there are fewer items than canaries', async () => {
    await storeMany(3);
    expect(await parcels.sweep({ canary: 100 }).result).toMatchObject({ state: 'done', rewritten: 3 });
  });

  test('keeps to a rate', async () => {
    await storeMany(30);
    const { milliseconds } = await parcels.sweep({ rate: { items: 100 } }).result;
    expect(milliseconds).toBeGreaterThanOrEqual(270);
  });

  test("ends with the signal's reason, also while it is paused", async () => {
    await storeMany(5);
    const controller = new AbortController();
    const sweep = parcels.sweep({ signal: controller.signal });
    sweep.pause();
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(sweep.result).rejects.toBe(reason);
    await expect(sweep[Symbol.asyncIterator]().next()).rejects.toBe(reason);
    await expect(parcels.sweep({ signal: AbortSignal.abort(reason) }).result).rejects.toBe(reason);
  });

  test('ends when its mapper is closed', async () => {
    await storeMany(5);
    const sweep = parcels.sweep();
    sweep.pause();
    await mapper.close();
    sweep.resume();
    await expect(sweep.result).rejects.toMatchObject({ code: 'MAPPER_CLOSED' });
  });

  test('ends when the engine is gone, and leaves no other segment at work', async () => {
    await storeMany(20);
    let count = 0;
    const swept = watched((operation) => {
      if (operation !== 'UpdateItem') return;
      if (++count > 5)
        throw Object.assign(new Error('no such key'), { name: 'UnrecognizedClientException', $fault: 'client' });
    });
    await expect(swept.sweep().result).rejects.toMatchObject({ code: 'REQUEST_FAILED' });
    const after = count;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(count).toBe(after);
  });

  test('repeats requests that are throttled or whose answers are lost', async () => {
    await storeMany(4);
    const failures = ['ThrottlingException', 'TimeoutError', 'InternalServerError'];
    const swept = watched((operation) => {
      const name = operation === 'UpdateItem' || operation === 'Scan' ? failures.shift() : undefined;
      if (name !== undefined) throw Object.assign(new Error('busy'), { name });
    });
    expect(await swept.sweep({ segments: 1 }).result).toMatchObject({ rewritten: 4 });
    expect(failures).toEqual([]);
  });

  test.each([
    [{ segments: 0 }, 'segments'],
    [{ segments: 1.5 }, 'segments'],
    [{ rate: 'fast' }, 'rate'],
    [{ rate: { items: 0 } }, 'rate'],
    [{ rate: { items: Number.NaN } }, 'rate'],
    [{ rate: null }, 'rate'],
    [{ canary: -1 }, 'canary'],
    [{ signal: 'x' }, 'signal'],
    [{ speed: 1 }, 'speed'],
  ])('refuses %j', (options, argument) => {
    expect(() => parcels.sweep(options as never)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', details: expect.objectContaining({ argument }) }),
    );
  });

  test('needs the fence', () => {
    const unfenced = mapperWith({ fence: false }).repository(Parcel);
    expect(() => unfenced.sweep()).toThrow(expect.objectContaining({ code: 'FENCE_REQUIRED' }));
  });
});
