import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { channels, Mapper, type WireItem, type WriteBackEvent, type WriteBackOptions } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { Ticket, TicketV2 } from '../support/pinned-tickets.js';
import { readStored, storeRaw } from '../support/raw-requests.js';

let engine: EmbeddedEngine;
let pin: () => number | undefined;
let events: WriteBackEvent[];
let count = 0;
const listen = (event: unknown) => events.push(event as WriteBackEvent);

beforeAll(async () => {
  engine = await startEmbeddedEngine();
  await new Mapper({ client: engine.client, entities: [Ticket] }).createTables();
});
beforeEach(() => {
  pin = () => 2;
  events = [];
  subscribe(channels.writeBack, listen);
});
afterEach(() => {
  unsubscribe(channels.writeBack, listen);
});
afterAll(() => engine.close());

function mapped(writeBack: WriteBackOptions = { mode: 'inline' }) {
  const mapper = new Mapper({ client: engine.client, entities: [Ticket], writeBack, writeVersion: () => pin() });
  return { mapper, tickets: mapper.repository(Ticket) };
}

async function stored(item: WireItem): Promise<string> {
  const id = `b${count++}`;
  await storeRaw(engine.endpoint, 'tickets', { id: { S: id }, updated_at: { S: '2030-01-01T00:00:00.000Z' }, ...item });
  return id;
}
const read = (id: string) => readStored(engine.endpoint, 'tickets', { id: { S: id } });
const outcomes = () => events.map(({ from, outcome, to }) => `${from} → ${to}: ${outcome}`);

const first: WireItem = { state: { S: 'open' }, unknown: { N: '1.5' } };
const fourth: WireItem = {
  phase: { S: 'open' },
  queue: { S: 'inbox' },
  priority: { N: '3' },
  name: { S: 'Ada King' },
  unknown: { N: '1.5' },
  schema_version: { N: '4' },
};

describe('write-back to a pinned version', () => {
  test('brings an older item up to it, and no further', async () => {
    const id = await stored(first);
    const ticket = await mapped().tickets.getOrFail({ id });
    expect(ticket).toMatchObject({ phase: 'open', queue: 'inbox', priority: 1 });
    expect(await read(id)).toEqual({
      id: { S: id },
      status: { S: 'open' },
      queue: { S: 'inbox' },
      unknown: { N: '1.5' },
      updated_at: { S: '2030-01-01T00:00:00.000Z' },
      schema_version: { N: '2' },
    });
    expect(outcomes()).toEqual(['1 → 2: applied']);
  });

  test('brings a newer item down to it, and keeps what that version does not know', async () => {
    const id = await stored(fourth);
    const { mapper, tickets } = mapped();
    const ticket = await tickets.getOrFail({ id });
    expect(await read(id)).toEqual({
      id: { S: id },
      status: { S: 'open' },
      queue: { S: 'inbox' },
      first: { S: 'Ada' },
      last: { S: 'King' },
      legacy: { S: 'none' },
      priority: { N: '3' },
      unknown: { N: '1.5' },
      updated_at: { S: '2030-01-01T00:00:00.000Z' },
      schema_version: { N: '2' },
    });
    expect(outcomes()).toEqual(['4 → 2: applied']);
    expect(await tickets.getOrFail({ id })).toEqual(ticket);

    const deployed = new Mapper({ client: engine.client, entities: [TicketV2] }).repository(TicketV2);
    const old = await deployed.getOrFail({ id });
    await deployed.save(Object.assign(old, { status: 'closed' }));
    pin = () => undefined;
    expect(await mapper.repository(Ticket).getOrFail({ id })).toMatchObject({ phase: 'closed', priority: 3 });
  });

  test('leaves an item of that version alone, and sends nothing', async () => {
    const id = await stored({ status: { S: 'open' }, queue: { S: 'inbox' }, schema_version: { N: '2' } });
    const before = await read(id);
    expect(await mapped().tickets.getOrFail({ id })).toMatchObject({ phase: 'open' });
    expect(await read(id)).toEqual(before);
    expect(outcomes()).toEqual([]);
  });

  test.each(['all', 'count'] as const)('sweeps a whole table by a scan: %s', async (call) => {
    const ids = await Promise.all([stored(first), stored(fourth), stored(fourth)]);
    await mapped({ mode: 'off' }).tickets.scan({ writeBack: 'inline', segments: 2 })[call]();
    for (const id of ids) expect(await read(id)).toMatchObject({ schema_version: { N: '2' } });
  });

  test('leaves alone what that version cannot hold', async () => {
    // the step to version 4 removes it, so version 2 can't say that it is there in version 4
    const id = await stored({ ...fourth, legacy: { S: 'kept' } });
    const before = await read(id);
    expect(await mapped().tickets.getOrFail({ id })).toMatchObject({ phase: 'open' });
    expect(await read(id)).toEqual(before);
    expect(outcomes()).toEqual(['4 → 2: loses']);
  });

  test('heeds a pin that was set while it waited for its turn', async () => {
    pin = () => undefined;
    const [one, other] = [await stored(first), await stored(first)];
    const { mapper, tickets } = mapped({ mode: 'background', perSecond: 1 });
    await tickets.getMany([{ id: one }, { id: other }]);
    pin = () => 2;
    await mapper.flush();
    const versions = [await read(one), await read(other)].map((item) => item?.schema_version);
    expect(versions).toContainEqual({ N: '2' });
    expect(outcomes().at(-1)).toBe('1 → 2: applied');
  });

  test('is not done where a pin was set for the very version while it waited', async () => {
    pin = () => undefined;
    const [one, other] = [await stored(first), await stored(first)];
    const { mapper, tickets } = mapped({ mode: 'background', perSecond: 1 });
    await tickets.getMany([{ id: one }, { id: other }]);
    pin = () => 1;
    await mapper.flush();
    expect(outcomes()).toEqual(['1 → 4: applied']);
  });

  test('never fails a read: a flag that cannot be read is told, and nothing stored', async () => {
    const id = await stored(first);
    const cause = new Error('no flag');
    const { tickets } = mapped();
    pin = () => {
      throw cause;
    };
    expect(await tickets.getOrFail({ id })).toMatchObject({ phase: 'open' });
    expect(events).toMatchObject([{ outcome: 'failed', cause }]);
    expect(await read(id)).not.toHaveProperty('schema_version');
  });
});
