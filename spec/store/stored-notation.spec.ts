import { afterEach, describe, expect, test } from '@jest/globals';
import { Attribute, Entity, Mapper, PartitionKey, Versioned, type WireItem } from 'dynamo-evolve';
import { keyInStoredNotation } from '../../lib/store/stored-notation.js';
import { spelling } from '../../tools/engines/decimals.js';
import { type CannedEngine, dropped, failure, startCannedEngine } from '../support/canned-engine.js';

const numberOf = (key: WireItem) => (key.id && 'N' in key.id ? key.id.N : '');

/** Reads like ScyllaDB, of items that are stored under numbers in some notation; notes how many keys were asked for. */
function reader(stored: Readonly<Record<string, WireItem>>) {
  const items = new Map(Object.entries(stored).map(([text, item]) => [spelling(text), item]));
  const asked: number[] = [];
  const readMany = async (keys: readonly WireItem[]) => {
    asked.push(keys.length);
    return keys.map((key) => items.get(spelling(numberOf(key)))).filter((found) => found !== undefined);
  };
  return { asked, readMany };
}

const key = (N: string) => ({ id: { N } });
const item = (text: string) => ({ ...key('5'), text: { S: text } });

describe('the notation in which ScyllaDB keeps a number partition key', () => {
  test.each([
    ['5', '5.0'],
    ['5', '5.00000'],
    ['1000', '1E+3'],
    ['0', '0.00'],
    ['-0.25', '-0.2500'],
  ])('of %s is found if it is %s, in a few requests', async (plain, stored) => {
    const { asked, readMany } = reader({ [stored]: item('a') });
    const found = await keyInStoredNotation(readMany, { ...key(plain), at: { S: 'x' } }, 'id');
    expect(found).toMatchObject({ at: { S: 'x' } });
    expect(spelling(numberOf(found as WireItem))).toBe(spelling(stored));
    expect(asked.length).toBeLessThanOrEqual(8);
    expect(Math.max(...asked)).toBeLessThanOrEqual(99);
  });

  test('is none if there is no such item, after one request', async () => {
    const { asked, readMany } = reader({ '7.0': item('a'), '5': item('b') });
    expect(await keyInStoredNotation(readMany, key('5'), 'id')).toBeUndefined();
    expect(asked).toHaveLength(1);
  });

  test('is not asked for of keys of other types', async () => {
    const { asked, readMany } = reader({});
    expect(await keyInStoredNotation(readMany, { id: { S: '5' } }, 'id')).toBeUndefined();
    expect(asked).toEqual([]);
  });

  test('is unknown where several items have one', async () => {
    const { readMany } = reader({ '5.0': item('a'), '5.00': item('b') });
    expect(await keyInStoredNotation(readMany, key('5'), 'id')).toBe('several');
  });

  test('is unknown, too, where several notations have equal items', async () => {
    const { readMany } = reader({ '5.0': item('a'), '5.00': item('a') });
    expect(await keyInStoredNotation(readMany, key('5'), 'id')).toBe('several');
  });

  test('is none where all are the same item, as engines see it that compare values', async () => {
    const readMany = async (keys: readonly WireItem[]) => keys.map(() => item('again'));
    expect(await keyInStoredNotation(readMany, key('5'), 'id')).toBeUndefined();
  });
});

@Entity({ table: 'counts' })
@Versioned(1)
class Count {
  @PartitionKey({ type: 'number' }) id!: number;
  @Attribute({ type: 'string' }) text!: string;
}

describe('an entity of a scan whose item is not found by its number', () => {
  let canned: CannedEngine | undefined;
  afterEach(async () => {
    await canned?.close();
    canned = undefined;
  });

  const shown = { ...item('a'), schema_version: { N: '1' } };

  async function scanned(batch: (keys: readonly WireItem[]) => ReturnType<typeof failure> | object) {
    canned = await startCannedEngine(({ body, operation }) => {
      if (operation === 'Scan') return { Items: [shown], Count: 1, ScannedCount: 1 };
      if (operation === 'GetItem') return {};
      if (operation !== 'BatchGetItem') return failure('ConditionalCheckFailedException');
      const { RequestItems: requests } = body as { RequestItems: Record<string, { Keys: WireItem[] }> };
      return batch(requests.counts?.Keys ?? []);
    });
    const counts = new Mapper({ client: canned.client, entities: [Count] }).repository(Count);
    const [count] = await counts.scan().all();
    return { counts, count: count as Count };
  }

  const answer = (items: readonly WireItem[]) => ({ Responses: { counts: items }, UnprocessedKeys: {} });

  test('is AMBIGUOUS_KEY where several items have that number in other notations', async () => {
    const { count, counts } = await scanned(() => answer([item('a'), item('b')]));
    count.text = 'c';
    const refused = { code: 'AMBIGUOUS_KEY', details: { entity: 'Count', key: { id: 5 } } };
    await expect(counts.save(count)).rejects.toMatchObject(refused);
    await expect(counts.put(count)).rejects.toMatchObject(refused);
    await expect(counts.delete(count)).rejects.toMatchObject(refused);
    expect(canned?.operations().filter((operation) => operation === 'PutItem')).toHaveLength(1);
  });

  test('is NOT_FOUND where none has, and where the engine refuses to look', async () => {
    const refusals = ['ValidationException', 'AccessDeniedException'].map((name) => () => failure(name));
    for (const batch of [() => answer([]), ...refusals]) {
      const { count, counts } = await scanned(batch);
      count.text = 'c';
      await expect(counts.save(count)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await counts.delete(count)).toBe(false);
      await canned?.close();
    }
  });

  test('is not looked for by a delete whose first attempt may have been done', async () => {
    let deletes = 0;
    canned = await startCannedEngine(({ operation }) => {
      if (operation === 'Scan') return { Items: [shown], Count: 1, ScannedCount: 1 };
      if (operation === 'GetItem') return {};
      // the answer to the first attempt is lost
      return ++deletes === 1 ? dropped({}) : failure('ConditionalCheckFailedException');
    });
    const counts = new Mapper({ client: canned.client, entities: [Count] }).repository(Count);
    const [count] = await counts.scan().all();
    const condition = { attr: 'text', eq: 'a' } as const;
    expect(await counts.delete(count as Count, { condition })).toBeUndefined();
    expect(canned.operations()).not.toContain('BatchGetItem');
  });

  test('is what went wrong where nobody knows', async () => {
    const { count, counts } = await scanned(() => failure('ProvisionedThroughputExceededException'));
    count.text = 'c';
    await expect(counts.save(count)).rejects.toMatchObject({ code: 'REQUEST_FAILED' });
  });
});
