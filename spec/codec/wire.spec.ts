import { describe, expect, it } from '@jest/globals';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { decodeItem, decodeValue } from '../../lib/codec/decode.js';
import {
  equalWire,
  requestItem,
  requestValue,
  wireBytes,
  type WireItem,
  type WireValue,
} from '../../lib/codec/wire.js';
import { setOwn } from '../../lib/item/own-value.js';
import { arbitraryItem, arbitraryName, arbitrarySpecimen, hostileNames } from '../support/arbitrary-values.js';
import { cases } from '../support/effort.js';

const runs = { numRuns: cases(2_000) };

describe('setOwn', () => {
  it.each([...hostileNames, ''])('makes %j an own property like any other', (name) => {
    const target = {};
    const before = Object.getOwnPropertyDescriptors(Object.prototype);
    setOwn(target, name, 1);
    setOwn(target, name, { a: 2 });
    expect(Object.getOwnPropertyDescriptors(target)).toEqual(
      Object.fromEntries([[name, { value: { a: 2 }, writable: true, enumerable: true, configurable: true }]]),
    );
    expect(Object.getPrototypeOf(target)).toBe(Object.prototype);
    expect(Object.getOwnPropertyDescriptors(Object.prototype)).toEqual(before);
  });

  it('does what defining a property does, for any names', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(arbitraryName, fc.nat())), (members) => {
        const target = {};
        for (const [name, value] of members) setOwn(target, name, value);
        expect(isDeepStrictEqual(target, Object.fromEntries(members))).toBe(true);
      }),
      runs,
    );
  });
});

describe('wireBytes', () => {
  it('reads base64 text and copies bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const copies = [
          wireBytes(bytes),
          wireBytes(Buffer.from(bytes)),
          wireBytes(Buffer.from(bytes).toString('base64')),
        ];
        return copies.every((copy) => isDeepStrictEqual(copy, bytes) && copy.buffer !== bytes.buffer);
      }),
      runs,
    );
  });
});

/** Every wire value in a wire value, itself included. */
function everyValue(value: WireValue): WireValue[] {
  if ('L' in value) return [value, ...value.L.flatMap(everyValue)];
  if ('M' in value) return [value, ...Object.values(value.M).flatMap(everyValue)];
  return [value];
}

describe('a request', () => {
  it('holds bytes, never base64 text, and says the same', () => {
    fc.assert(
      fc.property(arbitrarySpecimen, ({ value, received }) => {
        const request = requestValue(received);
        for (const one of everyValue(request)) {
          const bytes = 'B' in one ? [one.B] : 'BS' in one ? one.BS : [];
          if (bytes.some((member) => !(member instanceof Uint8Array))) return false;
        }
        return isDeepStrictEqual(decodeValue(request, 'a'), value) && equalWire(request, received);
      }),
      runs,
    );
  });

  it('is unchanged when it is made a request again', () => {
    fc.assert(
      fc.property(arbitrarySpecimen, ({ received }) => {
        const request = requestValue(received);
        return isDeepStrictEqual(requestValue(request), request);
      }),
      runs,
    );
  });

  it('keeps all that is no bytes to the letter: numbers stay in the notation in which they were read', () => {
    const wire = {
      n: { N: '1E+2' },
      ns: { NS: ['0.10', '-0'] },
      l: { L: [{ N: '1.0' }, { M: { s: { SS: ['a'] } } }] },
    };
    expect(requestItem(wire)).toStrictEqual(wire);
  });

  it('leaves the wire item alone, under any names', () => {
    fc.assert(
      fc.property(arbitraryItem, ({ value, received }) => {
        const before = JSON.stringify(received);
        const request = requestItem(received);
        const names = [request, received].map((one) => Object.keys(one).join('\n'));
        return (
          JSON.stringify(received) === before && names[0] === names[1] && isDeepStrictEqual(decodeItem(request), value)
        );
      }),
      runs,
    );
  });
});

/** Few enough values that two of them are often the same. */
const { value: few } = fc.letrec<{ value: WireValue; item: WireItem }>((tie) => ({
  item: fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'N'), tie('value'), { maxKeys: 2 }),
  value: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom<WireValue>(
      { S: '1' },
      { S: '' },
      { S: 'N' },
      { N: '1' },
      { N: '1.0' },
      { BOOL: true },
      { BOOL: false },
      { NULL: true },
      { B: 'AQ==' },
      { B: Uint8Array.of(1) },
      { B: '' },
      { SS: ['1'] },
      { SS: ['1', 'N'] },
      { SS: ['N', '1'] },
      { NS: ['1'] },
      { NS: ['1', '2'] },
      { NS: ['2', '1'] },
      { BS: ['AQ=='] },
      { BS: [Uint8Array.of(1)] },
      { BS: ['AQ==', 'Ag=='] },
      { BS: [Uint8Array.of(2), 'AQ=='] },
    ),
    fc.array(tie('value'), { maxLength: 2 }).map((L): WireValue => ({ L })),
    tie('item').map((M): WireValue => ({ M })),
  ),
}));

/** Whether two wire values are the same, told member by member. */
function isSame(a: WireValue, b: WireValue): boolean {
  const text = (bytes: string | Uint8Array) =>
    typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('base64');
  const isSameSet = (one: readonly string[], other: readonly string[]) =>
    one.length === other.length && one.every((member) => other.includes(member));
  if ('S' in a) return 'S' in b && a.S === b.S;
  if ('N' in a) return 'N' in b && a.N === b.N;
  if ('BOOL' in a) return 'BOOL' in b && a.BOOL === b.BOOL;
  if ('NULL' in a) return 'NULL' in b && a.NULL === b.NULL;
  if ('B' in a) return 'B' in b && text(a.B) === text(b.B);
  if ('SS' in a) return 'SS' in b && isSameSet(a.SS, b.SS);
  if ('NS' in a) return 'NS' in b && isSameSet(a.NS, b.NS);
  if ('BS' in a) return 'BS' in b && isSameSet(a.BS.map(text), b.BS.map(text));
  if ('L' in a)
    return 'L' in b && a.L.length === b.L.length && a.L.every((one, at) => isSame(one, b.L[at] as WireValue));
  if (!('M' in b) || Object.keys(a.M).length !== Object.keys(b.M).length) return false;
  return Object.keys(a.M).every(
    (name) => Object.hasOwn(b.M, name) && isSame(a.M[name] as WireValue, b.M[name] as WireValue),
  );
}

/**
 * The same value with the members of its sets and the names of its maps in reverse, and bytes in their other notation.
 */
function turned(value: WireValue): WireValue {
  const other = (bytes: string | Uint8Array) =>
    typeof bytes === 'string' ? Uint8Array.from(Buffer.from(bytes, 'base64')) : Buffer.from(bytes).toString('base64');
  if ('B' in value) return { B: other(value.B) };
  if ('SS' in value) return { SS: value.SS.toReversed() };
  if ('NS' in value) return { NS: value.NS.toReversed() };
  if ('BS' in value) return { BS: value.BS.map(other).toReversed() };
  if ('L' in value) return { L: value.L.map(turned) };
  if (!('M' in value)) return value;
  return {
    M: Object.fromEntries(
      Object.entries(value.M)
        .map(([name, one]) => [name, turned(one)])
        .toReversed(),
    ),
  };
}

describe('equalWire', () => {
  it('tells whether two wire values are the same, either way round', () => {
    const outcomes = { same: 0, different: 0 };
    fc.assert(
      fc.property(few, few, (a, b) => {
        const same = isSame(a, b);
        outcomes[same ? 'same' : 'different']++;
        return equalWire(a, b) === same && equalWire(b, a) === same;
      }),
      { numRuns: cases(10_000) },
    );
    expect(outcomes.same).toBeGreaterThan(cases(100));
    expect(outcomes.different).toBeGreaterThan(cases(100));
  });

  it('holds for a value and itself, whatever the order of sets and maps and the notation of bytes', () => {
    fc.assert(
      fc.property(
        arbitrarySpecimen,
        ({ wire, received }) =>
          equalWire(wire, wire) && equalWire(received, turned(received)) && equalWire(turned(wire), wire),
      ),
      runs,
    );
  });

  it.each<[a: WireValue, b: WireValue]>([
    [{ N: '1' }, { N: '1.0' }],
    [{ N: '100' }, { N: '1E+2' }],
    [{ NS: ['1'] }, { NS: ['1.0'] }],
    [{ N: '1' }, { S: '1' }],
    [{ S: 'a' }, { SS: ['a'] }],
    [{ SS: ['1'] }, { NS: ['1'] }],
    [{ SS: ['AQ=='] }, { BS: ['AQ=='] }],
    [{ S: 'AQ==' }, { B: 'AQ==' }],
    [{ L: [{ S: 'a' }, { S: 'b' }] }, { L: [{ S: 'b' }, { S: 'a' }] }],
    [{ L: [] }, { M: {} }],
    [{ NULL: true }, { BOOL: true }],
    [{ S: 'é' }, { S: 'e\u0301' }],
    [{ M: { a: { S: 'x' } } }, { M: { b: { S: 'x' } } }],
    [{ M: {} }, { M: JSON.parse('{ "__proto__": { "S": "x" } }') as WireItem }],
  ])('tells %j from %j', (a, b) => {
    expect(equalWire(a, b)).toBe(false);
    expect(equalWire({ M: { nested: { L: [a] } } }, { M: { nested: { L: [b] } } })).toBe(false);
  });
});
