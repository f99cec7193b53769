import { NumberValueImpl as NumberValue } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from '@jest/globals';
import vm from 'node:vm';
import { encodeItem, encodeValue } from '../../lib/codec/encode.js';
import { caught } from '../errors/caught.js';

class Money {
  amount = 1;
}

const anonymous = (() => class {})();
const named = Object.defineProperty(class {}, 'name', { value: () => 'secret' });

/** `{ a: { a: … value } }` or `[[… value]]`, in so many containers. */
function nested(levels: number, value: unknown, wrap: (inner: unknown) => unknown): unknown {
  let at = value;
  for (let level = 0; level < levels; level++) at = wrap(at);
  return at;
}

const kinds: [string, (inner: unknown) => unknown, (levels: number) => string][] = [
  ['objects', (inner) => ({ a: inner }), (levels) => '.a'.repeat(levels)],
  ['arrays', (inner) => [inner], (levels) => '[0]'.repeat(levels)],
  ['Maps', (inner) => new Map([['a', inner]]), (levels) => '.a'.repeat(levels)],
];

describe('what no engine can hold is refused:', () => {
  it.each<[what: string, value: unknown, found: string]>([
    ['a function', () => 1, 'a function'],
    ['a class', Money, 'a function'],
    ['a symbol', Symbol('secret'), 'a symbol'],
    ['a class instance', new Money(), 'an instance of Money'],
    ['an instance of a class without a name', new anonymous(), 'an instance of a class without a name'],
    ['an instance of a class with a name of its own making', new named(), 'an instance of a class without a name'],
    ['an object made from an object', Object.create({ a: 1 }), 'an instance of Object'],
    ['a Date', new Date(0), 'an instance of Date'],
    ['a RegExp', /secret/, 'an instance of RegExp'],
    ['an Error', new Error('secret'), 'an instance of Error'],
    ['a promise', Promise.resolve('secret'), 'an instance of Promise'],
    ['a WeakMap', new WeakMap(), 'an instance of WeakMap'],
    ['a boxed string', Object('secret'), 'an instance of String'],
    ['a boxed number', Object(1), 'an instance of Number'],
    ['a Date of another realm', vm.runInNewContext('new Date(0)'), 'an instance of Date'],
    ['a class instance of another realm', vm.runInNewContext('new (class Money {})()'), 'an instance of Money'],
    ['a Map with a number for a key', new Map([[1, 'secret']]), "a Map with a key that isn't a string"],
    ['a Map with an object for a key', new Map([[{}, 'secret']]), "a Map with a key that isn't a string"],
    ['a Set of text and numbers', new Set(['1', 1]), 'a Set of anything but only strings, only numbers or only bytes'],
    [
      'a Set of numbers and bytes',
      new Set([1, new Uint8Array()]),
      'a Set of anything but only strings, only numbers or only bytes',
    ],
    [
      'a Set of bytes and text',
      new Set([new Uint8Array(), 'a']),
      'a Set of anything but only strings, only numbers or only bytes',
    ],
    ['a Set of booleans', new Set([true]), 'a Set of anything but only strings, only numbers or only bytes'],
    ['a Set of null', new Set([null]), 'a Set of anything but only strings, only numbers or only bytes'],
    ['a Set of undefined', new Set([undefined]), 'a Set of anything but only strings, only numbers or only bytes'],
    ['a Set of objects', new Set([{}]), 'a Set of anything but only strings, only numbers or only bytes'],
    ['a Set of Sets', new Set([new Set(['a'])]), 'a Set of anything but only strings, only numbers or only bytes'],
    ['text with half a surrogate pair', 'secret\ud83d', 'text with half a surrogate pair, which UTF-8 cannot hold'],
    ['text with the other half', '\ude00secret', 'text with half a surrogate pair, which UTF-8 cannot hold'],
    ['a Set of such text', new Set(['a', '\ud83d']), 'text with half a surrogate pair, which UTF-8 cannot hold'],
  ])('%s', (_what, value, found) => {
    const { details, message } = caught('UNSUPPORTED_VALUE', () =>
      encodeItem({ ok: 1, settings: { list: [0, 'one', { x: value }] } }),
    );
    expect(details).toEqual({ path: 'settings.list[2].x', found });
    expect(message).toContain(`settings.list[2].x holds ${found}`);
    expect(message).not.toContain('secret');
    expect(caught('UNSUPPORTED_VALUE', () => encodeValue(value, 'top')).details).toEqual({ path: 'top', found });
  });

  it.each([
    ['undefined', [1, undefined], 'settings.list[1]'],
    ['a hole', Array<unknown>(2), 'settings.list[0]'],
    ['a hole in the middle', Object.assign(Array<unknown>(3), { 0: 'a', 2: 'b' }), 'settings.list[1]'],
  ])('%s in a list', (_what, list, path) => {
    const { details } = caught('UNSUPPORTED_VALUE', () => encodeItem({ settings: new Map([['list', list]]) }));
    expect(details).toEqual({ path, found: 'undefined' });
  });

  it('undefined as a value of its own', () => {
    expect(caught('UNSUPPORTED_VALUE', () => encodeValue(undefined, 'a')).details).toEqual({
      path: 'a',
      found: 'undefined',
    });
  });

  it.each<[what: string, value: unknown, found: string]>([
    ['NaN', Number.NaN, 'NaN'],
    ['Infinity', Number.POSITIVE_INFINITY, 'Infinity'],
    ['-Infinity', Number.NEGATIVE_INFINITY, '-Infinity'],
    ['an unsafe integer', 2 ** 53, "an integer beyond 2^53 that isn't a bigint"],
    ['39 digits', 123_456_789_012_345_678_901_234_567_890_123_456_789n, 'a number that engines cannot store'],
    [
      '39 decimals',
      NumberValue.from('0.123456789012345678901234567890123456789'),
      'a number that engines cannot store',
    ],
    ['too large a number', 10n ** 126n, 'a number that engines cannot store'],
    ['too small a number', 1e-131, 'a number that engines cannot store'],
    ['a NumberValue of other text', NumberValue.from('secret'), 'a number that engines cannot store'],
    ['NaN in a Set', new Set([1, Number.NaN]), 'NaN'],
    [
      '39 digits in a Set',
      new Set([123_456_789_012_345_678_901_234_567_890_123_456_789n]),
      'a number that engines cannot store',
    ],
  ])('%s', (_what, value, found) => {
    const { details, message } = caught('INVALID_NUMBER', () => encodeItem({ settings: { list: [0, value] } }));
    expect(details).toEqual({ path: 'settings.list[1]', found });
    expect(message).not.toMatch(/secret|123456/);
  });

  it.each<[where: string, value: object, path: string]>([
    ['in an object', { set: new Set() }, 'a.set'],
    ['in a list', [new Set()], 'a[0]'],
    ['in a Map', new Map([['set', new Set()]]), 'a.set'],
  ])('an empty Set %s', (_where, value, path) => {
    expect(caught('EMPTY_SET', () => encodeItem({ a: value })).details).toEqual({ path });
  });

  it('an empty Set as a value of its own', () => {
    expect(caught('EMPTY_SET', () => encodeValue(new Set(), 'a')).details).toEqual({ path: 'a' });
  });

  it.each<[where: string, item: Record<string, unknown>, path: string]>([
    ['of an item', { '': 1 }, 'the item'],
    ['of an object', { a: [{ '': 1 }] }, 'a[0]'],
    ['of a Map', { a: { b: new Map([['', 1]]) } }, 'a.b'],
  ])('an empty name %s', (_where, item, path) => {
    expect(caught('INVALID_NAME', () => encodeItem(item)).details).toEqual({ path });
  });

  it.each<[where: string, item: Record<string, unknown>, path: string]>([
    ['of an item', { 'a\ud83d': 1 }, 'the item'],
    ['of an object', { a: [{ '\ude00': 1 }] }, 'a[0]'],
    ['of a Map', { a: { b: new Map([['\ud83d', 1]]) } }, 'a.b'],
  ])('a name %s with half a surrogate pair', (_where, item, path) => {
    // several such names would become one and the same in UTF-8
    const found = 'a name with half a surrogate pair, which UTF-8 cannot hold';
    expect(caught('UNSUPPORTED_VALUE', () => encodeItem(item)).details).toEqual({ path, found });
  });
});

describe('nesting', () => {
  it.each(kinds)('of %s goes 32 levels deep', (_kind, wrap, path) => {
    for (const innermost of ['x', new Set([1]), new Uint8Array(1)]) {
      expect(() => encodeItem({ top: nested(32, innermost, wrap) })).not.toThrow();
    }
    const { details } = caught('TOO_DEEP', () => encodeItem({ top: nested(33, 'x', wrap) }));
    expect(details).toEqual({ path: `top${path(32)}`, limit: 32 });
  });

  it('counts empty containers, too', () => {
    const list = kinds[1]?.[1] as (inner: unknown) => unknown;
    for (const empty of [{}, [], new Map()]) {
      expect(() => encodeItem({ top: nested(31, empty, list) })).not.toThrow();
      expect(caught('TOO_DEEP', () => encodeItem({ top: nested(32, empty, list) })).details.path).toBe(
        `top${'[0]'.repeat(32)}`,
      );
    }
  });

  it('of any depth is refused, not run into the ground', () => {
    expect(caught('TOO_DEEP', () => encodeItem({ top: nested(100_000, 'x', (inner) => [inner]) })).details.limit).toBe(
      32,
    );
  });

  it('that repeats a value without going in circles is too deep, not circular', () => {
    const shared = {};
    const deep = nested(40, shared, (inner) => ({ shared, inner }));
    expect(caught('TOO_DEEP', () => encodeItem({ deep })).details.path).toBe(`deep${'.inner'.repeat(31)}.shared`);
  });
});

describe('a value inside itself', () => {
  it('is told from a deep one, by the place of the circle', () => {
    const self: Record<string, unknown> = {};
    self.self = self;
    const list: unknown[] = [];
    list.push(list);
    const map = new Map<string, unknown>();
    map.set('map', [map]);
    const item: Record<string, unknown> = { id: 1 };
    item.item = { item };
    for (const [value, path] of [
      [{ self }, 'self'],
      [{ a: [{ b: self }] }, 'a[0].b'],
      [{ list }, 'list'],
      [{ a: map }, 'a'],
      [item, 'item'],
    ] as const) {
      const { details, message } = caught('CIRCULAR_VALUE', () => encodeItem(value));
      expect(details).toEqual({ path });
      expect(message).toContain(`${path} contains itself`);
    }
  });

  it('is found whatever else it contains', () => {
    // at the deepest level stands something that is not in the circle
    const parent: Record<string, unknown> = { meta: { x: [[1]] } };
    parent.child = { meta: {}, list: [{}, new Set([1])], parent };
    expect(caught('CIRCULAR_VALUE', () => encodeItem({ a: { parent } })).details).toEqual({ path: 'a.parent' });
  });

  it('is found in circles of every length up to the limit', () => {
    for (let length = 1; length <= 16; length++) {
      const first: unknown[] = [];
      first.push(
        {},
        nested(length - 1, first, (inner) => [inner]),
      );
      expect(caught('CIRCULAR_VALUE', () => encodeItem({ first })).details).toEqual({ path: 'first' });
    }
  });
});
