import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from '@jest/globals';
import type { WireItem } from 'dynamo-evolve';
import { definitions, factsOf, idsOf, index } from './facts-of-the-profile.js';

const { get, newTable, pages, put, send, testAll, testHere } = factsOf('requests');

const key = (id: string) => ({ id: { S: id } });

describe('requests that the Alternator profile refuses:', () => {
  testHere('types of index keys', async () => {
    const TableName = await newTable();
    await put(TableName, { ...key('old'), team: { N: '1' } });
    await put(TableName, { ...key('new'), team: { S: 'red' } });
    const created = await send('UpdateTable', {
      TableName,
      AttributeDefinitions: definitions({ team: 'S' }),
      GlobalSecondaryIndexUpdates: [{ Create: index('by_team', 'team') }],
    });
    expect(created.error).toBe('');
    const indexed = await pages('Scan', { TableName, IndexName: 'by_team' });
    expect(idsOf(indexed)).toEqual(['new']);
    expect(idsOf(await pages('Scan', { TableName }))).toEqual(['new', 'old']);
    // what is stored stays
    expect((await put(TableName, { ...key('b'), team: { N: '1' } })).error).toMatch(/^ValidationException/);
    const update = (UpdateExpression: string, value: object) =>
      send('UpdateItem', { TableName, Key: key('old'), UpdateExpression, ExpressionAttributeValues: { ':v': value } });
    expect((await update('SET team = :v', { N: '2' })).error).toMatch(/^ValidationException/);
    expect(await get(TableName, 'old')).toEqual({ ...key('old'), team: { N: '1' } });
  });

  testHere('refused and invalid', async () => {
    const TableName = await newTable();
    const never = { ConditionExpression: 'attribute_exists(id)' };
    const invalid = [
      await put(TableName, { ...key('a'), empty: { SS: [] } }, never),
      await put(TableName, key('a'), { ...never, ExpressionAttributeValues: { ':unused': { S: '' } } }),
      await send('DeleteItem', { TableName, Key: { ...key('a'), more: { S: 'b' } }, ...never }),
      await send('UpdateItem', { TableName, Key: key('a'), UpdateExpression: 'SET a = :a', ...never }),
    ];
    for (const { error } of invalid) expect(error).toMatch(/^ValidationException/);
    expect((await put(TableName, key('a'), never)).error).toMatch(/^ConditionalCheckFailedException/);
    expect(await get(TableName, 'a')).toBeUndefined();
  });

  testHere('batches are validated first', async () => {
    const TableName = await newTable();
    const write = (...items: WireItem[]) =>
      send('BatchWriteItem', { RequestItems: { [TableName]: items.map((Item) => ({ PutRequest: { Item } })) } });
    expect((await write(key('a'), key('b'), key('a'))).error).toMatch(/contains duplicates$/);
    expect((await write(key('a'), { ...key('b'), empty: { NS: [] } })).error).toMatch(/^ValidationException/);
    expect(idsOf(await pages('Scan', { TableName }))).toEqual([]);
    const twice = { RequestItems: { [TableName]: { Keys: [key('a'), key('a')] } } };
    expect((await send('BatchGetItem', twice)).error).toMatch(/^ValidationException: .*duplicates/);
    expect((await write(key('a'), key('b'))).error).toBe('');
  });

  testHere('starts of indexes', async () => {
    const TableName = await newTable({ GlobalSecondaryIndexes: [index('by_team', 'team')] }, { team: 'S' });
    await put(TableName, { ...key('a'), team: { S: 'red' } });
    const start = (ExclusiveStartKey: WireItem) =>
      send('Query', {
        TableName,
        IndexName: 'by_team',
        KeyConditionExpression: 'team = :t',
        ExpressionAttributeValues: { ':t': { S: 'red' } },
        ExclusiveStartKey,
      });
    expect((await start(key('a'))).error).toMatch(/^ValidationException/);
    expect((await start({ team: { S: 'red' } })).error).toMatch(/^ValidationException/);
    expect((await start({ id: { N: '1' }, team: { S: 'red' } })).error).toMatch(/^ValidationException/);
    expect((await start({ ...key('a'), team: { S: 'red' } })).error).toBe('');
  });

  testHere('filters of hash-only indexes', async () => {
    const TableName = await newTable(
      {
        GlobalSecondaryIndexes: [
          index('by_team', 'team'),
          {
            ...index('by_rank', 'team'),
            KeySchema: [
              { AttributeName: 'team', KeyType: 'HASH' },
              { AttributeName: 'rank', KeyType: 'RANGE' },
            ],
          },
        ],
      },
      { team: 'S', rank: 'N' },
    );
    const query = (IndexName: string, FilterExpression: string) =>
      send('Query', {
        TableName,
        IndexName,
        KeyConditionExpression: 'team = :t',
        FilterExpression,
        ExpressionAttributeNames: { '#key': 'id' },
        ExpressionAttributeValues: { ':t': { S: 'red' } },
      });
    expect((await query('by_team', 'attribute_exists(#key)')).error).toMatch(/Sort key attribute: id$/);
    expect((await query('by_rank', 'attribute_exists(#key)')).error).toBe('');
    const scanned = await send('Scan', { TableName, IndexName: 'by_team', FilterExpression: 'attribute_exists(id)' });
    expect(scanned.error).toBe('');
  });

  testHere('changing tags', async () => {
    const TableName = await newTable();
    const { Table: table } = await send('DescribeTable', { TableName });
    const { TableArn: ResourceArn } = table as { TableArn: string };
    const tag = (Key: string, Value: string) => send('TagResource', { ResourceArn, Tags: [{ Key, Value }] });
    const isForbidden = async () => {
      const { error } = await put(TableName, key('a'), { ConditionExpression: 'attribute_not_exists(aside)' });
      expect(error).toMatch(/^$|forbid_rmw/);
      return error !== '';
    };
    expect(await isForbidden()).toBe(false);
    for (const [isolation, expected] of [
      ['f', true],
      ['a', false],
      ['forbid', true],
      ['only_rmw_uses_lwt', false],
      ['forbid_rmw', true],
    ] as const) {
      expect((await tag('system:write_isolation', isolation)).error).toBe('');
      expect([isolation, await isForbidden()]).toEqual([isolation, expected]);
    }
    expect((await send('UntagResource', { ResourceArn, TagKeys: ['system:write_isolation'] })).error).toBe('');
    expect(await isForbidden()).toBe(false);
    const refused = [
      await tag('system:write_isolation', 'dog'),
      await tag('', 'a'),
      await tag('a!', 'a'),
      await tag('a', 'a'.repeat(257)),
      await tag('system:table_creation_time', '1'),
      await send('TagResource', { ResourceArn, Tags: [] }),
      await send('TagResource', { ResourceArn: `${ResourceArn}/index/a`, Tags: [{ Key: 'a', Value: 'a' }] }),
    ];
    for (const { error } of refused) expect(error).toMatch(/^ValidationException/);
    for (let at = 0; at < 50; at++) expect((await tag(`tag ${at}`, '')).error).toBe('');
    expect((await tag('one more', '')).error).toMatch(/^ValidationException: Number of Tags/);
  });

  testHere('nested expressions', async () => {
    const TableName = await newTable();
    const nested = (depth: number) => ({
      ConditionExpression: `${'a = :a OR ('.repeat(depth)}a = :a OR b = :a${')'.repeat(depth)}`.replaceAll(
        ' OR ',
        ' or ',
      ),
      ExpressionAttributeValues: { ':a': { S: 'a' } },
    });
    expect((await put(TableName, key('a'), nested(100))).error).toMatch(/^ConditionalCheckFailedException/);
    const deep = { ConditionExpression: `${'('.repeat(401)}a = :a${')'.repeat(401)}` };
    const values = { ExpressionAttributeValues: { ':a': { S: 'a' } } };
    expect((await put(TableName, key('a'), { ...deep, ...values })).error).toMatch(/nested too deeply$/);
  });

  testHere('deleted indexes', async () => {
    const TableName = await newTable({ GlobalSecondaryIndexes: [index('by_team', 'team')] }, { team: 'S' });
    const number = { ...key('a'), team: { N: '1' } };
    expect((await put(TableName, number)).error).toMatch(/^ValidationException: Type mismatch/);
    const updates = [{ Delete: { IndexName: 'by_team' } }];
    expect((await send('UpdateTable', { TableName, GlobalSecondaryIndexUpdates: updates })).error).toBe('');
    // the engine behind takes its time
    let error = '';
    for (let attempt = 0; attempt < 50 && (error = (await put(TableName, number)).error) !== ''; attempt++) {
      await sleep(100);
    }
    expect(error).toBe('');
  });

  testHere('long index keys', async () => {
    const TableName = await newTable();
    await put(TableName, { ...key('long'), team: { S: 'a'.repeat(65_536) } });
    await put(TableName, { ...key('short'), team: { S: 'a' } });
    const created = await send('UpdateTable', {
      TableName,
      AttributeDefinitions: definitions({ team: 'S' }),
      GlobalSecondaryIndexUpdates: [{ Create: index('by_team', 'team') }],
    });
    expect(created.error).toBe('');
    expect(idsOf(await pages('Scan', { TableName, IndexName: 'by_team' }))).toEqual(['short']);
  });

  testHere('updates that take away', async () => {
    const TableName = await newTable();
    const update = (id: string, UpdateExpression: string, more: object = {}) =>
      send('UpdateItem', { TableName, Key: key(id), UpdateExpression, ReturnValues: 'ALL_NEW', ...more });
    const values = { ExpressionAttributeValues: { ':v': { SS: ['x'] } } };
    for (const [id, expression, more] of [
      ['a', 'REMOVE x, y', {}],
      ['b', 'DELETE x :v', values],
      ['c', 'REMOVE y DELETE x :v', values],
    ] as const) {
      const { Attributes: attributes, error } = await update(id, expression, more);
      expect([error, attributes, await get(TableName, id)]).toEqual(['', undefined, undefined]);
    }
    expect((await update('d', 'SET x = :v REMOVE y', values)).error).toBe('');
    expect(await get(TableName, 'd')).toEqual({ ...key('d'), x: { SS: ['x'] } });
    expect((await update('d', 'REMOVE x')).Attributes).toEqual(key('d'));
  });

  testAll();
});
