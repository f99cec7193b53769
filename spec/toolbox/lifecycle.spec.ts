import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Mapper, type MapperOptions, rename, setDefault, steps, within } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { date, defineEntity, downgrade, upgrade } from 'dynamo-evolve/toolbox';
import { item, list, map, number, set, string } from 'dynamodb-toolbox';
import { modelOf } from '../../lib/hydration/model-of.js';
import { checkSchema } from '../../lib/schema/check-schema.js';
import { updateLock } from '../../lib/schema/update-lock.js';
import { rejected } from '../errors/caught.js';
import { readStored, storeRaw } from '../support/raw-requests.js';

/** The release before: version 2. */
const OldTicket = defineEntity({
  name: 'Ticket',
  table: 'tickets',
  version: 2,
  schema: item({
    id: string().key(),
    state: string().enum('open', 'closed'),
    author: map({ fullName: string().savedAs('full_name') }),
    labels: list(string()).optional(),
  }),
  upgrades: [upgrade(1, 2, 'renamed the author', steps(within('author', rename('name', 'full_name'))))],
  updatedAt: 'changed',
  revision: 'revision',
});

/** The release of today: version 3. */
const Ticket = defineEntity({
  name: 'Ticket',
  table: 'tickets',
  version: 3,
  schema: item({
    id: string().key(),
    state: string().enum('open', 'closed'),
    author: map({ fullName: string().savedAs('full_name'), since: date('epochSeconds').optional() }),
    labels: set(string()).optional(),
    priority: number().enum(1, 2, 3),
  }),
  upgrades: [
    upgrade(1, 2, 'renamed the author', steps(within('author', rename('name', 'full_name')))),
    upgrade(2, 3, { description: 'labels are a set', reads: ['labels', 'priority'] }, (stored) => {
      if (Array.isArray(stored['labels'])) stored['labels'] = new Set(stored['labels']);
      stored['priority'] ??= 2;
    }),
  ],
  downgrades: [
    downgrade(3, 2, (stored) => {
      if (stored['labels'] instanceof Set) stored['labels'] = [...(stored['labels'] as Set<string>)];
      delete stored['priority'];
    }),
  ],
  updatedAt: 'changed',
  revision: 'revision',
});

let engine: EmbeddedEngine;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
});
afterAll(() => engine.close());

let tablePrefix = '';
let runs = 0;
const mapperOf = (target: typeof Ticket | typeof OldTicket, options: Partial<MapperOptions> = {}) =>
  new Mapper({ client: engine.client, entities: [target], tablePrefix, ...options });
const stored = (id = 't') => readStored(engine.endpoint, `${tablePrefix}tickets`, { id: { S: id } });
const first = {
  state: { S: 'open' },
  author: { M: { name: { S: 'Ada' }, since: { N: '5' }, login: { S: 'ada' } } },
  labels: { L: [{ S: 'a' }, { S: 'b' }] },
};
const store = (more: object, id = 't') =>
  storeRaw(engine.endpoint, `${tablePrefix}tickets`, { id: { S: id }, ...first, ...more });

beforeEach(async () => {
  tablePrefix = `l${(runs += 1)}_`;
  await mapperOf(Ticket).createTables();
});

describe('an item of version 1', () => {
  beforeEach(() => store({}));
  const newest = { state: 'open', labels: new Set(['a', 'b']), priority: 2 };

  test('is read by every call', async () => {
    const tickets = mapperOf(Ticket).repository(Ticket);
    const expected = { ...newest, author: { fullName: 'Ada', since: new Date(5000) } };
    expect(await tickets.getOrFail({ id: 't' })).toMatchObject(expected);
    const filters = [
      { attr: 'author.fullName', eq: 'Ada' },
      { attr: 'author.since', between: [new Date(4000), new Date(6000)] },
      { attr: 'labels', contains: 'b' },
      { attr: 'priority', in: [2, 3] },
      { size: 'labels', eq: 2 },
    ] as const;
    for (const filter of filters) expect(await tickets.scan({ filter }).all()).toMatchObject([expected]);
    expect(await tickets.scan({ filter: { attr: 'author.fullName', beginsWith: 'B' } }).count()).toBe(0);
    expect(await tickets.query({ partition: 't', attributes: ['author'] }).all()).toMatchObject([
      { author: expected.author },
    ]);
  });

  test('is saved in the newest version, and loses nothing', async () => {
    const tickets = mapperOf(Ticket).repository(Ticket);
    const ticket = await tickets.getOrFail({ id: 't' });
    ticket.author.fullName = 'Ada L.';
    await tickets.save(ticket);
    expect(await stored()).toMatchObject({
      author: { M: { full_name: { S: 'Ada L.' }, since: { N: '5' }, login: { S: 'ada' } } },
      labels: { SS: ['a', 'b'] },
      priority: { N: '2' },
      schema_version: { N: '3' },
    });
  });

  test('is written back', async () => {
    const tickets = mapperOf(Ticket, { writeBack: 'inline' }).repository(Ticket);
    await tickets.get({ id: 't' });
    expect(await stored()).toMatchObject({ schema_version: { N: '3' }, labels: { SS: ['a', 'b'] } });
  });

  test('is counted and swept', async () => {
    await store({ schema_version: { N: '2' }, author: { M: { full_name: { S: 'Bob' } } } }, 'u');
    const tickets = mapperOf(Ticket).repository(Ticket);
    const versions = async () => (await tickets.census()).versions.map(({ count, version }) => [version, count]);
    expect(await versions()).toEqual([
      [1, 1],
      [2, 1],
    ]);
    const sweep = tickets.sweep();
    for await (const progress of sweep) expect(progress).toBeDefined();
    expect(await versions()).toEqual([[3, 2]]);
    expect(await tickets.scan().all()).toHaveLength(2);
  });
});

describe('a rollout', () => {
  test('new code stores the old version until all code is new, and old code refuses the new one', async () => {
    let version: number | undefined = 2;
    const fresh = mapperOf(Ticket, { writeVersion: () => version }).repository(Ticket);
    const old = mapperOf(OldTicket).repository(OldTicket);
    await fresh.insert(
      fresh.create({ id: 't', state: 'open', author: { fullName: 'Ada' }, labels: new Set(['a']), priority: 2 }),
    );
    expect(await stored()).toMatchObject({ schema_version: { N: '2' }, labels: { L: [{ S: 'a' }] } });
    const ticket = await old.getOrFail({ id: 't' });
    expect(ticket.labels).toEqual(['a']);
    ticket.labels?.push('b');
    await old.save(ticket);
    expect((await fresh.getOrFail({ id: 't' })).labels).toEqual(new Set(['a', 'b']));
    version = undefined;
    await fresh.update({ id: 't' }, { set: { priority: 3 } });
    expect(await stored()).toMatchObject({ schema_version: { N: '3' }, labels: { SS: ['a', 'b'] } });
    await rejected('NEWER_VERSION', old.get({ id: 't' }));
    ticket.state = 'closed';
    await rejected('NEWER_VERSION', old.save(ticket));
  });
});

describe('the lock', () => {
  const check = (target: typeof Ticket | typeof OldTicket, lock = updateLock(undefined, [modelOf(OldTicket)])) =>
    checkSchema({ classes: [target], lock, samplesOf: () => undefined })
      .map(({ code }) => code)
      .filter((code) => code !== 'SAMPLE_MISSING');

  test('knows the versions of a defined class, and finds a change without a version', () => {
    expect(check(OldTicket)).toEqual([]);
    expect(check(Ticket)).toEqual(['LOCK_OUTDATED']);
    expect(check(Ticket, updateLock(undefined, [modelOf(Ticket)]))).toEqual([]);
    const Changed = defineEntity({
      name: 'Ticket',
      table: 'tickets',
      version: 2,
      schema: item({ ...OldTicket.schema.attributes, labels: set(string()).optional() }),
      upgrades: [upgrade(1, 2, 'renamed the author', steps(within('author', rename('name', 'full_name'))))],
      updatedAt: 'changed',
      revision: 'revision',
    });
    expect(check(Changed as never)).not.toEqual([]);
  });
});

// oxlint-disable unicorn/no-thenable -- a name like any other
describe('hostile items', () => {
  const names = ['constructor', 'toString', 'hasOwnProperty', 'then', 'a.b', '#x', 'S'] as const;
  const Hostile = defineEntity({
    name: 'Hostile',
    table: 'hostile',
    version: 2,
    schema: item({
      id: string().key(),
      then: number().optional(),
      'a.b': string().optional(),
      inner: map({
        constructor: string().optional(),
        toString: string().optional(),
        hasOwnProperty: string().optional(),
        then: string().optional(),
        'a.b': string().optional(),
        '#x': string().optional(),
        S: string().optional(),
      }),
    }),
    upgrades: [upgrade(1, 2, 'x', steps(setDefault('then', 1)))],
  });

  test('names are data, and what is missing is missing', async () => {
    const mapper = new Mapper({ client: engine.client, entities: [Hostile] });
    await mapper.createTables();
    const all = mapper.repository(Hostile);
    await storeRaw(engine.endpoint, 'hostile', { id: { S: 'empty' }, inner: { M: {} } });
    const empty = await all.getOrFail({ id: 'empty' });
    expect(Object.keys(empty.inner)).toEqual([]);
    const inner = Object.fromEntries(names.map((name) => [name, `value of ${name}`])) as typeof empty.inner;
    const full = { id: 'full', then: 2, 'a.b': 'y', inner };
    await all.insert(all.create(full));
    expect({ ...(await all.getOrFail({ id: 'full' })) }).toEqual(full);
    for (const name of names) {
      const attr = `inner['${name}']` as const;
      expect(await all.scan({ filter: { attr, eq: `value of ${name}` } }).count()).toBe(1);
    }
    await all.update({ id: 'empty' }, { set: { "inner['constructor']": 'set' } });
    expect((await all.getOrFail({ id: 'empty' })).inner.constructor).toBe('set');
  });

  test.each([
    ['a string for a map', { inner: { S: 'x' } }],
    ['a list for a map', { inner: { L: [] } }],
    ['a number for a member', { inner: { M: { then: { N: '1' } } } }],
    ['null for a member', { inner: { M: { then: { NULL: true } } } }],
    ['text for a number', { inner: { M: {} }, then: { S: '1' } }],
  ])('%s is an error that names the attribute', async (_what, more) => {
    const mapper = new Mapper({ client: engine.client, entities: [Hostile], tablePrefix });
    await mapper.createTables();
    await storeRaw(engine.endpoint, `${tablePrefix}hostile`, { id: { S: 'h' }, ...more });
    const { details } = await rejected('ATTRIBUTE_TYPE', mapper.repository(Hostile).get({ id: 'h' }));
    expect(Object.keys(more)).toContain(details.attribute);
    const lenient = new Mapper({ client: engine.client, entities: [Hostile], tablePrefix, onTypeMismatch: 'keep' });
    const kept = await lenient.repository(Hostile).getOrFail({ id: 'h' });
    // what was kept is stored again as it was
    await lenient.repository(Hostile).put(kept);
    expect(await readStored(engine.endpoint, `${tablePrefix}hostile`, { id: { S: 'h' } })).toMatchObject(more);
  });
});
