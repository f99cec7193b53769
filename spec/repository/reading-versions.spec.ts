import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  Entity,
  type Item,
  Mapper,
  PartitionKey,
  type Repository,
  SortKey,
  Upgrade,
  Versioned,
  type WireItem,
  type WireValue,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { Session } from '../../entities/session.js';
import { readRaw, storeRaw } from '../support/raw-requests.js';
import { sampleDocument } from '../support/sample-documents.js';

@Entity({ table: 'entries' })
@Versioned(3, { floor: 2 })
class Entry {
  @PartitionKey() log!: string;
  @SortKey() at!: number;
  @Attribute() text!: string;

  @Upgrade(2, 3)
  static shout(item: Item): void {
    item['text'] = String(item['text']).toUpperCase();
  }
}

let engine: EmbeddedEngine;
let mapper: Mapper;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
  mapper = new Mapper({ client: engine.client, entities: [Session] });
  await mapper.createTables();
});
afterAll(() => engine.close());

describe('a stored session of version 1', () => {
  const { wire, text } = sampleDocument('session/v1-abc-123');
  const key = { session_id: 'abc-123' };
  const reads: [string, () => Promise<(Session | undefined)[]>][] = [
    ['get', async () => [await mapper.repository(Session).get(key)]],
    ['getOrFail', async () => [await mapper.repository(Session).getOrFail(key)]],
    ['getMany', () => mapper.repository(Session).getMany([key])],
    ['query', () => mapper.repository(Session).query({ partition: 'abc-123' }).all()],
    ['query of an index', () => mapper.repository(Session).query({ index: 'by_user', partition: 'user-456' }).all()],
    ['scan', () => mapper.repository(Session).scan().all()],
    ['scan of an index', () => mapper.repository(Session).scan({ index: 'by_user' }).all()],
    ['hydrate', async () => [mapper.repository(Session).hydrate(wire)]],
    ['hydrate of what a stream hands out, as JSON', async () => [mapper.repository(Session).hydrate(JSON.parse(text))]],
  ];

  test.each(reads)('comes back from %s as a Session of version 3, and stays stored as it was', async (_call, read) => {
    await storeRaw(engine.endpoint, 'chat_sessions', text);
    const before = await readRaw(engine.endpoint, 'chat_sessions', { session_id: { S: 'abc-123' } });

    const found = await read();
    expect(found).toHaveLength(1);
    const [session] = found as [Session];
    expect(session).toBeInstanceOf(Session);
    expect(session).toEqual({
      session_id: 'abc-123',
      user_id: 'user-456',
      title: 'Build fails on CI only',
      session_state: 'open',
      blueprint: 'devassist',
      tags: new Set(['ci', 'typescript', 'build']),
      created_at: new Date('2024-03-01T09:15:00.000Z'),
      updated_at: new Date('2024-03-01T10:02:41.318Z'),
    });
    expect(await readRaw(engine.endpoint, 'chat_sessions', { session_id: { S: 'abc-123' } })).toBe(before);
  });
});

let tables = 0;
const mapperOfEntries = () => new Mapper({ client: engine.client, entities: [Entry] }).repository(Entry);

type Entries = Repository<Entry>;
const [log, at] = ['a', 5];
const good: WireItem = { log: { S: log }, at: { N: '0' }, text: { S: 'good' }, schema_version: { N: '3' } };

/** Every call that can read an entry; the entry at 0 is good, the one at 5 is not. */
const calls: [string, (entries: Entries, wire: WireItem) => unknown][] = [
  ['get', (entries) => entries.get({ log, at })],
  ['getOrFail', (entries) => entries.getOrFail({ log, at })],
  [
    'getMany',
    (entries) =>
      entries.getMany([
        { log, at: 0 },
        { log, at },
      ]),
  ],
  ['query', (entries) => entries.query({ partition: log }).all()],
  ['query, first', (entries) => entries.query({ partition: log, range: at }).first()],
  ['query, count', (entries) => entries.query({ partition: log }).count()],
  ['query, page', (entries) => entries.query({ partition: log }).page()],
  ['query, pages', (entries) => entries.query({ partition: log }).pages().next()],
  ['query, iteration', (entries) => entries.query({ partition: log, range: at })[Symbol.asyncIterator]().next()],
  ['scan', (entries) => entries.scan().all()],
  ['hydrate', (entries, wire) => entries.hydrate(wire)],
];

const refused: [string, WireValue | undefined, string, object][] = [
  ['text, "2"', { S: '2' }, 'INVALID_VERSION', { attribute: 'schema_version', found: 'a string' }],
  ['2.5', { N: '2.5' }, 'INVALID_VERSION', { found: 'the number 2.5' }],
  ['-1', { N: '-1' }, 'INVALID_VERSION', { found: 'the number -1' }],
  ['0', { N: '0' }, 'INVALID_VERSION', { found: 'the number 0' }],
  ['null', { NULL: true }, 'INVALID_VERSION', { found: 'null' }],
  ['10^12', { N: '1000000000000' }, 'INVALID_VERSION', { found: 'the number 1000000000000' }],
  ['10^30', { N: '1E+30' }, 'INVALID_VERSION', {}],
  ['true', { BOOL: true }, 'INVALID_VERSION', {}],
  ['bytes', { B: 'Ag==' }, 'INVALID_VERSION', {}],
  ['a set', { NS: ['3'] }, 'INVALID_VERSION', {}],
  ['a list', { L: [{ N: '3' }] }, 'INVALID_VERSION', {}],
  ['a map', { M: { N: { N: '3' } } }, 'INVALID_VERSION', {}],
  ['99', { N: '99' }, 'NEWER_VERSION', { version: 99, newest: 3 }],
  ['4', { N: '4' }, 'NEWER_VERSION', { version: 4, newest: 3 }],
  ['999999999', { N: '999999999' }, 'NEWER_VERSION', { version: 999_999_999, newest: 3 }],
  ['1, below the floor', { N: '1' }, 'TOO_OLD_VERSION', { version: 1, floor: 2 }],
  ['absent, which is 1, below the floor', undefined, 'TOO_OLD_VERSION', { version: 1, floor: 2 }],
];

describe.each(refused)('an item whose version is %s', (_what, version, code, details) => {
  const bad: WireItem = { ...good, at: { N: '5' }, ...(version && { schema_version: version }) };
  if (!version) delete (bad as { schema_version?: WireValue }).schema_version;
  let entries: Entries;
  beforeAll(async () => {
    const tablePrefix = `${++tables}_`;
    const own = new Mapper({ client: engine.client, entities: [Entry], tablePrefix });
    await own.createTables();
    for (const item of [good, bad]) await storeRaw(engine.endpoint, `${tablePrefix}entries`, item);
    entries = own.repository(Entry);
  });

  test.each(calls)(`is refused with ${code}, naming the item, by %s`, async (_call, call) => {
    const error: unknown = await Promise.resolve(bad)
      .then((wire) => call(entries, wire))
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, details: { entity: 'Entry', key: { log, at }, ...details } });
    expect((error as Error).message).toContain("{ log: 'a', at: 5 }");
  });

  test('does not keep a good neighbour from being read', async () => {
    expect(await entries.get({ log, at: 0 })).toEqual({ log, at: 0, text: 'good' });
    expect(await entries.getMany([{ log, at: 0 }])).toHaveLength(1);
    expect(await entries.query({ partition: log, range: { lt: at } }).all()).toHaveLength(1);
  });
});

test("a plain item isn't a wire item: its version is not taken for one", () => {
  const entries = mapperOfEntries();
  const plain = { ...good, schema_version: 3 } as unknown as WireItem;
  expect(() => entries.hydrate(plain)).toThrow(expect.objectContaining({ code: 'INVALID_VERSION' }));
});

test.each([
  ['3', 'text'],
  ['3.0', 'text'],
  ['0.3E+1', 'text'],
  ['2', 'TEXT'],
  ['2.00', 'TEXT'],
])('a version is a number whatever its notation: %s', (version, expected) => {
  const entry = mapperOfEntries().hydrate({ ...good, text: { S: 'text' }, schema_version: { N: version } });
  expect(entry.text).toBe(expected);
});
