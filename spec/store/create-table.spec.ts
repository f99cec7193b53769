import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import {
  Attribute,
  type Class,
  Entity,
  Index,
  Mapper,
  PartitionKey,
  SortKey,
  TimeToLive,
  Versioned,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { type Answer, type CannedEngine, failure, inTurn, startCannedEngine } from '../support/canned-engine.js';
import { sendRaw } from '../support/raw-requests.js';

@Entity({ table: 'events' })
@Versioned(1)
@Index('by_kind', { partitionKey: 'kind', sortKey: 'at' })
@Index('by_weight', { sortKey: 'weight' })
@Index('by_hash', { partitionKey: 'hash' })
class Happening {
  @PartitionKey() stream!: string;
  @SortKey({ name: 'happened_at' }) at!: Date;
  @Attribute() kind!: string;
  @Attribute() weight!: number;
  @Attribute() hash!: Uint8Array;
}

@Entity({ table: 'tokens' })
@Versioned(1)
class Token {
  @PartitionKey() id!: string;
  @TimeToLive({ name: 'expiry' }) expires_at?: Date;
}

@Entity({ table: 'people', discriminator: { attribute: 'kind', value: 'user' } })
@Versioned(1)
@Index('by_name', { partitionKey: 'name' })
class User {
  @PartitionKey() id!: string;
  @Attribute() name!: string;
}
@Entity({ table: 'people', discriminator: { attribute: 'kind', value: 'robot' } })
@Versioned(1)
@Index('by_name', { partitionKey: 'label' })
@Index('by_maker', { partitionKey: 'maker' })
class Robot {
  @PartitionKey() id!: string;
  @Attribute({ name: 'name' }) label!: string;
  @Attribute() maker!: string;
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('createTables() on an engine', () => {
  let engine: EmbeddedEngine;
  let prefixes = 0;
  let tablePrefix: string;
  const mapperOf = (...entities: Class[]) => {
    tablePrefix = `t${++prefixes}_`;
    return new Mapper({ client: engine.client, entities, tablePrefix });
  };
  const describeTable = async (table: string) => {
    const text = await sendRaw(engine.endpoint, 'DescribeTable', JSON.stringify({ TableName: tablePrefix + table }));
    return (JSON.parse(text) as { Table: object }).Table;
  };
  const makeTable = (name: string, partitionKey: string, type = 'S') =>
    sendRaw(
      engine.endpoint,
      'CreateTable',
      JSON.stringify({
        TableName: tablePrefix + name,
        KeySchema: [{ AttributeName: partitionKey, KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: partitionKey, AttributeType: type }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );

  beforeAll(async () => {
    engine = await startEmbeddedEngine();
  });
  afterAll(() => engine.close());

  test('makes a table with its keys and indexes, under stored names', async () => {
    const mapper = mapperOf(Happening);
    expect(await mapper.createTables()).toEqual([{ table: `${tablePrefix}events`, created: true, timeToLive: 'none' }]);
    expect(await describeTable('events')).toMatchObject({
      TableStatus: 'ACTIVE',
      KeySchema: [
        { AttributeName: 'stream', KeyType: 'HASH' },
        { AttributeName: 'happened_at', KeyType: 'RANGE' },
      ],
      LocalSecondaryIndexes: [{ IndexName: 'by_weight', Projection: { ProjectionType: 'ALL' } }],
    });
    expect(await mapper.verifyTables()).toEqual([]);
  });

  test('does nothing where the table is there, and says so', async () => {
    const mapper = mapperOf(Happening, Token);
    const [first, second] = [await mapper.createTables(), await mapper.createTables()];
    expect(first.map((one) => one.created)).toEqual([true, true]);
    expect(second.map((one) => one.created)).toEqual([false, false]);
  });

  test('may be called by several at the same time: one of them makes the table', async () => {
    const mapper = mapperOf(Happening);
    const results = await Promise.all(Array.from({ length: 5 }, () => mapper.createTables()));
    expect(results.flat().filter((one) => one.created)).toHaveLength(1);
    expect(await mapper.verifyTables()).toEqual([]);
  });

  test('makes one table for the classes that share it, with the indexes of all', async () => {
    const mapper = mapperOf(User, Robot);
    expect(await mapper.createTables()).toHaveLength(1);
    expect(await mapper.verifyTables()).toEqual([]);
    const { GlobalSecondaryIndexes: indexes } = (await describeTable('people')) as {
      GlobalSecondaryIndexes: { IndexName: string }[];
    };
    expect(indexes.map((one) => one.IndexName).toSorted()).toEqual(['by_maker', 'by_name']);
  });

  test.each([
    ['another name', 'uid', 'S', 'has the keys uid (string), expected id (string)'],
    ['another type', 'id', 'N', 'has the keys id (number), expected id (string)'],
  ])('refuses a table whose key has %s', async (_what, key, type, problem) => {
    const mapper = mapperOf(Token);
    await makeTable('tokens', key, type);
    await expect(mapper.createTables()).rejects.toMatchObject({
      code: 'TABLE_MISMATCH',
      details: { table: `${tablePrefix}tokens`, problem },
    });
  });

  test('refuses a table that lacks the sort key', async () => {
    const mapper = mapperOf(Happening);
    await makeTable('events', 'stream');
    await expect(mapper.createTables()).rejects.toMatchObject({ code: 'TABLE_MISMATCH' });
  });

  test('says where an engine cannot expire items', async () => {
    const mapper = mapperOf(Token);
    expect(await mapper.createTables()).toMatchObject([{ created: true, timeToLive: 'unsupported' }]);
    expect(await mapper.createTables()).toMatchObject([{ created: false, timeToLive: 'unsupported' }]);
  });
});

describe('createTables() sends', () => {
  const tokenTable = {
    TableStatus: 'ACTIVE',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  };
  const eventTable = {
    TableStatus: 'ACTIVE',
    // in the order of some engines
    KeySchema: [
      { AttributeName: 'happened_at', KeyType: 'RANGE' },
      { AttributeName: 'stream', KeyType: 'HASH' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'stream', AttributeType: 'S' },
      { AttributeName: 'happened_at', AttributeType: 'S' },
    ],
  };
  const missing = failure('ResourceNotFoundException');
  const described = (table: object) => ({ Table: table });
  const expiring = (status: string, attribute?: string) => ({
    TimeToLiveDescription: { TimeToLiveStatus: status, AttributeName: attribute },
  });

  let canned: CannedEngine;
  afterEach(() => canned?.close());
  const start = async (entity: Class, answers: Record<string, Answer[]>) => {
    canned = await startCannedEngine(inTurn(answers));
    return new Mapper({ client: canned.client, entities: [entity] });
  };
  const bodiesOf = (operation: string) =>
    canned.requests.filter((one) => one.operation === operation).map((one) => one.body as object);

  test.each([
    ['always_use_lwt', {}],
    ['forbid_rmw', { writeIsolation: 'forbid_rmw' } as const],
  ])('the whole description, with the tag %s', async (tag, options) => {
    const mapper = await start(Happening, {
      DescribeTable: [missing, described(eventTable)],
      CreateTable: [{}],
    });
    await mapper.createTables(options);
    expect(canned.operations()).toEqual(['DescribeTable', 'CreateTable', 'DescribeTable']);
    expect(bodiesOf('CreateTable')).toEqual([
      {
        TableName: 'events',
        BillingMode: 'PAY_PER_REQUEST',
        Tags: [{ Key: 'system:write_isolation', Value: tag }],
        KeySchema: [
          { AttributeName: 'stream', KeyType: 'HASH' },
          { AttributeName: 'happened_at', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: 'stream', AttributeType: 'S' },
          { AttributeName: 'happened_at', AttributeType: 'S' },
          { AttributeName: 'hash', AttributeType: 'B' },
          { AttributeName: 'weight', AttributeType: 'N' },
          { AttributeName: 'kind', AttributeType: 'S' },
        ],
        LocalSecondaryIndexes: [
          {
            IndexName: 'by_weight',
            KeySchema: [
              { AttributeName: 'stream', KeyType: 'HASH' },
              { AttributeName: 'weight', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'by_hash',
            KeySchema: [{ AttributeName: 'hash', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
          {
            IndexName: 'by_kind',
            KeySchema: [
              { AttributeName: 'kind', KeyType: 'HASH' },
              { AttributeName: 'happened_at', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
      },
    ]);
  });

  test('nothing but questions about a table that is there', async () => {
    const mapper = await start(Happening, { DescribeTable: [described(eventTable)] });
    expect(await mapper.createTables()).toEqual([{ table: 'events', created: false, timeToLive: 'none' }]);
    expect(new Set(canned.operations())).toEqual(new Set(['DescribeTable']));
  });

  const streaming = (view: string) => ({
    ...eventTable,
    StreamSpecification: { StreamEnabled: true, StreamViewType: view },
  });
  const wanted = { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } };
  const withStreams = { streams: 'NEW_AND_OLD_IMAGES' } as const;

  test('the stream of a new table with its description', async () => {
    const mapper = await start(Happening, {
      DescribeTable: [missing, described(streaming('NEW_AND_OLD_IMAGES'))],
      CreateTable: [{}],
    });
    expect(await mapper.createTables(withStreams)).toMatchObject([{ created: true, stream: 'NEW_AND_OLD_IMAGES' }]);
    expect(bodiesOf('CreateTable')).toMatchObject([wanted]);
    expect(bodiesOf('UpdateTable')).toEqual([]);
  });

  test('the stream of a table that has none, and waits for it', async () => {
    const mapper = await start(Happening, {
      DescribeTable: [
        described(eventTable),
        described(eventTable),
        described({ ...streaming('NEW_AND_OLD_IMAGES'), TableStatus: 'UPDATING' }),
        described(streaming('NEW_AND_OLD_IMAGES')),
      ],
      UpdateTable: [{}],
    });
    expect(await mapper.createTables(withStreams)).toMatchObject([{ created: false, stream: 'NEW_AND_OLD_IMAGES' }]);
    expect(bodiesOf('UpdateTable')).toEqual([{ TableName: 'events', ...wanted }]);
    expect(bodiesOf('DescribeTable')).toHaveLength(4);
  });

  test('no second stream where somebody else was faster', async () => {
    const mapper = await start(Happening, {
      DescribeTable: [described(eventTable), described(eventTable), described(streaming('NEW_AND_OLD_IMAGES'))],
      UpdateTable: [failure('ValidationException')],
    });
    expect(await mapper.createTables(withStreams)).toMatchObject([{ stream: 'NEW_AND_OLD_IMAGES' }]);
  });

  test('no stream where another one is', async () => {
    const mapper = await start(Happening, { DescribeTable: [described(streaming('KEYS_ONLY'))] });
    await expect(mapper.createTables(withStreams)).rejects.toMatchObject({
      code: 'TABLE_MISMATCH',
      details: { problem: expect.stringContaining('a stream with the view KEYS_ONLY, expected NEW_AND_OLD_IMAGES') },
    });
  });

  test('a stream whose refusal is the error', async () => {
    const mapper = await start(Happening, {
      DescribeTable: [described(eventTable)],
      UpdateTable: [failure('ValidationException')],
    });
    await expect(mapper.createTables(withStreams)).rejects.toMatchObject({
      details: { operation: 'UpdateTable', reason: 'ValidationException' },
    });
  });

  test('nothing with an unknown view', async () => {
    const mapper = await start(Happening, {});
    const streams = 'BOTH' as never;
    const refused = { code: 'INVALID_ARGUMENT', details: { argument: 'streams' } };
    await expect(mapper.createTables({ streams })).rejects.toMatchObject(refused);
    await expect(mapper.verifyTables({ streams })).rejects.toMatchObject(refused);
    expect(canned.requests).toEqual([]);
  });

  test('questions until the table and its indexes are active', async () => {
    const mapper = await start(Happening, {
      DescribeTable: [
        missing,
        missing,
        described({ ...eventTable, TableStatus: 'CREATING' }),
        described({ ...eventTable, GlobalSecondaryIndexes: [{ IndexName: 'by_kind', IndexStatus: 'CREATING' }] }),
        described({ ...eventTable, GlobalSecondaryIndexes: [{ IndexName: 'by_kind' }] }),
      ],
      CreateTable: [{}],
    });
    expect(await mapper.createTables()).toMatchObject([{ created: true }]);
    expect(bodiesOf('DescribeTable')).toHaveLength(5);
  });

  test('no more questions after ten minutes', async () => {
    const mapper = await start(Token, { DescribeTable: [described({ ...tokenTable, TableStatus: 'CREATING' })] });
    const now = Date.now();
    // each look at the clock finds it four minutes on
    let minutes = 0;
    jest.spyOn(Date, 'now').mockImplementation(() => now + 240_000 * minutes++);
    await expect(mapper.createTables()).rejects.toMatchObject({
      code: 'TABLE_NOT_READY',
      details: { table: 'tokens', status: 'CREATING', seconds: 600 },
    });
  });

  test('the same again when the answer was lost, and takes the table for its own', async () => {
    let isCreated = false;
    canned = await startCannedEngine(({ operation }) => {
      if (operation === 'DescribeTable') return isCreated ? described(eventTable) : missing;
      if (isCreated) return failure('ResourceInUseException');
      isCreated = true;
      return (response) => response.destroy();
    });
    const mapper = new Mapper({ client: canned.client, entities: [Happening] });
    expect(await mapper.createTables()).toEqual([{ table: 'events', created: false, timeToLive: 'none' }]);
    expect(bodiesOf('CreateTable')).toHaveLength(2);
  });

  test('one request whose refusal is the error', async () => {
    const mapper = await start(Happening, { DescribeTable: [missing], CreateTable: [failure('ValidationException')] });
    await expect(mapper.createTables()).rejects.toMatchObject({
      code: 'REQUEST_FAILED',
      details: { operation: 'CreateTable', table: 'events', reason: 'ValidationException' },
    });
  });

  test('a failed question on, instead of taking the table for absent', async () => {
    const mapper = await start(Happening, { DescribeTable: [failure('AccessDeniedException')] });
    await expect(mapper.createTables()).rejects.toMatchObject({
      details: { operation: 'DescribeTable', reason: 'AccessDeniedException' },
    });
    expect(canned.requests).toHaveLength(1);
  });

  const readyTable = { DescribeTable: [described(tokenTable)] };
  test('what expires items, where the class wants it', async () => {
    const mapper = await start(Token, {
      ...readyTable,
      DescribeTimeToLive: [expiring('DISABLED')],
      UpdateTimeToLive: [{}],
    });
    expect(await mapper.createTables()).toMatchObject([{ timeToLive: 'enabled' }]);
    expect(bodiesOf('UpdateTimeToLive')).toEqual([
      { TableName: 'tokens', TimeToLiveSpecification: { AttributeName: 'expiry', Enabled: true } },
    ]);
  });

  test.each(['ENABLED', 'ENABLING'])('no update where expiry is %s already', async (status) => {
    const mapper = await start(Token, { ...readyTable, DescribeTimeToLive: [expiring(status, 'expiry')] });
    expect(await mapper.createTables()).toMatchObject([{ timeToLive: 'enabled' }]);
    expect(bodiesOf('UpdateTimeToLive')).toEqual([]);
  });

  test.each(['DISABLED', 'DISABLING'])('an update where expiry by the attribute is %s', async (status) => {
    const mapper = await start(Token, {
      ...readyTable,
      DescribeTimeToLive: [expiring(status, 'expiry')],
      UpdateTimeToLive: [{}],
    });
    await mapper.createTables();
    expect(bodiesOf('UpdateTimeToLive')).toHaveLength(1);
  });

  test("an update whose refusal isn't an error if somebody else was faster", async () => {
    const mapper = await start(Token, {
      ...readyTable,
      DescribeTimeToLive: [expiring('DISABLED'), expiring('ENABLING', 'expiry')],
      UpdateTimeToLive: [failure('ValidationException')],
    });
    expect(await mapper.createTables()).toMatchObject([{ timeToLive: 'enabled' }]);
  });

  test('an update whose refusal is an error if items expire by another attribute', async () => {
    const mapper = await start(Token, {
      ...readyTable,
      DescribeTimeToLive: [expiring('ENABLED', 'other')],
      UpdateTimeToLive: [failure('ValidationException')],
    });
    await expect(mapper.createTables()).rejects.toMatchObject({
      details: { operation: 'UpdateTimeToLive', reason: 'ValidationException' },
    });
  });

  test('no question about expiry that no class wants', async () => {
    const mapper = await start(Happening, { DescribeTable: [described(eventTable)] });
    await mapper.createTables();
    expect(canned.operations()).not.toContain('DescribeTimeToLive');
  });
});
