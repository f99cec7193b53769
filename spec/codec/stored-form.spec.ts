import { NumberValueImpl as NumberValue } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { inspect, isDeepStrictEqual } from 'node:util';
import vm from 'node:vm';
import fc from 'fast-check';
import { decodeItem, decodeValue } from '../../lib/codec/decode.js';
import { encodeItem, encodeValue } from '../../lib/codec/encode.js';
import { storedForm, storedItem } from '../../lib/codec/stored-form.js';
import type { Item } from '../../lib/item/item.js';
import { isMapperError } from '../../lib/errors.js';
import { cases } from '../support/effort.js';
import { arbitraryName, arbitrarySpecimen, arbitraryText } from '../support/arbitrary-values.js';

const runs = { numRuns: cases(3_000) };

const stored = (value: unknown) => decodeValue(encodeValue(value, 'a'), 'a');

function expectSame(actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new Error(`expected ${inspect(expected, { depth: null })}, but found ${inspect(actual, { depth: null })}`);
}

/** All objects, arrays, Sets, Maps and bytes in a value, each as often as it is met. */
function containersIn(value: unknown, outer: readonly unknown[] = []): object[] {
  if (typeof value !== 'object' || value === null || value instanceof NumberValue || outer.includes(value)) return [];
  if (ArrayBuffer.isView(value)) return [value];
  const members = value instanceof Set ? [...value] : value instanceof Map ? [...value.values()] : Object.values(value);
  return [value, ...members.flatMap((member) => containersIn(member, [...outer, value]))];
}

const bytes = (...values: number[]) => Uint8Array.from(values);
const shared = { theme: 'dark', sizes: [1] };
class Money {}

/** Values in notations that nothing stored has, and values that aren't stored. */
const odd: fc.Arbitrary<unknown> = fc.oneof(
  arbitrarySpecimen.map(({ value }) => value),
  fc.constantFrom<unknown>(-0, 0, 1n, -7n, 2n ** 53n, NumberValue.from('1.50'), NumberValue.from('-0'), 10n ** 40n),
  fc.constantFrom<unknown>(new Set([1, 1n]), new Set([NumberValue.from('1.0'), 1]), new Set(['a']), new Set([-0])),
  fc.constantFrom<unknown>(Buffer.from('ab'), new DataView(new ArrayBuffer(2)), new ArrayBuffer(1), new Uint16Array(1)),
  fc.constantFrom<unknown>(new Set([Buffer.from('a'), bytes(97)]), shared, Object.freeze([shared, shared])),
);
const unstorable = fc.constantFrom<unknown>(
  Number.NaN,
  2 ** 60,
  1e-200,
  undefined,
  () => 1,
  Symbol('s'),
  new Money(),
  new Date(0),
  new Set(),
  new Set([1, 'a']),
  new Set([Number.NaN]),
  new Map([[1, 'a']]),
  '\ud800',
  10n ** 200n,
);

/** Maps, objects and lists of such values. */
function nestedOf(leaf: fc.Arbitrary<unknown>, inLists = leaf): fc.Arbitrary<unknown> {
  const { value } = fc.letrec<{ value: unknown }>((tie) => {
    const members = fc.uniqueArray(fc.tuple(arbitraryName, fc.oneof(tie('value'), fc.constant(undefined))), {
      maxLength: 4,
      selector: ([name]) => name,
    });
    return {
      value: fc.oneof(
        { maxDepth: 3, depthSize: 'small' },
        leaf,
        members.map((entries) => Object.fromEntries(entries)),
        members.map((entries) => Object.assign(Object.create(null) as object, Object.fromEntries(entries))),
        members.map((entries) => new Map(entries)),
        fc.array(fc.oneof(tie('value'), inLists), { maxLength: 3 }),
      ),
    };
  });
  return value;
}

describe('the stored form of a value', () => {
  it('is what comes back from the wire', () => {
    fc.assert(
      fc.property(nestedOf(odd), (value) => expectSame(storedForm(value), stored(value))),
      runs,
    );
  });

  it('is itself the stored form', () => {
    fc.assert(
      fc.property(nestedOf(odd), (value) => expectSame(storedForm(storedForm(value)), storedForm(value))),
      runs,
    );
  });

  it('shares nothing with the value, nor one part of it with another', () => {
    fc.assert(
      fc.property(nestedOf(odd), (value) => {
        const originals = new Set(containersIn(value));
        const containers = containersIn(storedForm(value));
        expect(containers.filter((container) => originals.has(container))).toEqual([]);
        expect(new Set(containers).size).toBe(containers.length);
      }),
      runs,
    );
  });

  it('is refused where the value is', () => {
    const isRefused = (value: unknown) => {
      try {
        encodeValue(value, 'a');
        return false;
      } catch (error) {
        if (!isMapperError(error)) throw error;
        return true;
      }
    };
    let refused = 0;
    fc.assert(
      fc.property(nestedOf(fc.oneof(odd, unstorable)), (value) => {
        if (isRefused(value)) refused++;
        expect(isRefused(storedForm(value))).toBe(isRefused(value));
      }),
      runs,
    );
    expect(refused).toBeGreaterThan(runs.numRuns / 10);
  });

  it.each<[what: string, value: unknown, form: unknown]>([
    ['text', 'text', 'text'],
    ['the negative zero', -0, 0],
    ['a small bigint', 7n, 7],
    ['a large bigint', 2n ** 60n, 2n ** 60n],
    ['a NumberValue that is a number', NumberValue.from('1.50'), 1.5],
    [
      'a NumberValue in another notation',
      NumberValue.from('1.23456789012345678900'),
      NumberValue.from('1.234567890123456789'),
    ],
    ['a Buffer', Buffer.from('ab'), bytes(97, 98)],
    [
      'a Map',
      new Map<string, unknown>([
        ['b', 1n],
        ['c', undefined],
      ]),
      { b: 1 },
    ],
    ['nested undefined', { b: undefined, c: { d: undefined } }, { c: {} }],
    ['one number twice in a Set', new Set([1, 1n]), new Set([1])],
    ['an object of another realm', vm.runInNewContext('({ a: [1] })'), { a: [1] }],
    [
      'an accessor',
      {
        get b() {
          return 1n;
        },
      },
      { b: 1 },
    ],
    ['text that is ill-formed, as it is', '\ud800', '\ud800'],
    ['a Date, copied', new Date(0), new Date(0)],
  ])('for example %s', (_what, value, form) => {
    expectSame(storedForm(value), form);
  });

  it('ends for what contains itself', () => {
    const parent: Item = { name: 'p' };
    parent.children = Array.from({ length: 5 }, () => ({ parent, siblings: parent.children }));
    for (const child of parent.children as Item[]) child.siblings = parent.children;
    expect(() => encodeValue(storedForm(parent), 'a')).toThrow(expect.objectContaining({ code: 'CIRCULAR_VALUE' }));
  });

  it('is as deep as engines store, and is refused when it is deeper', () => {
    const deep = (levels: number) => {
      let value: unknown = 'x';
      for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { value };
      return value;
    };
    expectSame(storedForm(deep(32)), deep(32));
    for (const levels of [33, 34, 500])
      expect(() => encodeValue(storedForm(deep(levels)), 'a')).toThrow(expect.objectContaining({ code: 'TOO_DEEP' }));
  });
});

describe('the stored form of an item', () => {
  const items = fc
    .uniqueArray(fc.tuple(arbitraryName, fc.oneof(nestedOf(odd), fc.constantFrom(undefined, new Set()))), {
      maxLength: 6,
      selector: ([name]) => name,
    })
    .map((entries): Item => Object.fromEntries(entries));

  it('is what comes back from the wire', () => {
    fc.assert(
      fc.property(items, (item) => {
        const expected = decodeItem(encodeItem(item));
        expectSame(storedItem({ ...item }), expected);
        expectSame(storedItem(Object.freeze({ ...item })), expected);
      }),
      runs,
    );
  });

  it('takes names that every object inherits for data, and no inherited ones', () => {
    const pollution = { value: undefined, enumerable: true, configurable: true, writable: true };
    fc.assert(
      fc.property(arbitraryText, (text) => {
        // oxlint-disable-next-line no-extend-native -- taken away again below
        Object.defineProperty(Object.prototype, 'polluted', pollution);
        try {
          expect(Object.keys(storedItem({ text, constructor: { polluted: 1n } }))).toEqual(['text', 'constructor']);
          expect(Object.keys(storedForm({ text }) as object)).toEqual(['text']);
        } finally {
          delete (Object.prototype as { polluted?: unknown }).polluted;
        }
      }),
      { numRuns: 10 },
    );
  });
});
