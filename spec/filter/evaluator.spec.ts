import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startEmbeddedEngine } from 'dynamo-evolve/testing';
import fc from 'fast-check';
import { valueAt, type WireItem } from '../../lib/codec/wire.js';
import type { WireCondition } from '../../lib/codec/wire-condition.js';
import { isTrueOf } from '../../lib/filter/evaluate.js';
import { portablePredicate } from '../../lib/filter/portable-predicate.js';
import { conditionParams, fitsLimits } from '../../lib/store/condition.js';
import { EngineCalls } from '../support/engine-calls.js';
import { startDynamoDBLocal } from '../../tools/engines/dynamodb-local.js';
import { type RunningEngine, whyNoSecondEngine } from '../../tools/engines/engine-runs.js';
import { cases } from '../support/effort.js';
import { sendRaw, storeRaw } from '../support/raw-requests.js';
import { arbitraryCondition, arbitraryItem, dynaliteFaults, type EngineFaults } from './arbitrary-conditions.js';

/** A condition in the form that is sent. */
function portable(condition: WireCondition): WireCondition {
  if ('and' in condition) return { and: condition.and.map(portable) };
  if ('or' in condition) return { or: condition.or.map(portable) };
  return 'not' in condition ? { not: portable(condition.not) } : portablePredicate(condition);
}

const { EVALUATOR_CASES: count = cases(300), EVALUATOR_SEED: seed = '1' } = process.env;
const itemCount = 50;

const engines: [string, () => Promise<RunningEngine>, EngineFaults][] = [
  ['dynalite', startEmbeddedEngine, dynaliteFaults],
];
if ((await whyNoSecondEngine()) === undefined) engines.push(['DynamoDB Local', startDynamoDBLocal, {}]);

describe.each(engines)('on %s', (_name, start, faults) => {
  let engine: RunningEngine;
  let items: WireItem[];

  beforeAll(async () => {
    engine = await start();
    const schema = {
      TableName: 'things',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    };
    await sendRaw(engine.endpoint, 'CreateTable', JSON.stringify(schema));
    const sample = fc.sample(arbitraryItem(faults), { numRuns: itemCount, seed: Number(seed) });
    items = sample.map((item, at) => Object.fromEntries([...Object.entries(item), ['id', { S: `${at}` }]]));
    for (const item of items) await storeRaw(engine.endpoint, 'things', item);
  }, 60_000);
  afterAll(() => engine.close());

  const textOf = (item: WireItem) => JSON.stringify(item['id']);

  /** The items that the engine finds. */
  async function found(condition: WireCondition): Promise<string[]> {
    const { ConditionExpression: FilterExpression, ...names } = conditionParams(condition);
    const output = await new EngineCalls(engine.client).scan({ TableName: 'things', FilterExpression, ...names });
    expect(output.LastEvaluatedKey).toBeUndefined();
    return (output.Items ?? []).map(textOf).toSorted();
  }

  test('a condition holds on the very items that the engine finds with it', async () => {
    let matches = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryCondition(faults), async (condition) => {
        const sent = portable(condition);
        fc.pre(fitsLimits(conditionParams(sent).ConditionExpression));
        const expected = items.filter((item) => isTrueOf(condition, (name) => valueAt(item, name)));
        expect(expected.map(textOf).toSorted()).toEqual(await found(sent));
        matches += expected.length;
      }),
      { numRuns: Number(count), seed: Number(seed) },
    );
    // neither nearly all nor nearly none of the pairs
    const share = matches / (Number(count) * itemCount);
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.9);
  }, 600_000);
});
