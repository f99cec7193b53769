import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Mapper, type Repository, type WireItem } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { rejected } from '../errors/caught.js';
import { RevisedTicket, Ticket, TicketV2 } from '../support/pinned-tickets.js';
import { readStored, storeRaw } from '../support/raw-requests.js';

let engine: EmbeddedEngine;
let version: number | undefined;
let pinned: Mapper;
let tickets: Repository<Ticket>;
let revised: Repository<RevisedTicket>;
let deployed: Repository<TicketV2>;
let unpinned: Repository<Ticket>;
let id = 0;

const clock = () => new Date('2030-01-01T00:00:00Z');

beforeAll(async () => {
  engine = await startEmbeddedEngine();
  const { client } = engine;
  const writeVersion = () => version;
  pinned = new Mapper({ client, clock, entities: [Ticket, RevisedTicket], writeVersion });
  tickets = pinned.repository(Ticket);
  revised = pinned.repository(RevisedTicket);
  deployed = new Mapper({ client, clock, entities: [TicketV2] }).repository(TicketV2);
  unpinned = new Mapper({ client, clock, entities: [Ticket] }).repository(Ticket);
  await pinned.createTables();
});
beforeEach(() => {
  version = 2;
  id++;
});
afterAll(async () => {
  await pinned.close();
  await engine.close();
});

const key = () => ({ id: `t${id}` });
const stored = (table = 'tickets') => readStored(engine.endpoint, table, { id: { S: `t${id}` } });
const store = (item: WireItem, table = 'tickets') => storeRaw(engine.endpoint, table, { id: { S: `t${id}` }, ...item });
const now = { updated_at: { S: '2030-01-01T00:00:00.000Z' } };

/** A stored ticket of version 2. */
const second: WireItem = {
  schema_version: { N: '2' },
  status: { S: 'open' },
  queue: { S: 'inbox' },
  labels: { L: [{ S: 'b' }, { S: 'a' }] },
  first: { S: 'Ada' },
  last: { S: 'King' },
  legacy: { S: 'kept' },
  unknown: { N: '1.5' },
  ...now,
};

describe('a new entity', () => {
  test.each(['insert', 'put', 'save'] as const)('is stored by %s as the pinned version', async (call) => {
    const ticket = tickets.create({ ...key(), phase: 'open', name: 'Ada King Lovelace', labels: new Set(['b', 'a']) });
    await tickets[call](ticket);
    expect(await stored()).toEqual({
      id: { S: `t${id}` },
      schema_version: { N: '2' },
      status: { S: 'open' },
      queue: { S: 'inbox' },
      labels: { L: [{ S: 'a' }, { S: 'b' }] },
      first: { S: 'Ada' },
      last: { S: 'King Lovelace' },
      // what version 2 doesn't know is kept; what it knows and version 4 doesn't, it is given
      priority: { N: '1' },
      legacy: { S: 'none' },
      ...now,
    });
    expect(tickets.stored(ticket)?.version).toBe(2);
    expect(await tickets.get(key())).toEqual(ticket);
    expect(await deployed.get(key())).toMatchObject({ status: 'open', labels: ['a', 'b'], first: 'Ada' });
  });

  test('is stored likewise by putMany', async () => {
    for (const unconditional of [false, true]) {
      const [result] = await tickets.putMany([tickets.create({ ...key(), phase: 'open' })], { unconditional });
      expect(result?.status).toBe('fulfilled');
      expect(await stored()).toMatchObject({ schema_version: { N: '2' }, status: { S: 'open' } });
    }
  });

  test('is refused where the pinned version would lose something of it', async () => {
    const ticket = tickets.create({ ...key(), phase: 'open', labels: new Set(['a']), name: ' two  spaces ' });
    await tickets.insert(ticket);
    expect((await tickets.getOrFail(key())).name).toBe(' two  spaces ');
    id++;
    const lossy = tickets.create({ ...key(), phase: 'open' });
    Object.assign(lossy, { priority: undefined });
    expect((await rejected('MISSING_ATTRIBUTE', tickets.insert(lossy))).details.members).toEqual(['priority']);
  });

  test('never replaces an item of a version that this code does not know', async () => {
    await store({ schema_version: { N: '5' } });
    await rejected('NEWER_VERSION', tickets.put(tickets.create({ ...key(), phase: 'open' })));
    expect(await stored()).toMatchObject({ schema_version: { N: '5' } });
  });

  test('replaces one of the newest version, which is older than what the fence keeps out', async () => {
    await store({ schema_version: { N: '4' }, phase: { S: 'x' } });
    await tickets.put(tickets.create({ ...key(), phase: 'open' }));
    expect(await stored()).toMatchObject({ schema_version: { N: '2' }, status: { S: 'open' } });
  });
});

describe('save of a loaded entity', () => {
  test('changes what the change comes to in the pinned version, and nothing else', async () => {
    await store(second);
    const ticket = await tickets.getOrFail(key());
    ticket.phase = 'closed';
    await tickets.save(ticket);
    expect(await stored()).toEqual({ id: { S: `t${id}` }, ...second, status: { S: 'closed' } });
    ticket.labels = new Set(['c']);
    await tickets.save(ticket);
    expect(await stored()).toMatchObject({
      labels: { L: [{ S: 'c' }] },
      status: { S: 'closed' },
      legacy: { S: 'kept' },
    });
  });

  test('stores all that says it, where one attribute says what several did', async () => {
    await store({ ...second, first: { S: 'Ada Augusta' }, last: { S: 'King' } });
    const ticket = await tickets.getOrFail(key());
    ticket.name = 'Ada Augusta Byron';
    await tickets.save(ticket);
    expect((await tickets.getOrFail(key())).name).toBe('Ada Augusta Byron');
  });

  test('brings an older item up to the pinned version, and no further', async () => {
    await store({ state: { S: 'open' }, labels: { L: [] }, legacy: { S: 'kept' } });
    const ticket = await tickets.getOrFail(key());
    ticket.priority = 3;
    await tickets.save(ticket);
    expect(await stored()).toEqual({
      id: { S: `t${id}` },
      schema_version: { N: '2' },
      status: { S: 'open' },
      queue: { S: 'inbox' },
      labels: { L: [] },
      legacy: { S: 'kept' },
      priority: { N: '3' },
      ...now,
    });
  });

  test.each([
    [3, { status: { S: 'open' }, seen: { N: '4' } }],
    [4, { phase: { S: 'open' }, views: { N: '4' }, priority: { N: '2' } }],
  ])('brings an item of version %i down', async (from, item) => {
    await store({
      schema_version: { N: `${from}` },
      queue: { S: 'q' },
      labels: { SS: ['a'] },
      name: { S: 'Ada' },
      ...item,
    });
    const ticket = await tickets.getOrFail(key());
    ticket.queue = 'other';
    await tickets.save(ticket);
    expect(await stored()).toMatchObject({
      schema_version: { N: '2' },
      status: { S: 'open' },
      seen: { N: '4' },
      queue: { S: 'other' },
      labels: { L: [{ S: 'a' }] },
      first: { S: 'Ada' },
    });
    expect(await stored()).not.toHaveProperty('phase');
    expect(await tickets.get(key())).toEqual(ticket);
  });

  test('meets others who changed the same, and goes on over all else', async () => {
    await store(second);
    const [mine, theirs] = [await tickets.getOrFail(key()), await tickets.getOrFail(key())];
    const old = await deployed.getOrFail(key());
    old.labels = ['of', 'old', 'code'];
    await deployed.save(old);
    mine.phase = 'closed';
    await tickets.save(mine);
    expect(mine.labels).toEqual(new Set(['of', 'old', 'code']));
    theirs.phase = 'reopened';
    await rejected('CONFLICT', tickets.save(theirs));
    await tickets.save(theirs, { overwrite: true });
    expect(await deployed.get(key())).toMatchObject({ status: 'reopened', labels: ['of', 'old', 'code'] });
  });

  test('goes on after somebody else has stored another version', async () => {
    await store(second);
    const ticket = await tickets.getOrFail(key());
    await unpinned.put(await unpinned.getOrFail(key()));
    expect(await stored()).toMatchObject({ schema_version: { N: '4' } });
    ticket.phase = 'closed';
    await tickets.save(ticket);
    expect(await stored()).toMatchObject({ schema_version: { N: '2' }, status: { S: 'closed' }, first: { S: 'Ada' } });
  });

  test('sends nothing when nothing was changed, and nothing to a deleted item', async () => {
    await store(second);
    const ticket = await tickets.getOrFail(key());
    await tickets.save(ticket);
    expect(await stored()).toEqual({ id: { S: `t${id}` }, ...second });
    await tickets.delete(key());
    ticket.phase = 'closed';
    await rejected('NOT_FOUND', tickets.save(ticket));
    expect(await stored()).toBeUndefined();
  });

  test('knows the revision', async () => {
    const ticket = revised.create({ ...key(), phase: 'open' });
    await revised.insert(ticket);
    const [mine, theirs] = [await revised.getOrFail(key()), await revised.getOrFail(key())];
    theirs.queue = 'theirs';
    await revised.save(theirs);
    mine.phase = 'closed';
    await rejected('CONFLICT', revised.save(mine));
    expect(await stored('revised_tickets')).toMatchObject({ status: { S: 'open' }, queue: { S: 'theirs' } });
  });
});

describe('put of a loaded entity', () => {
  test('stores what was there, with what the changes come to', async () => {
    await store(second);
    const ticket = await tickets.getOrFail(key());
    ticket.phase = 'closed';
    await tickets.put(ticket);
    expect(await stored()).toEqual({ id: { S: `t${id}` }, ...second, status: { S: 'closed' } });
    await rejected(
      'CONFLICT',
      (async () => {
        const theirs = await unpinned.getOrFail(key());
        theirs.queue = 'theirs';
        await unpinned.put(theirs);
        await tickets.put(ticket);
      })(),
    );
  });
});

describe('update', () => {
  test('lands in the shape of the pinned version', async () => {
    await store({ ...second, seen: { N: '0.1' }, settings: { M: { sizes: { L: [{ N: '1' }] } } } });
    const ticket = await tickets.update(key(), {
      set: { phase: 'closed', 'settings.theme': 'dark' },
      add: { views: 1, labels: new Set(['c']) },
      remove: ['name'],
    });
    expect(ticket).toMatchObject({ phase: 'closed', labels: new Set(['a', 'b', 'c']) });
    expect(ticket.name).toBeUndefined();
    expect(await stored()).toEqual({
      id: { S: `t${id}` },
      schema_version: { N: '2' },
      status: { S: 'closed' },
      queue: { S: 'inbox' },
      labels: { L: [{ S: 'a' }, { S: 'b' }, { S: 'c' }] },
      seen: { N: '1.1' },
      settings: { M: { sizes: { L: [{ N: '1' }] }, theme: { S: 'dark' } } },
      legacy: { S: 'kept' },
      unknown: { N: '1.5' },
      ...now,
    });
  });

  test('upgrades and brings down on the way', async () => {
    await store({ state: { S: 'open' } });
    await tickets.update(key(), { set: { queue: 'q' } });
    expect(await stored()).toMatchObject({ schema_version: { N: '2' }, status: { S: 'open' }, queue: { S: 'q' } });
    id++;
    await store({ schema_version: { N: '4' }, phase: { S: 'open' }, queue: { S: 'q' }, priority: { N: '1' } });
    await tickets.update(key(), { add: { priority: 2 } });
    expect(await stored()).toMatchObject({ schema_version: { N: '2' }, status: { S: 'open' }, priority: { N: '3' } });
  });

  test('adds every time, whoever adds at the same time', async () => {
    await store(second);
    const adding = Array.from({ length: 6 }, () => tickets.update(key(), { add: { views: 1 } }));
    await Promise.all([...adding, deployed.update(key(), { add: { seen: 1 } })]);
    expect(await stored()).toMatchObject({ seen: { N: '7' } });
  });

  test('refuses what has no place, or another type', async () => {
    await store(second);
    const error = await rejected('MISSING_PARENT', tickets.update(key(), { set: { 'settings.theme': 'dark' } }));
    expect(error.details.paths).toEqual(['settings.theme']);
    await rejected('INVALID_ARGUMENT', tickets.update(key(), { add: { name: 1 } }));
    await rejected('NOT_FOUND', tickets.update({ id: 'absent' }, { set: { queue: 'q' } }));
  });
});

describe("a caller's condition", () => {
  const open = { attr: 'phase', eq: 'open' } as const;
  const closed = { attr: 'phase', eq: 'closed' } as const;

  test.each([1, 2, 3, 4])('is judged by the newest version on an item of version %i', async (from) => {
    const item: WireItem =
      from === 1 ? { state: { S: 'open' } } : from === 4 ? { phase: { S: 'open' } } : { status: { S: 'open' } };
    const put = () => store({ schema_version: { N: `${from}` }, queue: { S: 'q' }, priority: { N: '1' }, ...item });
    await put();
    const ticket = await tickets.getOrFail(key());
    ticket.queue = 'saved';
    await rejected('CONDITION_FAILED', tickets.save(ticket, { condition: closed }));
    await rejected('CONDITION_FAILED', tickets.put(ticket, { condition: closed }));
    await rejected('CONDITION_FAILED', tickets.put(tickets.create({ ...key(), phase: 'x' }), { condition: closed }));
    await rejected('CONDITION_FAILED', tickets.update(key(), { set: { queue: 'x' } }, { condition: closed }));
    await rejected('CONDITION_FAILED', tickets.delete(key(), { condition: closed }));
    expect(await stored()).toMatchObject({ schema_version: { N: `${from}` }, queue: { S: 'q' } });

    await tickets.save(ticket, { condition: open });
    expect(await stored()).toMatchObject({ schema_version: { N: '2' }, status: { S: 'open' }, queue: { S: 'saved' } });
    await put();
    await tickets.put(await tickets.getOrFail(key()), { condition: open });
    expect(await stored()).toMatchObject({ schema_version: { N: '2' }, status: { S: 'open' }, queue: { S: 'q' } });
    await put();
    await tickets.put(tickets.create({ ...key(), phase: 'new' }), { condition: open });
    expect(await stored()).toMatchObject({ schema_version: { N: '2' }, status: { S: 'new' } });
    await put();
    await tickets.update(key(), { set: { phase: 'closed' } }, { condition: open });
    expect(await stored()).toMatchObject({ schema_version: { N: '2' }, status: { S: 'closed' } });
    expect(await tickets.delete(key(), { condition: closed })).toBe(true);
    expect(await tickets.delete(key(), { condition: closed })).toBe(false);
  });

  test('speaks of what is stored now, not of what was loaded', async () => {
    await store(second);
    const ticket = await tickets.getOrFail(key());
    await deployed.update(key(), { set: { status: 'closed' } });
    ticket.queue = 'saved';
    await rejected('CONDITION_FAILED', tickets.save(ticket, { condition: open }));
    await tickets.save(ticket, { condition: closed });
    expect(await stored()).toMatchObject({ status: { S: 'closed' }, queue: { S: 'saved' } });
  });

  test('that nothing is there', async () => {
    const absent = { attr: 'phase', exists: false } as const;
    const ticket = tickets.create({ ...key(), phase: 'open' });
    await tickets.put(ticket, { condition: absent });
    await rejected('CONDITION_FAILED', tickets.put(tickets.create({ ...key(), phase: 'x' }), { condition: absent }));
    expect(await stored()).toMatchObject({ status: { S: 'open' } });
  });
});

describe('the pin', () => {
  test('is read at each write', async () => {
    const ticket = tickets.create({ ...key(), phase: 'open' });
    await tickets.insert(ticket);
    expect(await stored()).toMatchObject({ schema_version: { N: '2' } });
    version = undefined;
    ticket.queue = 'q';
    await tickets.save(ticket);
    expect(await stored()).toMatchObject({ schema_version: { N: '4' }, phase: { S: 'open' } });
    version = 3;
    ticket.queue = 'r';
    await tickets.save(ticket);
    expect(await stored()).toMatchObject({ schema_version: { N: '3' }, status: { S: 'open' } });
  });

  test("that isn't a version is refused at the write, before anything is sent", async () => {
    const ticket = tickets.create({ ...key(), phase: 'open' });
    version = 9;
    const error = await rejected('INVALID_WRITE_VERSION', tickets.insert(ticket));
    expect(error.details).toEqual({ class: 'Ticket', problem: 'is 9, above the version 4' });
    expect(await stored()).toBeUndefined();
  });

  test('refuses an index whose keys it does not write', async () => {
    const error = await rejected('INDEX_MAY_MISS_ITEMS', tickets.query({ index: 'by_phase', partition: 'open' }).all());
    expect(error.details).toEqual({ class: 'Ticket', index: 'by_phase', since: 4, floor: 2 });
    version = undefined;
    await tickets.query({ index: 'by_phase', partition: 'open' }).all();
    version = 2;
    await tickets.insert(tickets.create({ ...key(), phase: 'open', queue: `q${id}` }));
    expect(await tickets.query({ index: 'by_queue', partition: `q${id}` }).all()).toHaveLength(1);
  });

  test.each([['text'], [5], [null], [{}]])('is a Map or a function: %j', (writeVersion) => {
    const make = () => new Mapper({ client: engine.client, entities: [Ticket], writeVersion: writeVersion as never });
    expect(make).toThrow(/INVALID_ARGUMENT/);
  });

  test('names classes of the mapper', () => {
    const writeVersion = new Map([[TicketV2, 2]]);
    expect(() => new Mapper({ client: engine.client, entities: [Ticket], writeVersion })).toThrow(
      /not among the entities/,
    );
  });
});
