import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import type { WireItem, WireValue } from '../../lib/codec/wire.js';
import type { WireCondition } from '../../lib/codec/wire-condition.js';
import { conditionParams } from '../../lib/store/condition.js';
import { EngineCalls } from '../support/engine-calls.js';
import { sendRaw, storeRaw } from '../support/raw-requests.js';

let engine: EmbeddedEngine;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
  const schema = {
    TableName: 'things',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  };
  await sendRaw(engine.endpoint, 'CreateTable', JSON.stringify(schema));
});
afterAll(() => engine.close());

let count = 0;
/** Whether a condition holds on a stored item, by the engine. */
async function holds(condition: WireCondition, attributes: WireItem): Promise<boolean> {
  const id = { S: `thing ${++count}` };
  await storeRaw(engine.endpoint, 'things', { ...attributes, id });
  const outcome = await new EngineCalls(engine.client).put({
    TableName: 'things',
    Item: { id },
    ...conditionParams(condition),
  });
  return outcome.done;
}

const names = [
  'plain',
  'a.b',
  'a[0]',
  'a.b[1].c',
  'size',
  'n0',
  '#c_1',
  ':c_1',
  'größe',
  '優先度',
  "it's",
  'constructor',
];
test.each(names)('a condition speaks of just the attribute that it names: %s', async (attribute) => {
  const item = { [attribute]: { S: 'x' } };
  expect(await holds({ attribute, exists: true }, item)).toBe(true);
  expect(await holds({ attribute, exists: false }, item)).toBe(false);
  expect(await holds({ attribute, exists: true }, { other: { S: 'x' } })).toBe(false);
  expect(await holds({ attribute, eq: { S: 'x' } }, item)).toBe(true);
  expect(await holds({ attribute, eq: { S: 'y' } }, item)).toBe(false);
});

test('conditions on many attributes keep them apart', async () => {
  const item = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`attribute ${at}`, { N: `${at}` }]));
  const all = Object.entries(item).map(([attribute, eq]) => ({ attribute, eq }));
  expect(await holds({ and: [...all, ...all] }, item)).toBe(true);
  expect(await holds({ and: all }, { ...item, 'attribute 11': { N: '1' } })).toBe(false);
});

test.each<[WireValue, WireValue]>([
  [{ S: 'text' }, { S: 'texT' }],
  [{ S: '' }, { S: ' ' }],
  [{ N: '98765432109876543210987654321098765432' }, { N: '98765432109876543210987654321098765433' }],
  [{ B: 'AAEC' }, { B: 'AAED' }],
  [{ BOOL: true }, { BOOL: false }],
  [{ NULL: true }, { S: '' }],
  [{ SS: ['a', 'b'] }, { SS: ['a'] }],
  [{ NS: ['1', '2'] }, { NS: ['1', '3'] }],
  [{ BS: ['AA==', 'AQ=='] }, { BS: ['AA=='] }],
])('a value is equal to itself and to no other: %j, %j', async (value, other) => {
  const item = { value };
  expect(await holds({ attribute: 'value', eq: value }, item)).toBe(true);
  expect(await holds({ attribute: 'value', eq: other }, item)).toBe(false);
});

test('conditions are joined by and and or, one in the other', async () => {
  const both = (a: boolean, b: boolean): WireCondition => ({
    or: [
      {
        and: [
          { attribute: 'a', exists: a },
          { attribute: 'b', exists: b },
        ],
      },
      { attribute: 'c', lte: { N: '3' } },
    ],
  });
  const one: WireItem = { a: { S: 'x' } };
  expect(await holds(both(true, false), one)).toBe(true);
  expect(await holds(both(true, true), one)).toBe(false);
  expect(await holds(both(true, true), { ...one, c: { N: '3' } })).toBe(true);
  expect(await holds(both(true, true), { ...one, c: { N: '3.5' } })).toBe(false);
  expect(await holds(both(true, true), { ...one, c: { S: '3' } })).toBe(false);
});

test('a condition without values sends none: engines refuse an empty list of them', () => {
  expect(Object.keys(conditionParams({ attribute: 'a', exists: true })).toSorted()).toEqual([
    'ConditionExpression',
    'ExpressionAttributeNames',
  ]);
});
