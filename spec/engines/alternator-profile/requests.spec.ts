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

  testAll();
});
