import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  Attribute,
  channels,
  Entity,
  type Item,
  Mapper,
  type MapperOptions,
  PartitionKey,
  type Sweep,
  type SweepEvent,
  type SweepOptions,
  Upgrade,
  Versioned,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { rejected } from '../errors/caught.js';
import { requestRaw, sendRaw, storeRaw } from '../support/raw-requests.js';

@Entity({ table: 'lamps' })
@Versioned(2)
class Lamp {
  @PartitionKey() id!: string;
  @Attribute() watts!: number;

  @Upgrade(1, 2)
  static measure(item: Item): void {
    if (item.watts === 'broken') throw new Error('broken');
    item.watts ??= 40;
  }
}

@Entity({ table: 'lamps' })
@Versioned(3)
class NewerLamp {
  @PartitionKey() id!: string;

  @Upgrade(1, 2)
  static measure(item: Item): void {
    item.watts ??= 40;
  }

  @Upgrade(2, 3)
  static forget(item: Item): void {
    delete item.watts;
  }
}

let engine: EmbeddedEngine;
let prefix = '';
let count = 0;
const sweeps: Sweep[] = [];
const mappers: Mapper[] = [];
beforeAll(async () => {
  engine = await startEmbeddedEngine();
});
beforeEach(async () => {
  prefix = `p${++count}_`;
  await mapper().createTables();
});
afterEach(async () => {
  for (const sweep of sweeps.splice(0)) sweep.cancel();
  await Promise.all(mappers.splice(0).map((each) => each.close()));
});
afterAll(() => engine.close());

function mapper(options: Partial<MapperOptions> = {}): Mapper {
  const made = new Mapper({ client: engine.client, entities: [Lamp], tablePrefix: prefix, ...options });
  mappers.push(made);
  return made;
}

const quick = { segments: 6, rate: { items: 100_000 }, job: 'first', lease: 60_000 } as const;

/** A sweep by a process of its own. */
function sweepBy(worker: Mapper, options: SweepOptions = {}): Sweep {
  const sweep = worker.repository(Lamp).sweep({ ...quick, ...options });
  sweeps.push(sweep);
  return sweep;
}

/** A process that hangs for good with the n-th request of some kind. */
function hangingMapper(operation: string, nth: number): { readonly worker: Mapper; readonly hangs: Promise<void> } {
  let seen = 0;
  let tell: () => void = () => {};
  const hangs = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const send = async (command: object, ...rest: unknown[]) => {
    const isOne = command.constructor.name === `${operation}Command` && isOfLamps(command as never);
    if (isOne && ++seen === nth) tell();
    if (seen >= nth) return new Promise(() => {});
    return engine.client.send(command as never, ...(rest as []));
  };
  return { worker: mapper({ client: { send } as unknown as DynamoDBClient }), hangs };
}

function isOfLamps({ input }: { readonly input: { readonly TableName: string } }): boolean {
  return input.TableName.endsWith('lamps');
}

async function storeLamps(number: number): Promise<void> {
  for (let at = 0; at < number; at++) await storeRaw(engine.endpoint, `${prefix}lamps`, { id: { S: `lamp ${at}` } });
}

/** Waits until somebody has taken a segment of the only job. */
async function segmentIsTaken(): Promise<void> {
  const scan = JSON.stringify({ TableName: `${prefix}dynamo_evolve_jobs`, ConsistentRead: true });
  for (;;) {
    const { status, text } = await requestRaw(engine.endpoint, 'Scan', scan);
    if (status === 200 && text.includes('"leased"')) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const census = async () => (await mapper().repository(Lamp).census({ consistent: true })).versions;

describe('a job', () => {
  test('is kept in a table of its own, and is done once', async () => {
    await storeLamps(30);
    const first = await sweepBy(mapper()).result;
    expect(first).toMatchObject({ state: 'done', examined: 30, rewritten: 30, segments: { done: 6, total: 6 } });
    const again = await sweepBy(mapper(), { segments: 50 }).result;
    expect(again).toMatchObject({ state: 'done', examined: 30, rewritten: 30, segments: { done: 6, total: 6 } });
    expect(again.requests).toBe(0);
    const names = JSON.parse(await sendRaw(engine.endpoint, 'ListTables', '{}')) as { TableNames: string[] };
    expect(names.TableNames).toContain(`${prefix}dynamo_evolve_jobs`);
  });

  test('has its table made by createTables where that is asked for', async () => {
    const created = await mapper().createTables({ jobs: true });
    expect(created.map(({ table }) => table)).toEqual([`${prefix}lamps`, `${prefix}dynamo_evolve_jobs`]);
    await rejected('INVALID_ARGUMENT', mapper().createTables({ jobs: 'yes' } as never));
  });

  test('is shared by its workers, each item swept once', async () => {
    await storeLamps(120);
    const workers = [mapper(), mapper(), mapper()];
    const results = await Promise.all(workers.map((worker) => sweepBy(worker, { segments: 12 }).result));
    for (const result of results) {
      expect(result).toMatchObject({ state: 'done', examined: 120, rewritten: 120, failed: {} });
      expect(result.segments).toEqual({ done: 12, total: 12 });
    }
    expect(await census()).toMatchObject([{ version: 2, count: 120 }]);
  });

  test('goes on where it was cancelled', async () => {
    await storeLamps(60);
    const sweep = sweepBy(mapper(), { rate: { items: 200 } });
    for await (const { rewritten } of sweep) if (rewritten > 5) break;
    sweep.cancel();
    expect(await sweep.result).toMatchObject({ state: 'cancelled' });
    const { examined, state } = await sweepBy(mapper()).result;
    expect(state).toBe('done');
    // what a cancelled page had rewritten already is found there
    expect(examined).toBe(60);
    expect(await census()).toMatchObject([{ version: 2, count: 60 }]);
  });

  test.each([
    ['Scan', 1],
    ['Scan', 4],
    ['UpdateItem', 1],
    ['UpdateItem', 17],
  ])('is taken over from a worker that died with %s number %d', async (operation, nth) => {
    await storeLamps(60);
    const { hangs, worker } = hangingMapper(operation, nth);
    sweepBy(worker, { lease: 400 });
    await hangs;
    const events: SweepEvent[] = [];
    const note = (event: unknown) => void events.push(event as SweepEvent);
    subscribe(channels.sweep, note);
    const result = await sweepBy(mapper(), { lease: 400 }).result.finally(() => unsubscribe(channels.sweep, note));
    const about = { entity: 'Lamp', table: `${prefix}lamps`, job: 'first' };
    expect(events).toContainEqual({ ...about, event: 'take-over', segment: expect.any(Number) });
    expect(events.at(-1)).toMatchObject({ ...about, event: 'progress', state: 'done', examined: 60 });
    expect(result).toMatchObject({ state: 'done', examined: 60, segments: { done: 6, total: 6 } });
    expect(await census()).toMatchObject([{ version: 2, count: 60 }]);
  });

  test('is not taken over from a worker that lives, however slow it is', async () => {
    await storeLamps(20);
    const slow = sweepBy(mapper(), { segments: 1, lease: 1_500 });
    slow.pause();
    await segmentIsTaken();
    const other = sweepBy(mapper(), { segments: 1, lease: 1_500 });
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    expect(other.progress).toMatchObject({ state: 'running', examined: 0 });
    slow.resume();
    expect(await slow.result).toMatchObject({ state: 'done', rewritten: 20 });
    expect(await other.result).toMatchObject({ state: 'done', rewritten: 20 });
  });

  test('is given back by a worker that is aborted, and by one that fails', async () => {
    await storeLamps(30);
    const controller = new AbortController();
    const aborted = sweepBy(mapper(), { lease: 600_000, rate: { items: 20 }, signal: controller.signal });
    const closing = mapper();
    const closed = sweepBy(closing, { lease: 600_000, rate: { items: 20 } });
    await new Promise((resolve) => setTimeout(resolve, 300));
    controller.abort(new Error('enough'));
    await expect(aborted.result).rejects.toThrow('enough');
    await closing.close();
    await expect(closed.result).rejects.toMatchObject({ code: expect.stringMatching(/MAPPER_CLOSED/) });
    expect(await sweepBy(mapper(), { lease: 600_000 }).result).toMatchObject({ state: 'done', examined: 30 });
  });

  test('is left at once by a worker that only waits for others', async () => {
    await storeLamps(5);
    const slow = sweepBy(mapper(), { segments: 1, lease: 600_000 });
    slow.pause();
    await segmentIsTaken();
    const controller = new AbortController();
    const waiting = sweepBy(mapper(), { segments: 1, lease: 600_000, signal: controller.signal });
    await new Promise((resolve) => setTimeout(resolve, 150));
    controller.abort(new Error('enough'));
    await expect(waiting.result).rejects.toThrow('enough');
    slow.cancel();
    expect(await slow.result).toMatchObject({ state: 'cancelled' });
  });

  test('counts what it did before it was cancelled', async () => {
    await storeLamps(40);
    const sweep = sweepBy(mapper(), { canary: 8 });
    for await (const { state } of sweep) if (state === 'paused') break;
    sweep.cancel();
    expect(await sweep.result).toMatchObject({ state: 'cancelled', rewritten: 8 });
    expect(await sweepBy(mapper()).result).toMatchObject({ state: 'done', examined: 40 });
  });

  test('pauses after its canary although another process has the other segments', async () => {
    await storeLamps(60);
    const first = sweepBy(mapper(), { segments: 12, canary: 8 });
    for await (const { state } of first) if (state === 'paused') break;
    const second = sweepBy(mapper(), { segments: 12, canary: 8 });
    for await (const { state } of second) if (state === 'paused') break;
    for (const sweep of [first, second]) sweep.resume();
    expect(await second.result).toMatchObject({ state: 'done', examined: 60 });
  });

  test('tries failed items again although a worker died', async () => {
    await storeLamps(12);
    await storeRaw(engine.endpoint, `${prefix}lamps`, { id: { S: 'x' }, watts: { S: 'broken' } });
    await sweepBy(mapper(), { job: 'done before' }).result;
    const { hangs, worker } = hangingMapper('Scan', 1);
    sweepBy(worker, { lease: 400 });
    await hangs;
    expect(await sweepBy(mapper(), { lease: 400, only: 'failed' }).result).toMatchObject({ state: 'done' });
  });

  test('must be known where its failed items are tried again', async () => {
    const error = await rejected('INVALID_ARGUMENT', sweepBy(mapper(), { job: 'typo', only: 'failed' }).result);
    expect(error.details).toMatchObject({ argument: 'job', problem: expect.stringContaining('typo') });
    const verdict = await mapper()
      .repository(Lamp)
      .retire({ below: 2, lastOldWriter: new Date(0) });
    expect(verdict.reasons).toEqual([]);
  });

  test('goes on behind a binary key, in whichever form the client hands it out', async () => {
    @Entity({ table: 'binary' })
    @Versioned(2)
    class Binary {
      @PartitionKey({ type: 'bytes' }) id!: Uint8Array;
      @Attribute({ type: 'number', optional: true }) size?: number;

      @Upgrade(1, 2)
      static keep(item: Item): void {
        item.size ??= 1;
      }
    }
    const worker = mapper({ entities: [Binary], reads: 'client' });
    await worker.createTables();
    for (let at = 0; at < 230; at++) {
      const id = { B: Buffer.from(`lamp ${at}`).toString('base64') };
      await storeRaw(engine.endpoint, `${prefix}binary`, { id });
    }
    const options = { ...quick, segments: 1 };
    const sweep = worker.repository(Binary).sweep(options);
    sweeps.push(sweep);
    for await (const { examined } of sweep) if (examined >= 200) break;
    sweep.cancel();
    await sweep.result;
    const rest = mapper({ entities: [Binary], reads: 'client' })
      .repository(Binary)
      .sweep(options);
    expect(await rest.result).toMatchObject({ state: 'done', examined: 230, failed: {} });
  });

  test('keeps its failed items, and tries just those again', async () => {
    await storeLamps(20);
    for (const id of ['x', 'y', 'z']) {
      await storeRaw(engine.endpoint, `${prefix}lamps`, { id: { S: id }, watts: { S: 'broken' } });
    }
    const { failed } = await sweepBy(mapper()).result;
    expect(failed.UPGRADE_FAILED?.count).toBe(3);
    await storeRaw(engine.endpoint, `${prefix}lamps`, { id: { S: 'x' }, watts: { N: '7' } });
    await sendRaw(
      engine.endpoint,
      'DeleteItem',
      JSON.stringify({ TableName: `${prefix}lamps`, Key: { id: { S: 'y' } } }),
    );
    const again = await sweepBy(mapper(), { only: 'failed' }).result;
    expect(again).toMatchObject({ state: 'done', examined: 23, rewritten: 21, gone: 1 });
    expect(again.failed).toEqual({ UPGRADE_FAILED: { count: 1, items: [{ key: { id: 'z' }, version: 1 }] } });
    expect(again.requests).toBeLessThan(10);
    // and what was done stays done
    expect(await sweepBy(mapper()).result).toMatchObject({ state: 'done', segments: { done: 6 }, examined: 23 });
  });

  test('that is not done keeps old versions alive', async () => {
    await storeLamps(3);
    const sweep = sweepBy(mapper(), { rate: { items: 100 } });
    sweep.pause();
    const asked = { below: 2, lastOldWriter: new Date(0) };
    const lamps = mapper().repository(Lamp);
    for (;;) {
      const { reasons } = await lamps.retire(asked);
      if (reasons.some(({ code, message }) => code === 'open job' && message.includes('first'))) break;
    }
    sweep.resume();
    await sweep.result;
    expect(await lamps.retire(asked)).toMatchObject({ mayRetire: true });
  });

  test('is for one class and one version', async () => {
    await sweepBy(mapper()).result;
    const newer = mapper({ entities: [NewerLamp] });
    const error = await rejected('INVALID_ARGUMENT', newer.repository(NewerLamp).sweep(quick).result);
    expect(error.details).toMatchObject({ argument: 'job', problem: expect.stringContaining('Lamp, not NewerLamp') });
  });

  test.each([
    [{ job: '' }, 'job'],
    [{ job: 5 }, 'job'],
    [{ only: 'broken' }, 'only'],
    [{ only: 'failed', job: undefined }, 'only'],
    [{ lease: 0 }, 'lease'],
    [{ lease: 'long' }, 'lease'],
  ])('refuses %j', (options, argument) => {
    expect(() =>
      mapper()
        .repository(Lamp)
        .sweep({ ...quick, ...options } as never),
    ).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', details: expect.objectContaining({ argument }) }));
  });
});
