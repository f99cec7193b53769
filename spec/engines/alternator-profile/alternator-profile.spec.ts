import { describe, expect } from '@jest/globals';
import type { WireItem } from 'dynamo-evolve';
import { definitions, factsOf, idsOf, index } from './facts-of-the-profile.js';

const { batch, get, newTable, pages, profile, put, send, testAll, testHere } = factsOf('alternator-profile');

interface RecordOfStream {
  readonly eventName: string;
  readonly eventSource: string;
  readonly dynamodb: Readonly<Record<string, unknown>>;
}

describe('the Alternator profile shows:', () => {
  testHere('operations', async () => {
    const unknown = ['TransactWriteItems', 'TransactGetItems', 'ExecuteStatement', 'CreateBackup', 'DescribeLimits'];
    for (const operation of [...unknown, 'CreateGlobalTable', 'BatchExecuteStatement']) {
      expect((await send(operation, {})).error).toMatch(/^UnknownOperationException: /);
    }
    expect((await send('ListTables', {})).status).toBe(200);
  });

  testHere('consumed capacity', async () => {
    const TableName = await newTable();
    for (const ReturnConsumedCapacity of ['NONE', 'INDEXES']) {
      const written = await put(TableName, { id: { S: 'a' } }, { ReturnConsumedCapacity });
      expect(written.error).toMatch(/^ValidationException: /);
    }
    const total = { ReturnConsumedCapacity: 'TOTAL' };
    expect(await put(TableName, { id: { S: 'a' } }, total)).toMatchObject({ ConsumedCapacity: expect.anything() });
    const [first] = await pages('Scan', { TableName, ...total });
    expect(first).not.toHaveProperty('ConsumedCapacity');
  });

  testHere('expression length', async () => {
    const TableName = await newTable();
    const condition = (length: number) => ({ ConditionExpression: 'attribute_not_exists(id)'.padEnd(length, ' ') });
    expect((await put(TableName, { id: { S: 'a' } }, condition(4_096))).error).toBe('');
    expect((await put(TableName, { id: { S: 'b' } }, condition(4_097))).error).toMatch(/exceeds allowed maximum/);
  });

  testHere('attribute definitions', async () => {
    const TableName = await newTable();
    const update = (types: Record<string, string>) =>
      send('UpdateTable', {
        TableName,
        AttributeDefinitions: definitions(types),
        GlobalSecondaryIndexUpdates: [{ Create: index('by_team', 'team') }],
      });
    expect((await update({ id: 'S', team: 'S' })).error).toMatch(/spurious attributes id$/);
    expect((await update({ team: 'S' })).error).toBe('');
  });

  testHere('one index at a time', async () => {
    const updates = [{ Create: index('by_a', 'a') }, { Create: index('by_b', 'b') }];
    const update = await send('UpdateTable', {
      TableName: await newTable(),
      AttributeDefinitions: definitions({ a: 'S', b: 'S' }),
      GlobalSecondaryIndexUpdates: updates,
    });
    expect(update.error).toMatch(/^LimitExceededException: .*only allows one index/);
  });

  testHere('names', async () => {
    const create = (TableName: string, indexName: string) =>
      send('CreateTable', {
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: definitions({ id: 'S', a: 'S' }),
        GlobalSecondaryIndexes: [index(indexName, 'a')],
      });
    expect((await create('t'.repeat(192), 'i'.repeat(29))).error).toBe('');
    expect((await create('u'.repeat(193), 'i'.repeat(3))).error).toMatch(/at most 192/);
    expect((await create('v'.repeat(192), 'i'.repeat(30))).error).toMatch(/cannot exceed 221/);
    const local = (length: number) => newLocalIndex(`w${'w'.repeat(100)}${length}`.slice(-100), 'i'.repeat(length));
    expect((await local(120)).error).toBe('');
    expect((await local(121)).error).toMatch(/cannot exceed 220/);
    const added = await send('UpdateTable', {
      TableName: 't'.repeat(192),
      AttributeDefinitions: definitions({ a: 'S' }),
      GlobalSecondaryIndexUpdates: [{ Create: index('i'.repeat(30), 'a') }],
    });
    expect(added.error).toMatch(/cannot exceed 221/);
  });

  /** A table with a local index of that name. */
  function newLocalIndex(TableName: string, IndexName: string) {
    const keys = (sortKey: string) => [
      { AttributeName: 'id', KeyType: 'HASH' },
      { AttributeName: sortKey, KeyType: 'RANGE' },
    ];
    return send('CreateTable', {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keys('at'),
      AttributeDefinitions: definitions({ id: 'S', at: 'S', a: 'S' }),
      LocalSecondaryIndexes: [{ IndexName, KeySchema: keys('a'), Projection: { ProjectionType: 'ALL' } }],
    });
  }

  testHere('item count', async () => {
    const TableName = await newTable();
    const { Table: table } = await send('DescribeTable', { TableName });
    expect(table).toMatchObject({ TableName });
    expect(table).not.toHaveProperty('ItemCount');
  });

  describe('of streams', () => {
    const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' };
    const withSortKey = {
      KeySchema: [
        { AttributeName: 'id', KeyType: 'HASH' },
        { AttributeName: 'at', KeyType: 'RANGE' },
      ],
    };

    /** Writes an item twice and deletes it; resolves to the pages of the stream with what they say. */
    async function history(more: object = {}, keys: WireItem = {}) {
      const types = Object.fromEntries(Object.keys(keys).map((name) => [name, 'S']));
      const TableName = await newTable({ StreamSpecification, ...more }, types);
      const Key = { id: { S: 'a' }, ...keys };
      await put(TableName, Key);
      await put(TableName, { ...Key, n: { N: '1' } });
      await send('DeleteItem', { TableName, Key });
      const { Table: table } = (await send('DescribeTable', { TableName })) as unknown as {
        Table: { LatestStreamArn: string };
      };
      const StreamArn = table.LatestStreamArn;
      const { StreamDescription: stream } = (await send('DescribeStream', { StreamArn })) as unknown as {
        StreamDescription: { Shards: { ShardId: string }[] };
      };
      const ShardId = stream.Shards[0]!.ShardId;
      const first = await send('GetShardIterator', { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' });
      const pagesOf: RecordOfStream[][] = [];
      let ShardIterator = first.ShardIterator;
      while (pagesOf.flat().length < 3) {
        const page = await send('GetRecords', { ShardIterator });
        expect(page.error).toBe('');
        pagesOf.push(page.Records as RecordOfStream[]);
        ShardIterator = page.NextShardIterator;
      }
      return pagesOf;
    }

    testHere('stream events', async () => {
      const records = (await history()).flat();
      expect(records.map(({ eventName }) => eventName)).toEqual(['MODIFY', 'MODIFY', 'REMOVE']);
      for (const { dynamodb, eventSource } of records) {
        expect(eventSource).toBe('scylladb:alternator');
        expect(dynamodb).not.toHaveProperty('SizeBytes');
      }
    });

    testHere('stream removals', async () => {
      const [, replaced, removed] = (await history()).flat();
      expect(replaced?.dynamodb).toMatchObject({ OldImage: { id: { S: 'a' } }, NewImage: { n: { N: '1' } } });
      expect(Object.keys(removed!.dynamodb)).not.toContain('OldImage');
      const sorted = (await history(withSortKey, { at: { S: '1' } })).flat().at(-1);
      expect(sorted?.dynamodb).toMatchObject({ OldImage: { n: { N: '1' } } });
    });

    testHere('late records', async () => {
      const pagesOf = await history();
      expect(pagesOf.map((records) => records.length > 0)).toContain(false);
    });
  });

  testHere('tags', async () => {
    const Tags = [{ Key: 'system:write_isolation', Value: 'always_use_lwt' }];
    const TableName = await newTable({ Tags });
    const { Table: table } = await send('DescribeTable', { TableName });
    const { TableArn: ResourceArn } = table as { TableArn: string };
    expect(await send('ListTagsOfResource', { ResourceArn })).toMatchObject({ Tags });
  });

  testHere('forbid_rmw', async () => {
    const TableName = await newTable({ Tags: [{ Key: 'system:write_isolation', Value: 'forbid_rmw' }] });
    const Key = { id: { S: 'a' } };
    const update = (UpdateExpression: string, more: object = {}) =>
      send('UpdateItem', {
        TableName,
        Key,
        UpdateExpression,
        ...(UpdateExpression.includes(':n') && { ExpressionAttributeValues: { ':n': { N: '1' } } }),
        ...more,
      });
    const plain = [
      await put(TableName, { ...Key, map: { M: {} } }),
      await update('SET n = :n'),
      await update('REMOVE gone'),
      await update('SET n = :n', { ReturnValues: 'UPDATED_NEW' }),
      await send('DeleteItem', { TableName, Key }),
      await send('BatchWriteItem', { RequestItems: { [TableName]: [{ PutRequest: { Item: Key } }] } }),
    ];
    expect(plain.map(({ error }) => error)).toEqual(plain.map(() => ''));
    const conditional = [
      await put(TableName, Key, { ConditionExpression: 'attribute_exists(id)' }),
      await put(TableName, Key, { ReturnValues: 'ALL_OLD' }),
      await send('DeleteItem', { TableName, Key, ReturnValues: 'ALL_OLD' }),
      await update('SET n = :n', { ConditionExpression: 'attribute_exists(id)' }),
      await update('SET n = :n', { ReturnValues: 'ALL_NEW' }),
      await update('ADD n :n'),
      await update('DELETE n :n'),
      await update('SET map.a = :n'),
      await update('REMOVE map.a'),
      await update('SET n = n'),
      await update('SET n = if_not_exists(n, :n)'),
    ];
    for (const { error } of conditional) {
      expect(error).toMatch(/^ValidationException: Read-modify-write operations are disabled by 'forbid_rmw'/);
    }
  });

  testHere('numbers by text', async () => {
    const TableName = await newTable();
    await put(TableName, { id: { S: 'a' }, n: { N: '1e-7' }, deep: { M: { n: { N: '1e-7' } } } });
    const holds = async (ConditionExpression: string, N: string) => {
      const update = await send('UpdateItem', {
        TableName,
        Key: { id: { S: 'a' } },
        UpdateExpression: 'SET touched = :t',
        ConditionExpression,
        ExpressionAttributeValues: { ':t': { BOOL: true }, ':n': { N } },
      });
      if (update.error !== '') expect(update.error).toMatch(/^ConditionalCheckFailedException/);
      return update.error === '';
    };
    // stored at the first level it is in plain decimal, below that as it came
    expect(await holds('n = :n', '0.0000001')).toBe(true);
    expect(await holds('n = :n', '1e-7')).toBe(false);
    expect(await holds('n <> :n', '1e-7')).toBe(true);
    expect(await holds('n IN (:n)', '1e-7')).toBe(false);
    expect(await holds('n IN (:n)', '0.0000001')).toBe(true);
    expect(await holds('deep.n = :n', '1e-7')).toBe(true);
    expect(await holds('deep.n = :n', '0.0000001')).toBe(false);
    // order is that of the values
    expect(await holds('n <= :n', '1e-7')).toBe(true);
    const filtered = (N: string) =>
      pages('Scan', { TableName, FilterExpression: 'n = :n', ExpressionAttributeValues: { ':n': { N } } });
    expect(idsOf(await filtered('1e-7'))).toEqual([]);
    expect(idsOf(await filtered('0.0000001'))).toEqual(['a']);
  });

  testHere('number keys by text', async () => {
    const TableName = await newTable({ AttributeDefinitions: definitions({ id: 'N' }) });
    await put(TableName, { id: { N: '1.0' } });
    const read = (N: string) => send('GetItem', { TableName, Key: { id: { N } } });
    expect(await read('1.0')).toMatchObject({ Item: { id: { N: '1' } } });
    expect((await read('1')).Item).toBeUndefined();
    await put(TableName, { id: { N: '2e3' } });
    expect(await read('2e3')).toMatchObject({ Item: { id: { N: '2000' } } });
    expect((await read('2000')).Item).toBeUndefined();
    const exists = { ConditionExpression: 'attribute_exists(id)' };
    expect((await put(TableName, { id: { N: '1' } }, exists)).error).toMatch(/^ConditionalCheckFailedException/);
    const keys = { RequestItems: { [TableName]: { Keys: [{ id: { N: '1' } }] } } };
    expect(await send('BatchGetItem', keys)).toMatchObject({ Responses: { [TableName]: [] } });
  });

  testHere('numbers as they come back', async () => {
    const TableName = await newTable();
    await put(TableName, { id: { S: 'a' }, n: { N: '1.50e1' }, deep: { L: [{ N: '1.50e1' }] } });
    const stored = { id: { S: 'a' }, n: { N: '15' }, deep: { L: [{ N: '1.50e1' }] } };
    expect(await get(TableName, 'a')).toEqual(stored);
    expect((await pages('Scan', { TableName })).flatMap(({ Items: items }) => items)).toEqual([stored]);
    const updated = await send('UpdateItem', {
      TableName,
      Key: { id: { S: 'a' } },
      UpdateExpression: 'SET deep[0] = :n, added = :n',
      ExpressionAttributeValues: { ':n': { N: '2e0' } },
      ReturnValues: 'ALL_NEW',
    });
    expect(updated.Attributes).toEqual({ ...stored, deep: { L: [{ N: '2e0' }] }, added: { N: '2' } });
  });

  testHere('number sets by text', async () => {
    const TableName = await newTable();
    await put(TableName, { id: { S: 'a' }, set: { NS: ['1.0', '2e0'] } });
    expect(await get(TableName, 'a')).toEqual({ id: { S: 'a' }, set: { NS: ['1.0', '2e0'] } });
    const contains = (N: string) =>
      pages('Scan', {
        TableName,
        FilterExpression: 'contains(#s, :n)',
        ExpressionAttributeNames: { '#s': 'set' },
        ExpressionAttributeValues: { ':n': { N } },
      });
    expect(idsOf(await contains('1.0'))).toEqual(['a']);
    expect(idsOf(await contains('1'))).toEqual([]);
  });

  testHere('index projections', async () => {
    for (const projection of ['KEYS_ONLY', 'INCLUDE']) {
      const TableName = await newTable(
        { GlobalSecondaryIndexes: [index('by_team', 'team', projection)] },
        { team: 'S' },
      );
      const item = { id: { S: 'a' }, team: { S: 'red' }, more: { N: '1' } };
      await put(TableName, item);
      const query = {
        TableName,
        IndexName: 'by_team',
        KeyConditionExpression: 'team = :t',
        ExpressionAttributeValues: { ':t': { S: 'red' } },
      };
      for (let late = 0; late < 2; late++) await pages('Query', query);
      expect((await pages('Query', query)).flatMap(({ Items: items }) => items)).toEqual([item]);
    }
  });

  testHere('late indexes', async () => {
    const TableName = await newTable({ GlobalSecondaryIndexes: [index('by_team', 'team')] }, { team: 'S' });
    const query = async () =>
      idsOf(
        await pages('Query', {
          TableName,
          IndexName: 'by_team',
          KeyConditionExpression: 'team = :t',
          ExpressionAttributeValues: { ':t': { S: 'red' } },
        }),
      );
    await put(TableName, { id: { S: 'a' }, team: { S: 'red' } });
    expect([await query(), await query(), await query()]).toEqual([[], [], ['a']]);
    await send('DeleteItem', { TableName, Key: { id: { S: 'a' } } });
    expect(await get(TableName, 'a')).toBeUndefined();
    expect([await query(), await query(), await query()]).toEqual([['a'], ['a'], []]);
    // the table itself is never late, and an item without the key isn't in the index
    await put(TableName, { id: { S: 'b' } });
    expect(await get(TableName, 'b')).toBeDefined();
    expect([await query(), await query(), await query()]).toEqual([[], [], []]);
  });

  const withTenItems = async () => {
    const TableName = await newTable();
    for (let at = 0; at < 10; at++) await put(TableName, { id: { S: `i${at}` }, at: { N: `${at}` } });
    return TableName;
  };
  const ten = Array.from({ length: 10 }, (_, at) => `i${at}`);

  testHere('short pages', async () => {
    const all = await pages('Scan', { TableName: await withTenItems(), Limit: 8 });
    expect(idsOf(all)).toEqual(ten);
    expect(Math.max(...all.map(({ Items: items = [] }) => items.length))).toBeLessThan(8);
  });

  testHere('empty pages', async () => {
    const TableName = await withTenItems();
    for (const more of [{}, { Limit: 1 }, { Select: 'COUNT' }]) {
      const [first, ...others] = await pages('Scan', { TableName, ...more });
      expect(first).toMatchObject({ Count: 0, LastEvaluatedKey: { id: { S: expect.any(String) } } });
      expect(others.reduce((sum, { Count: count }) => sum + Number(count), 0)).toBe(10);
    }
  });

  testHere('limit before filter', async () => {
    const TableName = await withTenItems();
    const filter = {
      FilterExpression: '#at >= :n',
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: { ':n': { N: '9' } },
    };
    const all = await pages('Scan', { TableName, Limit: 2, ...filter });
    expect(idsOf(all)).toEqual(['i9']);
    expect(all.filter(({ ScannedCount: seen, Count: count }) => seen === 2 && count === 0).length).toBeGreaterThan(2);
  });

  testHere('batch reads', async () => {
    const TableName = await withTenItems();
    const keys = (count: number) => Array.from({ length: count }, (_, at) => ({ id: { S: `i${at}` } }));
    const read = (count: number) => send('BatchGetItem', { RequestItems: { [TableName]: { Keys: keys(count) } } });
    const sizes = async () => {
      const { Responses: found, UnprocessedKeys: left } = await read(10);
      const { Keys: unprocessed = [] } = (left as Record<string, { Keys?: [] }>)[TableName] ?? {};
      return [(found as Record<string, []>)[TableName]?.length, unprocessed.length];
    };
    // every other one leaves keys out
    expect([await sizes(), await sizes()]).toEqual(
      expect.arrayContaining([
        [10, 0],
        [5, 5],
      ]),
    );
    expect((await read(101)).error).toMatch(/^ValidationException: /);
  });

  testHere('batch writes', async () => {
    const TableName = await newTable();
    expect(await batch(TableName, 100)).toMatchObject({ status: 200, UnprocessedItems: {} });
    expect(idsOf(await pages('Scan', { TableName }))).toHaveLength(100);
    expect((await batch(TableName, 101)).error).toMatch(/^ValidationException: /);
  });

  testHere('partial batches', async () => {
    const TableName = await newTable();
    profile().failNextBatchAfter(3);
    expect((await batch(TableName, 10)).error).toMatch(/^InternalServerError: /);
    expect(idsOf(await pages('Scan', { TableName }))).toEqual(['i0', 'i1', 'i2']);
    expect((await batch(TableName, 10)).error).toBe('');
  });

  testAll();
});
