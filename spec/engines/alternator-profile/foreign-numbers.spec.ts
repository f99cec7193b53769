import { describe, expect } from '@jest/globals';
import { Attribute, Entity, Mapper, PartitionKey, Versioned } from 'dynamo-evolve';
import { testUnless } from '../../support/test-unless.js';
import { definitions, factsOf, whyNot } from './facts-of-the-profile.js';

const { newTable, pages, profile, put, send, testAll, testHere } = factsOf('foreign-numbers');

describe('numbers in other notations, in the Alternator profile:', () => {
  testHere('trailing zeros', async () => {
    const TableName = await newTable({ AttributeDefinitions: definitions({ id: 'N' }) });
    await put(TableName, { id: { N: '5.0' }, n: { N: '7.50' }, deep: { M: { n: { N: '7.50' } } } });
    const [item] = (await pages('Scan', { TableName })).flatMap(({ Items: items = [] }) => items);
    expect(item).toEqual({ id: { N: '5' }, n: { N: '7.5' }, deep: { M: { n: { N: '7.50' } } } });
    // who takes that key for the item's finds nothing
    const Key = { id: { N: '5' } };
    expect((await send('GetItem', { TableName, Key })).Item).toBeUndefined();
    const exists = { ConditionExpression: 'attribute_exists(id)' };
    const update = { TableName, Key, UpdateExpression: 'REMOVE n', ...exists };
    expect((await send('UpdateItem', update)).error).toMatch(/^ConditionalCheckFailedException/);
    expect((await send('UpdateItem', { ...update, Key: { id: { N: '5.0' } } })).error).toBe('');
  });

  testHere('number sets as they were sent', async () => {
    const TableName = await newTable();
    const Key = { id: { S: 'a' } };
    await put(TableName, { ...Key, ns: { NS: ['1E+2', '2.0', '3'] } });
    const remove = async (...NS: string[]) => {
      const ExpressionAttributeValues = { ':ns': { NS } };
      const request = { TableName, Key, UpdateExpression: 'DELETE ns :ns', ExpressionAttributeValues };
      const { Attributes: stored } = await send('UpdateItem', { ...request, ReturnValues: 'ALL_NEW' });
      return stored?.ns && 'NS' in stored.ns ? stored.ns.NS.toSorted() : 'none';
    };
    expect(await remove('100')).toEqual(['1E+2', '2.0', '3']);
    expect(await remove('100', '2.0')).toEqual(['1E+2', '3']);
    expect(await remove('1E+2')).toEqual(['3']);
    expect(await remove('3')).toBe('none');
  });

  testHere('number sort keys', async () => {
    const TableName = await newTable({
      KeySchema: [
        { AttributeName: 'id', KeyType: 'HASH' },
        { AttributeName: 'at', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: definitions({ id: 'S', at: 'N' }),
    });
    const key = (N: string) => ({ id: { S: 'a' }, at: { N } });
    await put(TableName, { ...key('1.0'), text: { S: 'first' } });
    expect(await send('GetItem', { TableName, Key: key('1') })).toMatchObject({
      Item: { ...key('1'), text: { S: 'first' } },
    });
    const exists = { ConditionExpression: 'attribute_exists(id)' };
    expect((await put(TableName, { ...key('1e0'), text: { S: 'second' } }, exists)).error).toBe('');
    const items = (await pages('Scan', { TableName })).flatMap(({ Items: found = [] }) => found);
    expect(items).toEqual([{ ...key('1'), text: { S: 'second' } }]);
  });

  testHere('notations in a batch', async () => {
    const TableName = await newTable({ AttributeDefinitions: definitions({ id: 'N' }) });
    await put(TableName, { id: { N: '5.0' }, text: { S: 'a' } });
    const read = (...keys: string[]) =>
      send('BatchGetItem', { RequestItems: { [TableName]: { Keys: keys.map((N) => ({ id: { N } })) } } });
    const found = await read('5.0', '5');
    expect(found.error).toBe('');
    expect(found.Responses).toEqual({ [TableName]: [{ id: { N: '5' }, text: { S: 'a' } }] });
    expect((await read('5', '5.00', '7')).Responses).toEqual({ [TableName]: [] });
    // the same digits and the same scale
    expect((await read('5.0', '50e-1')).error).toMatch(/^ValidationException: .*duplicates/);
  });

  testUnless(whyNot, 'the mapper deletes members of a set whatever their notation', async () => {
    const table = await newTable();
    @Entity({ table })
    @Versioned(1)
    class Scores {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: 'any', optional: true }) ns?: Set<number>;
    }
    const mapper = new Mapper({ client: profile().client, entities: [Scores] });
    const scores = mapper.repository(Scores);
    await put(table, { id: { S: 'a' }, ns: { NS: ['1E+2', '2.0', '3'] } });
    const left = await scores.update({ id: 'a' }, { delete: { ns: new Set([100, 2, 7]) } });
    expect(left.ns).toEqual(new Set([3]));
    expect((await scores.getOrFail({ id: 'a' })).ns).toEqual(new Set([3]));
  });

  testAll();
});
