import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Attribute, Entity, Mapper, PartitionKey, Versioned } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import type { WireCondition } from '../../lib/codec/wire-condition.js';
import { conditionFits, conditionParams, fitsLimits, operatorCount } from '../../lib/store/condition.js';
import { whyNoDynamoDBLocal } from '../../tools/engines/dynamodb-local-package.js';
import { startDynamoDBLocal } from '../../tools/engines/dynamodb-local.js';

const names = Array.from({ length: 140 }, (_, at) => `text_${at}`);

@Entity({ table: 'wide' })
@Versioned(1)
class Wide {
  @PartitionKey() id!: string;
}
for (const name of names) Attribute({ type: 'string', optional: true })(Wide.prototype, name);

let engine: Pick<EmbeddedEngine, 'client' | 'close'>;
let isLocal = false;
beforeAll(async () => {
  isLocal = (await whyNoDynamoDBLocal()) === undefined;
  engine = await (isLocal ? startDynamoDBLocal() : startEmbeddedEngine());
  await new Mapper({ client: engine.client, entities: [Wide] }).createTables();
}, 60_000);
afterAll(() => engine.close());

const repeated = (count: number, of: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => of(at)).join(' AND ');

describe('the number of operators', () => {
  const forms: [string, (at: number) => string, number][] = [
    ['comparisons', (at) => `a${at} = :v`, 150],
    ['comparisons in parentheses', (at) => `(a${at} <> :v)`, 150],
    ['negations', (at) => `NOT (a${at} = :v)`, 100],
    ['functions', (at) => `contains(a${at}, :v)`, 150],
    ['sizes', (at) => `size(a${at}) = :v`, 100],
    ['ranges', (at) => `a${at} BETWEEN :v AND :v`, 150],
    ['lists', (at) => `a${at} IN (:v, :v, :v)`, 150],
    ['places', (at) => `a${at}.b[1].c = :v`, 150],
  ];

  test.each(forms)('that fit: %s', async (_what, form, most) => {
    expect([most, most + 1].map((count) => fitsLimits(repeated(count, form)))).toEqual([true, false]);
    expect(operatorCount(repeated(most, form))).toBeLessThanOrEqual(300);
    if (!isLocal) return;
    // as DynamoDB counts them
    for (const count of [most, most + 1]) {
      const request = new UpdateItemCommand({
        TableName: 'wide',
        Key: { id: { S: 'absent' } },
        UpdateExpression: 'SET changed_text = :v',
        ConditionExpression: repeated(count, form),
        ExpressionAttributeValues: { ':v': { S: 'x' } },
      });
      const error: unknown = await engine.client.send(request).catch((reason: unknown) => reason);
      expect([count, /too many operators/.test(String(error))]).toEqual([count, count > most]);
    }
  });
});

test('a save of many changed attributes is sent', async () => {
  const wide = new Mapper({ client: engine.client, entities: [Wide] }).repository(Wide);
  const entity = wide.create({ id: 'a' });
  for (const name of names) Reflect.set(entity, name, 'before');
  await wide.insert(entity);
  for (const name of names) Reflect.set(entity, name, 'after');
  await wide.save(entity);
  expect(Object.entries(await wide.getOrFail({ id: 'a' })).filter(([, value]) => value === 'after')).toHaveLength(140);
});

describe('a condition fits if its expression does', () => {
  const text = { S: 'text' };
  const long = Array.from({ length: 900 }, (_, at) => `part_${at}`);
  const forms: [string, (attribute: string) => WireCondition][] = [
    ['absence', (attribute) => ({ attribute, exists: false })],
    ['equality', (attribute) => ({ attribute, within: [], eq: text })],
    ['size', (attribute) => ({ attribute, size: true, eq: { N: '1' } })],
    ['negation', (attribute) => ({ not: { attribute, eq: text } })],
    [
      'alternatives',
      (attribute) => ({
        or: [
          { attribute, exists: false },
          { attribute, eq: text },
        ],
      }),
    ],
    ['a range', (attribute) => ({ attribute, between: [text, text] })],
    ['a long path', (attribute) => ({ attribute, within: long, eq: text })],
    ['an operand with a long path', (attribute) => ({ attribute, eq: { attribute, within: long } })],
    ['a long list', (attribute) => ({ attribute, in: long.map((S) => ({ S })) })],
  ];

  test.each(forms)('for any number of comparisons: %s', (_what, form) => {
    for (const count of [1, 2, 7, 8, 9, 16, 60, 99, 101, 149, 151, 200]) {
      const condition = { and: names.concat(names).slice(0, count).map(form) };
      const { ConditionExpression: expression } = conditionParams(condition);
      expect([count, conditionFits(condition)]).toEqual([count, fitsLimits(expression)]);
    }
  });

  test('for lists in lists, which are parentheses', () => {
    let condition: WireCondition = { attribute: 'title', eq: text };
    for (let depth = 1; depth <= 1_500; depth++) {
      condition = depth % 2 === 0 ? { and: [condition, condition].slice(0, depth > 10 ? 1 : 2) } : { or: [condition] };
      if (depth % 100 !== 0 && depth > 12) continue;
      const { ConditionExpression: expression } = conditionParams(condition);
      expect([depth, conditionFits(condition)]).toEqual([depth, fitsLimits(expression)]);
    }
  });
});
