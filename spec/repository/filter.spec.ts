import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  Entity,
  isMapperError,
  type Item,
  Mapper,
  type MapperOptions,
  PartitionKey,
  type Repository,
  SortKey,
  Upgrade,
  Versioned,
  type WireItem,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { rejected } from '../errors/caught.js';
import { storeRaw } from '../support/raw-requests.js';
import { type RecordingClient, recordingClient } from '../support/recording-client.js';

@Entity({ table: 'tickets' })
@Versioned(3)
class Ticket {
  @PartitionKey() board!: string;
  @SortKey() at!: number;
  @Attribute({ name: 'ticket_state' }) state!: string;
  @Attribute({ optional: true }) title?: string;
  @Attribute({ type: 'date', optional: true }) due?: Date;

  @Upgrade(1, 2, 'renamed state')
  static renamed(item: Item): void {
    item.ticket_state = item.state;
    delete item.state;
  }
  @Upgrade(2, 3, 'states in small letters')
  static small(item: Item): void {
    if (item.fails) throw new Error('broken');
    if (item.spoils) item.title = new Date(0);
    item.ticket_state = String(item.ticket_state).toLowerCase();
  }
}

let engine: EmbeddedEngine;
let recording: RecordingClient;
let tickets: Repository<Ticket>;
const mapperOf = (options: Partial<MapperOptions> = {}) =>
  new Mapper({ client: recording.client, entities: [Ticket], ...options });

beforeAll(async () => {
  engine = await startEmbeddedEngine();
  recording = recordingClient(engine.client);
  await mapperOf().createTables();
});
afterAll(() => engine.close());

let board = '';
let count = 0;
beforeEach(() => {
  board = `board ${++count}`;
  tickets = mapperOf().repository(Ticket);
  recording.reset();
});

const store = (at: number, version: number | undefined, attributes: WireItem) =>
  storeRaw(engine.endpoint, 'tickets', {
    board: { S: board },
    at: { N: `${at}` },
    ...(version !== undefined && { schema_version: { N: `${version}` } }),
    ...attributes,
  });

/** Tickets of every version, the even ones open. */
async function storeMixed(): Promise<void> {
  await store(0, undefined, { state: { S: 'OPEN' } });
  await store(1, 1, { state: { S: 'CLOSED' } });
  await store(2, 2, { ticket_state: { S: 'Open' } });
  await store(3, 2, { ticket_state: { S: 'Closed' } });
  await store(4, 3, { ticket_state: { S: 'open' } });
  await store(5, 3, { ticket_state: { S: 'closed' } });
}

const open = { attr: 'state', eq: 'open' } as const;
const places = (found: readonly Ticket[]) => found.map((one) => one.at);
const inputs = () => recording.sent.map(({ input }) => input as unknown as Record<string, unknown>);

describe('a filter', () => {
  test('speaks of the newest form of each item, whatever its version', async () => {
    await storeMixed();
    expect(places(await tickets.query({ partition: board, filter: open }).all())).toEqual([0, 2, 4]);
    expect(places(await tickets.query({ partition: board, filter: { not: open } }).all())).toEqual([1, 3, 5]);
    expect(await tickets.query({ partition: board, filter: open }).count()).toBe(3);
    const scanned = await tickets.scan({ filter: { and: [open, { attr: 'board', eq: board }] } }).all();
    expect(new Set(places(scanned))).toEqual(new Set([0, 2, 4]));
    expect(scanned).toHaveLength(3);
  });

  test('is asked of the server together with all that is of another version, or of none', async () => {
    await tickets.query({ partition: board, filter: open }).all();
    expect(inputs()).toMatchObject([{ FilterExpression: expect.stringMatching(/^\(#c1 = :c1\) OR \(#c2 <> :c2\)$/) }]);
    expect(inputs()[0]).toMatchObject({
      ExpressionAttributeNames: { '#c1': 'ticket_state', '#c2': 'schema_version' },
      ExpressionAttributeValues: { ':c1': { S: 'open' }, ':c2': { N: '3' } },
    });
  });

  test('does not hide an item of newer code, which it can not judge', async () => {
    await storeMixed();
    await store(6, 4, { phase: { S: 'open' } });
    const error: unknown = await tickets
      .query({ partition: board, filter: open })
      .all()
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'NEWER_VERSION', details: { key: { at: 6 } }, cursor: expect.any(String) });
    await expect(tickets.query({ partition: board, filter: open }).count()).rejects.toMatchObject({
      code: 'NEWER_VERSION',
    });
    const skipping = mapperOf({ onUpgradeFailure: 'skip' }).repository(Ticket);
    expect(places(await skipping.query({ partition: board, filter: open }).all())).toEqual([0, 2, 4]);
    expect(await skipping.query({ partition: board, filter: open }).count()).toBe(3);
  });

  test('fails where an upgrade does, with the cursor that goes on after the item', async () => {
    await storeMixed();
    await store(1, 2, { ticket_state: { S: 'open' }, fails: { BOOL: true } });
    const seen: number[] = [];
    const failed: unknown[] = [];
    for (let cursor: string | undefined, turn = 0; turn === 0 || cursor !== undefined; turn++) {
      try {
        for await (const one of tickets.query({ partition: board, filter: open, pageSize: 2, cursor }))
          seen.push(one.at);
        cursor = undefined;
      } catch (error) {
        if (!isMapperError(error, 'UPGRADE_FAILED')) throw error;
        failed.push(error.details.key['at']);
        ({ cursor } = error);
      }
    }
    expect(seen).toEqual([0, 2, 4]);
    expect(failed).toEqual([1]);
  });

  test('takes what an upgrade made and no engine stores for the failure of that upgrade', async () => {
    await storeMixed();
    await store(1, 1, { state: { S: 'open' }, spoils: { BOOL: true } });
    const filter = { attr: 'title', exists: false } as const;
    const failed = await rejected('UPGRADE_FAILED', tickets.query({ partition: board, filter }).all());
    expect(failed).toMatchObject({
      details: { entity: 'Ticket', key: { board, at: 1 }, from: 1, to: 3, method: 'Ticket.renamed, Ticket.small' },
      cause: { code: 'UNSUPPORTED_VALUE' },
      cursor: expect.any(String),
    });
    const skipping = mapperOf({ onUpgradeFailure: 'skip' }).repository(Ticket);
    expect(places(await skipping.query({ partition: board, filter }).all())).toEqual([0, 2, 3, 4, 5]);
    expect(await skipping.query({ partition: board, filter }).count()).toBe(5);
    // other tests scan the table
    await tickets.delete({ board, at: 1 });
  });

  test('does not make an entity of what it turns down', async () => {
    await store(0, 2, { ticket_state: { S: 'closed' }, due: { BOOL: true } });
    await store(1, 2, { ticket_state: { S: 'open' } });
    expect(places(await tickets.query({ partition: board, filter: open }).all())).toEqual([1]);
    await expect(tickets.query({ partition: board }).all()).rejects.toMatchObject({ code: 'ATTRIBUTE_TYPE' });
  });

  test('counts the characters of a text alike in items of every version', async () => {
    await store(0, 2, { ticket_state: { S: 'x' }, title: { S: 'größe' } });
    await store(1, 3, { ticket_state: { S: 'x' }, title: { S: 'größe' } });
    await store(2, 3, { ticket_state: { S: 'x' }, title: { S: 'sechs!' } });
    expect(places(await tickets.query({ partition: board, filter: { size: 'title', eq: 5 } }).all())).toEqual([0, 1]);
    expect(places(await tickets.query({ partition: board, filter: { not: { size: 'title', eq: 5 } } }).all())).toEqual([
      2,
    ]);
    // engines disagree: so none is believed
    const [first] = inputs();
    expect(first?.['FilterExpression']).toMatch(/attribute_type/);
  });

  test('can not speak of a key of what is queried, which engines refuse', async () => {
    const filter = { or: [open, { attr: 'at', gt: 1 }] } as const;
    await expect(tickets.query({ partition: board, filter }).all()).rejects.toMatchObject({
      code: 'INVALID_CONDITION',
      message: expect.stringContaining('Ticket: filter names at, a key of what is queried'),
    });
    const skipping = mapperOf({ onUpgradeFailure: 'skip' }).repository(Ticket);
    await expect(skipping.scan({ filter }).all()).resolves.toBeInstanceOf(Array);
  });

  test('names that key as the class does', async () => {
    @Entity({ table: 'named' })
    @Versioned(1)
    class Named {
      @PartitionKey({ name: 'pk' }) id!: string;
    }
    const named = new Mapper({ client: recording.client, entities: [Named] }).repository(Named);
    const error = await rejected(
      'INVALID_CONDITION',
      named.query({ partition: 'a', filter: { attr: 'id', eq: 'a' } }).all(),
    );
    expect(error.details.problem).toContain('names id, a key of what is queried');
  });

  test('is refused before anything is sent if it is more than engines take', async () => {
    const filter = { or: Array.from({ length: 200 }, () => open) };
    await expect(tickets.scan({ filter }).all()).rejects.toMatchObject({
      code: 'INVALID_CONDITION',
      message: expect.stringContaining('4,096 bytes and 300 operators'),
    });
    expect(recording.sent).toEqual([]);
  });

  test('belongs to the query: a cursor of another filter is refused', async () => {
    await storeMixed();
    const { cursor } = await tickets.query({ partition: board, filter: open, limit: 1 }).page();
    expect(places((await tickets.query({ partition: board, filter: open, limit: 1, cursor }).page()).items)).toEqual([
      2,
    ]);
    await expect(tickets.query({ partition: board, filter: { not: open }, cursor }).page()).rejects.toMatchObject({
      code: 'INVALID_CURSOR',
    });
    await expect(tickets.query({ partition: board, cursor }).page()).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
  });

  test('leaves write-back what it was', async () => {
    await storeMixed();
    await tickets.query({ partition: board, filter: open, writeBack: 'inline' }).all();
    recording.reset();
    expect(places(await tickets.query({ partition: board, filter: open, writeBack: 'inline' }).all())).toEqual([
      0, 2, 4,
    ]);
    // what was turned down is stale still
    expect(recording.of('UpdateItem')).toEqual([]);
    const versions = (await tickets.query({ partition: board }).all()).map((one) => tickets.stored(one)?.version);
    expect(versions).toEqual([3, 1, 3, 2, 3, 3]);
  });
});

describe('a count', () => {
  test('lets the engine count where all is of the newest version', async () => {
    for (let at = 0; at < 5; at++) await store(at, 3, { ticket_state: { S: 'open' } });
    expect(await tickets.query({ partition: board }).count()).toBe(5);
    expect(await tickets.query({ partition: board, limit: 3 }).count()).toBe(3);
    expect(await tickets.query({ partition: board, pageSize: 2 }).count()).toBe(5);
    expect(new Set(inputs().map((input) => input['Select']))).toEqual(new Set(['COUNT']));
  });

  test('looks at items of other versions alone', async () => {
    await storeMixed();
    expect(await tickets.query({ partition: board, pageSize: 2 }).count()).toBe(6);
    // the first page has something stale: from then on the stale items come along
    const selected = inputs().map(({ Select, FilterExpression }) => [Select, FilterExpression]);
    const isOther = expect.stringMatching(/^#c1 <> :c1$/);
    expect(selected.slice(0, 2)).toEqual([
      ['COUNT', isOther],
      [undefined, isOther],
    ]);
    expect(selected.slice(2).every(([select]) => select === undefined)).toBe(true);
  });

  test('counts with a filter in one pass', async () => {
    await storeMixed();
    expect(await tickets.query({ partition: board, filter: open }).count()).toBe(3);
    expect(await tickets.query({ partition: board, filter: open, limit: 2 }).count()).toBe(2);
    expect(recording.sent).toHaveLength(2);
  });
});

test('a request that fails says where to go on: with the very page', async () => {
  await storeMixed();
  let left = 2;
  recording.before = () => {
    if (left-- === 0) throw new Error('the engine went away');
  };
  const seen: number[] = [];
  const loop = async () => {
    for await (const one of tickets.query({ partition: board, filter: open, pageSize: 2 })) seen.push(one.at);
  };
  const error: unknown = await loop().catch((reason: unknown) => reason);
  expect(seen).toEqual([0, 2]);
  expect(error).toMatchObject({ code: 'REQUEST_FAILED', cursor: expect.any(String) });
  const { cursor } = error as { cursor: string };
  expect(places(await tickets.query({ partition: board, filter: open, pageSize: 2, cursor }).all())).toEqual([4]);
});

describe('a class whose items never had a version', () => {
  @Entity({ table: 'plain_tickets' })
  @Versioned(2, { initial: 2 })
  class Plain {
    @PartitionKey() id!: string;
    @Attribute() state!: string;
  }

  test('has its filters judged where the version is absent', async () => {
    const mapper = new Mapper({ client: engine.client, entities: [Plain] });
    await mapper.createTables();
    const plain = mapper.repository(Plain);
    await storeRaw(engine.endpoint, 'plain_tickets', { id: { S: 'a' }, state: { S: 'open' } });
    await storeRaw(engine.endpoint, 'plain_tickets', { id: { S: 'b' }, state: { S: 'closed' } });
    await plain.put(plain.create({ id: 'c', state: 'open' }));
    const found = await plain.scan({ filter: { attr: 'state', eq: 'open' } }).all();
    expect(found.map((one) => one.id).toSorted()).toEqual(['a', 'c']);
    expect(await plain.scan({ filter: { attr: 'state', eq: 'open' } }).count()).toBe(2);
    expect(await plain.scan().count()).toBe(3);
  });
});
