import { GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { WireItem, WireValue } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import fc from 'fast-check';
import type { WireCondition, WirePath } from '../../lib/codec/wire-condition.js';
import { conditionParams } from '../../lib/store/condition.js';
import { createTable } from '../../lib/store/create-table.js';
import { ClientTransport } from '../../lib/store/client-transport.js';
import { updateParams, type WireChange } from '../../lib/store/update.js';
import { cases } from '../support/effort.js';
import { type EngineInput, performRequest } from './engine-model.js';
import { canonicalText } from '../../tools/engines/wire-places.js';

const TableName = 'things';
let engine: EmbeddedEngine;

beforeAll(async () => {
  engine = await startEmbeddedEngine();
  const keys = [{ name: 'id', type: 'string' }] as const;
  await createTable(new ClientTransport(engine.client), { name: TableName, keys, indexes: [] } as never, {
    writeIsolation: 'always_use_lwt',
  });
});
afterAll(() => engine.close());

/** Without the empty string, whose size dynalite doesn't know. */
const scalar: fc.Arbitrary<WireValue> = fc.oneof(
  fc.constantFrom('a', 'b', 'ab').map((S) => ({ S })),
  fc.integer({ min: 0, max: 2 }).map((number) => ({ N: String(number) })),
  fc.boolean().map((BOOL) => ({ BOOL })),
  fc.constant({ NULL: true }),
);
const names = fc.constantFrom('a', 'b', 'size', 'with.dot');
const { value } = fc.letrec<{ value: WireValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    scalar,
    fc.array(tie('value'), { maxLength: 2 }).map((L) => ({ L })),
    fc.uniqueArray(names, { maxLength: 2 }).chain((keys) =>
      fc.tuple(...keys.map(() => tie('value'))).map((values) => ({
        M: Object.fromEntries(keys.map((key, at) => [key, values[at] as WireValue])),
      })),
    ),
  ),
}));
const members = fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { minLength: 1, maxLength: 2 });
const stored: fc.Arbitrary<WireItem> = fc
  .record(
    { a: value, b: value, c: value, set: members.map((SS) => ({ SS })), count: fc.constant({ N: '3' }) },
    { requiredKeys: [] },
  )
  .map((item): WireItem => ({ ...item }));

const path: fc.Arbitrary<WirePath> = fc.record({
  attribute: fc.constantFrom('a', 'b', 'c', 'set', 'absent'),
  within: fc.array(fc.oneof(names, fc.integer({ min: 0, max: 1 })), { maxLength: 2 }),
});
const { condition } = fc.letrec<{ condition: WireCondition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    fc.tuple(path, fc.boolean()).map(([place, exists]) => ({ ...place, exists })),
    fc.tuple(path, scalar).map(([place, eq]) => ({ ...place, eq })),
    fc.tuple(path, scalar).map(([place, ne]) => ({ ...place, ne })),
    fc.tuple(path, fc.constantFrom({ N: '1' }, { S: 'a' })).map(([place, lte]) => ({ ...place, lte })),
    fc.tuple(path, fc.constantFrom('M' as const, 'L' as const)).map(([place, type]) => ({ ...place, type })),
    fc
      .tuple(path, fc.integer({ min: 0, max: 2 }))
      .map(([place, size]) => ({ ...place, size: true as const, eq: { N: `${size}` } })),
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((and) => ({ and })),
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((or) => ({ or })),
  ),
}));

/** At most one for each attribute, since an engine refuses more. */
const changes: fc.Arbitrary<WireChange[]> = fc
  .tuple(
    fc.constant({ attribute: 'always', set: { BOOL: true } }),
    ...['a', 'b', 'c'].map((attribute) =>
      fc.option(
        fc.oneof(
          value.map((set) => ({ attribute, set })),
          fc.constant({ attribute, remove: true as const }),
          fc.tuple(names, value).map(([name, set]) => ({ attribute, within: [name], set })),
          names.map((name) => ({ attribute, within: [name], remove: true as const })),
          fc.tuple(fc.integer({ min: 0, max: 3 }), value).map(([at, set]) => ({ attribute, within: [at], set })),
          fc.integer({ min: 0, max: 1 }).map((at) => ({ attribute, within: [at], remove: true as const })),
        ),
      ),
    ),
    fc.option(fc.constant({ attribute: 'count', add: { N: '2' } })),
    fc.option(
      fc.oneof(
        members.map((SS) => ({ attribute: 'set', add: { SS } })),
        members.map((SS) => ({ attribute: 'set', delete: { SS } })),
      ),
    ),
  )
  .map((all) => all.filter((one) => one !== null) as WireChange[]);

let keys = 0;

/** What a request does, here and there. */
async function both(item: WireItem | undefined, input: EngineInput, id: WireItem) {
  const { client } = engine;
  const Key = id as never;
  if (item) await client.send(new PutItemCommand({ TableName, Item: { ...item, ...id } as never }));
  const sent = new UpdateItemCommand({ TableName, ...input, Key } as never);
  const error = await client.send(sent).then(
    () => undefined,
    ({ name }: Error) => name,
  );
  const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
  const own = performRequest(item && { ...item, ...id }, { operation: 'UpdateItem', input: { ...input, Key: id } });
  return {
    engine: { error, item: canonicalText(Item as WireItem | undefined) },
    model: { error: own.response.error?.name, item: canonicalText(own.item) },
  };
}

describe('the model of the engine', () => {
  test('does with conditional updates what an engine does', async () => {
    const property = async (item: WireItem | undefined, wanted: WireCondition, update: WireChange[]) => {
      const id = { id: { S: `k${keys++}` } };
      const outcome = await both(item, { TableName, Key: id, ...updateParams(update, wanted) } as EngineInput, id);
      expect(outcome.model).toEqual(outcome.engine);
    };
    const item = fc.option(stored, { nil: undefined, freq: 5 });
    await fc.assert(fc.asyncProperty(item, condition, changes, property), { numRuns: cases(300) });
  }, 60_000);

  test('does with updates whose conditions hold what an engine does', async () => {
    const property = async (item: WireItem, update: WireChange[]) => {
      const id = { id: { S: `k${keys++}` } };
      const wanted = { attribute: 'id', exists: true };
      const outcome = await both(item, { TableName, Key: id, ...updateParams(update, wanted) } as EngineInput, id);
      expect(outcome.model).toEqual(outcome.engine);
    };
    await fc.assert(fc.asyncProperty(stored, changes, property), { numRuns: cases(200) });
  }, 60_000);

  test('knows NOT, IN and the comparisons', async () => {
    const expressions = [
      'NOT #a = :one',
      '#a IN (:one, :text)',
      'NOT (#a IN (:one) OR attribute_exists(#b))',
      '#a < :two AND #a > :zero',
      '#a >= :one',
      'size(#b) <= :two',
    ];
    const property = async (item: WireItem, expression: string) => {
      const id = { id: { S: `k${keys++}` } };
      const all: Record<string, WireValue> = { one: { N: '1' }, two: { N: '2' }, zero: { N: '0' }, text: { S: 'a' } };
      const used = Object.entries(all).filter(([name]) => expression.includes(`:${name}`));
      const input = {
        ConditionExpression: expression,
        UpdateExpression: 'SET #done = :done',
        ExpressionAttributeNames: {
          ...(expression.includes('#a') && { '#a': 'a' }),
          ...(expression.includes('#b') && { '#b': 'b' }),
          '#done': 'done',
        },
        ExpressionAttributeValues: Object.fromEntries([
          ...used.map(([name, one]) => [`:${name}`, one]),
          [':done', { BOOL: true }],
        ]) as Record<string, WireValue>,
      };
      const outcome = await both(item, input, id);
      expect(outcome.model).toEqual(outcome.engine);
    };
    await fc.assert(fc.asyncProperty(stored, fc.constantFrom(...expressions), property), { numRuns: cases(300) });
  }, 60_000);

  test('puts, deletes and reads', () => {
    const item = { id: { S: 'a' }, n: { N: '1' } };
    const absent = conditionParams({ attribute: 'id', exists: false });
    expect(performRequest(undefined, { operation: 'PutItem', input: { Item: item, ...absent } }).item).toEqual(item);
    const refused = performRequest(item, {
      operation: 'PutItem',
      input: { Item: { id: { S: 'a' } }, ...absent, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' },
    });
    expect(refused.item).toBe(item);
    expect(refused.response.error).toMatchObject({ name: 'ConditionalCheckFailedException', Item: item });
    expect(performRequest(item, { operation: 'GetItem', input: {} }).response.output).toEqual({ Item: item });
    expect(performRequest(item, { operation: 'DeleteItem', input: {} }).item).toBeUndefined();
  });
});
