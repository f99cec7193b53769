import { describe, expect, test } from '@jest/globals';
import type { WireItem, WireValue } from 'dynamo-evolve';
import fc from 'fast-check';
import { conditionParams, fitsLimits, unchanged } from '../../lib/store/condition.js';
import { allUnchangedSince, unchangedSince } from '../../lib/rewrite/rewrite-plan.js';
import { performRequest } from '../proof/engine-model.js';
import { canonicalText } from '../../tools/engines/wire-places.js';

/** Whether the model of the engine finds an item's attribute unchanged. */
function isUnchanged(item: WireItem, attribute: string, value: WireValue | undefined): boolean {
  const input = { ...conditionParams(unchanged(attribute, value)), Item: item };
  return performRequest(item, { operation: 'PutItem', input }).response.error === undefined;
}

const hostileNames = ['a', 'size', 'a.b', 'a[0]', '#n', ':v', 'with space', '__proto__', 'constructor', "'", 'AND'];
const names = fc.constantFrom(...hostileNames);
const scalar: fc.Arbitrary<WireValue> = fc.oneof(
  fc.constantFrom('', 'a').map((S) => ({ S })),
  fc.constantFrom('0', '1', '-0.5').map((N) => ({ N })),
  fc.boolean().map((BOOL) => ({ BOOL })),
  fc.constant({ NULL: true }),
  fc.constantFrom(['x'], ['x', 'y']).map((SS) => ({ SS })),
);
const { value } = fc.letrec<{ value: WireValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }).map((L) => ({ L })),
    fc.array(fc.tuple(names, tie('value')), { maxLength: 3 }).map((entries) => ({ M: Object.fromEntries(entries) })),
  ),
}));

/** Every value that differs from another one in one place. */
function* neighbours(one: WireValue): Generator<WireValue> {
  yield { S: 'something else' };
  if ('L' in one) {
    yield { M: Object.fromEntries(one.L.map((member, at) => [String(at), member])) };
    yield { L: [...one.L, { NULL: true }] };
    for (const [at, member] of one.L.entries()) {
      yield { L: one.L.filter((_, index) => index !== at) };
      for (const other of neighbours(member)) yield { L: one.L.with(at, other) };
    }
  } else if ('M' in one) {
    const entries = Object.entries(one.M);
    yield { L: entries.map(([, member]) => member) };
    yield { M: Object.fromEntries([...entries, ['another', { NULL: true }]]) };
    for (const [at, [name, member]] of entries.entries()) {
      yield { M: Object.fromEntries(entries.filter((_, index) => index !== at)) };
      yield { M: Object.fromEntries(entries.with(at, ['another', member])) };
      for (const other of neighbours(member)) yield { M: Object.fromEntries(entries.with(at, [name, other])) };
    }
  }
}

describe('the condition that an attribute is unchanged', () => {
  test('holds for the very item', () => {
    fc.assert(
      fc.property(names, value, (attribute, one) => {
        expect(isUnchanged(Object.fromEntries([[attribute, one]]), attribute, one)).toBe(true);
      }),
    );
  });

  test('fails after any single change', () => {
    const property = (attribute: string, one: WireValue) => {
      expect(isUnchanged({}, attribute, one)).toBe(false);
      for (const other of neighbours(one)) {
        const isEqual = canonicalText(other) === canonicalText(one);
        expect(isUnchanged(Object.fromEntries([[attribute, other]]), attribute, one)).toBe(isEqual);
      }
    };
    fc.assert(fc.property(names, value, property));
  });

  test('wants an absent attribute to be absent', () => {
    expect(isUnchanged({ b: { S: 'b' } }, 'a', undefined)).toBe(true);
    expect(isUnchanged({ a: { NULL: true } }, 'a', undefined)).toBe(false);
  });

  test('says nothing of other attributes', () => {
    expect(isUnchanged({ a: { L: [] }, b: { S: 'b' } }, 'a', { L: [] })).toBe(true);
  });

  test('compares sets whole, and every other value by its notation', () => {
    expect(isUnchanged({ a: { SS: ['y', 'x'] } }, 'a', { SS: ['x', 'y'] })).toBe(true);
    expect(isUnchanged({ a: { N: '1' } }, 'a', { S: '1' })).toBe(false);
  });
});

describe('the limits of an expression', () => {
  test('take 4,096 characters and 300 operators', () => {
    expect(fitsLimits('x'.repeat(4_096))).toBe(true);
    expect(fitsLimits('x'.repeat(4_097))).toBe(false);
    expect(fitsLimits(Array.from({ length: 301 }, () => 'a').join('='))).toBe(true);
    expect(fitsLimits(Array.from({ length: 302 }, () => 'a').join('='))).toBe(false);
  });

  test('a value of few leaves is compared leaf by leaf, one of many whole', () => {
    const list = (length: number): WireItem => ({ a: { L: Array.from({ length }, () => ({ S: 'a' })) } });
    const few = unchangedSince(list(3), 'a');
    expect(few).toEqual(unchanged('a', list(3).a));
    expect(unchangedSince(list(500), 'a')).toEqual({ attribute: 'a', eq: list(500).a });
    expect(fitsLimits(conditionParams(unchangedSince(list(500), 'a')).ConditionExpression)).toBe(true);
  });

  test('many values of few leaves are compared whole', () => {
    const attributes = Array.from({ length: 20 }, (_, at) => `a${at}`);
    const one: WireValue = { L: Array.from({ length: 10 }, () => ({ S: 'a' })) };
    const item = Object.fromEntries(attributes.map((name) => [name, one]));
    expect(allUnchangedSince(item, attributes)).toEqual(attributes.map((attribute) => ({ attribute, eq: one })));
    expect(allUnchangedSince(item, ['a0', 'absent'])).toEqual([unchanged('a0', one), unchanged('absent', undefined)]);
    expect(allUnchangedSince(item, [])).toEqual([]);
  });

  test('a whole comparison holds for the very value alone', () => {
    const one: WireValue = { M: { x: { L: [{ S: 'a' }] } } };
    const params = conditionParams(unchanged('a', one, true));
    const error = (item: WireItem) => performRequest(item, { operation: 'DeleteItem', input: params }).response.error;
    expect(error({ a: one })).toBeUndefined();
    expect(error({ a: { M: { x: { L: [] } } } })?.name).toBe('ConditionalCheckFailedException');
  });
});
