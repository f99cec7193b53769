import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  Entity,
  Index,
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
import { readStored, sendRaw, storeRaw } from '../support/raw-requests.js';
import { type RecordingClient, recordingClient } from '../support/recording-client.js';

class EntryUpgrades {
  @Upgrade(1, 2, 'owners in small letters, ranks from 0, no bin for what is archived')
  static small(item: Item): void {
    if (typeof item.owner === 'string') item.owner = item.owner.toLowerCase();
    if (typeof item.rank === 'number') item.rank -= 1;
    if (item.archived) delete item.bin;
  }
}

@Entity({ table: 'entries' })
@Versioned(2, { upgrades: EntryUpgrades })
@Index('by_owner', { partitionKey: 'owner', sortKey: 'rank' })
@Index('by_rank', { sortKey: 'rank' })
@Index('by_bin', { partitionKey: 'bin' })
class Entry {
  @PartitionKey() book!: string;
  @SortKey() at!: number;
  @Attribute({ optional: true }) owner?: string;
  @Attribute({ optional: true }) rank?: number;
  @Attribute({ optional: true }) bin?: string;
  @Attribute({ optional: true }) title?: string;
  @Attribute({ optional: true }) body?: string;
}

let engine: EmbeddedEngine;
let recording: RecordingClient;
const mapperOf = (options: Partial<MapperOptions> = {}) =>
  new Mapper({ client: recording.client, entities: [Entry], ...options });

const keysOf = (...names: string[]) =>
  names.map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? 'HASH' : 'RANGE' }));

/** A table whose indexes hold keys alone, some attributes, or all, as somebody else has made it. */
async function createTable(name: string, projection: object): Promise<void> {
  const schema = {
    TableName: name,
    KeySchema: keysOf('book', 'at'),
    AttributeDefinitions: [
      ...['book', 'owner', 'bin'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      ...['at', 'rank'].map((AttributeName) => ({ AttributeName, AttributeType: 'N' })),
    ],
    BillingMode: 'PAY_PER_REQUEST',
    GlobalSecondaryIndexes: [
      { IndexName: 'by_owner', KeySchema: keysOf('owner', 'rank'), Projection: projection },
      { IndexName: 'by_bin', KeySchema: keysOf('bin'), Projection: projection },
    ],
    LocalSecondaryIndexes: [{ IndexName: 'by_rank', KeySchema: keysOf('book', 'rank'), Projection: projection }],
  };
  await sendRaw(engine.endpoint, 'CreateTable', JSON.stringify(schema));
}

beforeAll(async () => {
  engine = await startEmbeddedEngine();
  recording = recordingClient(engine.client);
  await createTable('all_entries', { ProjectionType: 'ALL' });
  await createTable('keys_entries', { ProjectionType: 'KEYS_ONLY' });
  await createTable('some_entries', { ProjectionType: 'INCLUDE', NonKeyAttributes: ['schema_version', 'title'] });
}, 30_000);
afterAll(() => engine.close());

let book = '';
let count = 0;
beforeEach(() => {
  book = `book ${++count}`;
  recording.reset();
});

const store = (prefix: string, at: number, attributes: WireItem) =>
  storeRaw(engine.endpoint, `${prefix}entries`, { book: { S: book }, at: { N: `${at}` }, ...attributes });
const current = { schema_version: { N: '2' } };
const stale = { schema_version: { N: '1' } };

async function storeEntries(prefix: string): Promise<Repository<Entry>> {
  const owner = { S: `${book} ada` };
  await store(prefix, 0, { ...current, owner, rank: { N: '0' }, title: { S: 'zero' }, body: { S: 'Zero' } });
  await store(prefix, 1, { ...stale, owner, rank: { N: '2' }, title: { S: 'one' }, body: { S: 'One' } });
  await store(prefix, 2, { ...current, owner, rank: { N: '3' }, title: { S: 'two' }, body: { S: 'Two' } });
  return mapperOf({ tablePrefix: prefix }).repository(Entry);
}
const titles = (found: readonly Pick<Entry, 'title'>[]) => found.map((one) => one.title);
const operations = () => recording.sent.map((one) => one.operation);
const byOwner = () => ({ index: 'by_owner', partition: `${book} ada` });

describe('what an index says of a stale item is judged again after its upgrade', () => {
  test('its partition key', async () => {
    const entries = await storeEntries('all_');
    await store('all_', 3, { ...stale, owner: { S: `${book} ADA` }, rank: { N: '9' }, title: { S: 'three' } });
    // found where the index has it, and dropped as it no longer belongs there
    expect(await entries.query({ index: 'by_owner', partition: `${book} ADA` }).all()).toEqual([]);
    expect(await entries.query({ index: 'by_owner', partition: `${book} ADA` }).count()).toBe(0);
    expect(titles(await entries.query(byOwner()).all())).toEqual(['zero', 'one', 'two']);
  });

  test.each([
    [2, []],
    [{ eq: 3 }, ['two']],
    [{ lt: 2 }, ['zero']],
    [{ lte: 2 }, ['zero', 'one']],
    [{ gt: 1 }, ['two']],
    [{ gte: 2 }, ['two']],
    [{ between: [0, 2] as const }, ['zero', 'one']],
    [{ between: [2, 3] as const }, ['two']],
  ])('its sort key, %j', async (range, expected) => {
    const entries = await storeEntries('all_');
    for (const query of [
      { ...byOwner(), range },
      { index: 'by_rank', partition: book, range },
    ]) {
      expect(titles(await entries.query(query).all())).toEqual(expected);
      expect(titles(await entries.query({ ...query, reverse: true }).all())).toEqual(expected.toReversed());
      expect(await entries.query(query).count()).toBe(expected.length);
    }
  });

  test('that it is in the index at all', async () => {
    const entries = mapperOf({ tablePrefix: 'all_' }).repository(Entry);
    await store('all_', 0, { ...stale, bin: { S: book }, archived: { BOOL: true } });
    await store('all_', 1, { ...stale, bin: { S: book } });
    const inBin = (found: readonly Entry[]) => found.filter((one) => one.book === book).map((one) => one.at);
    expect(inBin(await entries.scan({ index: 'by_bin' }).all())).toEqual([1]);
    expect(await entries.query({ index: 'by_bin', partition: book }).count()).toBe(1);
  });
});

describe.each(['keys_', 'some_', 'all_'])('an index of the table %sentries', (prefix) => {
  test('gives whole entities, whatever it holds', async () => {
    const entries = await storeEntries(prefix);
    const found = await entries.query(byOwner()).all();
    expect(found.map((one) => [one.at, one.rank, one.title, one.body])).toEqual([
      [0, 0, 'zero', 'Zero'],
      [1, 1, 'one', 'One'],
      [2, 3, 'two', 'Two'],
    ]);
    // and such that can be stored again
    const [, one] = found as [Entry, Entry, Entry];
    one.title = 'changed';
    await entries.save(one);
    const key = { book: { S: book }, at: { N: '1' } };
    expect(await readStored(engine.endpoint, `${prefix}entries`, key)).toMatchObject({
      title: { S: 'changed' },
      body: { S: 'One' },
      rank: { N: '1' },
    });
  });

  test('can be filtered, counted and paged, by attributes that it lacks', async () => {
    const entries = await storeEntries(prefix);
    const filter = { attr: 'body', in: ['One', 'Two'] } as const;
    for (const index of [byOwner(), { index: 'by_rank', partition: book }]) {
      expect(titles(await entries.query({ ...index, filter }).all())).toEqual(['one', 'two']);
      expect(await entries.query({ ...index, filter }).count()).toBe(2);
      expect(await entries.query(index).count()).toBe(3);
      const seen: (string | undefined)[] = [];
      for await (const page of entries.query({ ...index, filter, limit: 1 }).pages()) seen.push(...titles(page.items));
      expect(seen).toEqual(['one', 'two']);
    }
  });

  test('gives just some attributes, those that it lacks among them', async () => {
    const entries = await storeEntries(prefix);
    for (const attributes of [['title'], ['body'], ['at', 'title', 'body']] as const) {
      const found = await entries.query({ ...byOwner(), attributes }).all();
      const expected = [
        { at: 0, title: 'zero', body: 'Zero' },
        { at: 1, title: 'one', body: 'One' },
        { at: 2, title: 'two', body: 'Two' },
      ].map((one) => Object.fromEntries(attributes.map((name) => [name, one[name]])));
      expect(JSON.parse(JSON.stringify(found))).toEqual(expected);
    }
  });
});

describe('what an index holds', () => {
  test('is not asked where it holds all: the engine is asked for whole items', async () => {
    const entries = await storeEntries('all_');
    await entries.query(byOwner()).all();
    await entries.query({ index: 'by_rank', partition: book }).all();
    expect(recording.sent.map(({ input }) => (input as { Select?: string }).Select)).toEqual([
      'ALL_ATTRIBUTES',
      'ALL_ATTRIBUTES',
    ]);
  });

  test('is asked once where the engine refuses', async () => {
    const entries = await storeEntries('keys_');
    await entries.query(byOwner()).all();
    await entries.query(byOwner()).all();
    expect(operations()).toEqual(['Query', 'DescribeTable', 'Query', 'BatchGetItem', 'Query', 'BatchGetItem']);
  });

  test('is asked once where some attributes are wanted, and read again is what must be', async () => {
    const entries = await storeEntries('some_');
    expect(await entries.query({ ...byOwner(), attributes: ['title'] }).all()).toHaveLength(3);
    const again = recording.of('BatchGetItem').map(({ input }) => input as unknown as { RequestItems: object });
    expect(again[0]?.RequestItems).toEqual({ some_entries: { Keys: [{ book: { S: book }, at: { N: '1' } }] } });
    expect(await entries.query({ ...byOwner(), attributes: ['body'] }).all()).toHaveLength(3);
    expect(operations()).toEqual(['DescribeTable', 'Query', 'BatchGetItem', 'Query', 'BatchGetItem']);
  });

  test('is taken for all where it can not be asked', async () => {
    const entries = await storeEntries('all_');
    recording.before = ({ operation }) => {
      if (operation === 'DescribeTable') throw new Error('not allowed');
    };
    expect(titles(await entries.query({ ...byOwner(), attributes: ['title'] }).all())).toEqual(['zero', 'one', 'two']);
  });

  test('is no matter of other refusals', async () => {
    const entries = await storeEntries('all_');
    recording.before = ({ operation }) => {
      if (operation === 'Query') throw Object.assign(new Error('no'), { name: 'ValidationException' });
    };
    for (const expected of [['Query', 'DescribeTable'], ['Query']]) {
      recording.sent.length = 0;
      const refused = { code: 'REQUEST_FAILED', details: { operation: 'Query', reason: 'ValidationException' } };
      await expect(entries.query(byOwner()).all()).rejects.toMatchObject(refused);
      expect(operations()).toEqual(expected);
    }
  });

  test('that a row still has though its item is gone is left out', async () => {
    const entries = await storeEntries('keys_');
    await entries.query(byOwner()).all();
    recording.before = async ({ operation }) => {
      if (operation !== 'BatchGetItem') return;
      const key = { book: { S: book }, at: { N: '0' } };
      await sendRaw(engine.endpoint, 'DeleteItem', JSON.stringify({ TableName: 'keys_entries', Key: key }));
    };
    expect(titles(await entries.query(byOwner()).all())).toEqual(['one', 'two']);
  });

  test('that a row has of what was changed meanwhile is judged again', async () => {
    const entries = await storeEntries('keys_');
    await entries.query(byOwner()).all();
    recording.before = async ({ operation }) => {
      if (operation === 'BatchGetItem') await store('keys_', 0, { ...current, owner: { S: 'bob' }, rank: { N: '0' } });
    };
    expect(titles(await entries.query(byOwner()).all())).toEqual(['one', 'two']);
  });
});

test("a filter on the table's partition key is judged by the mapper where an index has no sort key: ScyllaDB refuses it", async () => {
  @Entity({ table: 'parcels' })
  @Versioned(1)
  @Index('by_shop', { partitionKey: 'shop' })
  @Index('by_shop_and_weight', { partitionKey: 'shop', sortKey: 'weight' })
  class Parcel {
    @PartitionKey() id!: string;
    @Attribute() shop!: string;
    @Attribute() weight!: number;
  }
  const own = await startEmbeddedEngine();
  try {
    const requests = recordingClient(own.client);
    const mapper = new Mapper({ client: requests.client, entities: [Parcel] });
    await mapper.createTables();
    const parcels = mapper.repository(Parcel);
    for (const id of ['a', 'b', 'c']) await parcels.insert(parcels.create({ id, shop: 's', weight: 1 }));
    const filter = { attr: 'id', gt: 'a' } as const;
    const filters = [];
    for (const index of ['by_shop', 'by_shop_and_weight']) {
      requests.reset();
      const query = parcels.query({ index, partition: 's', filter });
      expect((await query.all()).map(({ id }) => id).toSorted()).toEqual(['b', 'c']);
      expect(await query.count()).toBe(2);
      filters.push(requests.of('Query').map(({ input }) => 'FilterExpression' in input));
    }
    expect(filters).toEqual([
      [false, false],
      [true, true],
    ]);
  } finally {
    await own.close();
  }
});
