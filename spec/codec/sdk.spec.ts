import { marshall, NumberValueImpl as NumberValue, unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { decodeValue } from '../../lib/codec/decode.js';
import { encodeValue } from '../../lib/codec/encode.js';
import type { WireValue } from '../../lib/codec/wire.js';
import { arbitrarySpecimens, arbitraryText } from '../support/arbitrary-values.js';
import { cases } from '../support/effort.js';

const runs = { numRuns: cases(5_000) };
const isSame = isDeepStrictEqual;

/*
 * Where the SDK's converter is right, the codec does the same. Left out is where it is not:
 *
 * - __proto__: it assigns it, so that the attribute is lost and the prototype replaced;
 * - constructor, and values under it: it tells types by `data.constructor.name`, and refuses such an object;
 * - doubles that print with an exponent, 1e-7: it sends that text, which Alternator compares to the letter with 0.0000001;
 * - decimals that are no doubles: it reads the nearest double, so that a save would store other digits;
 * - unsafe numbers with a fraction or an exponent, 1E+20: it throws at them;
 * - Sets of numbers and bigints: it tells a Set's type by its first member, and throws at a bigint among numbers;
 * - base64 text as bytes: the client has decoded those before it.
 */
const names = arbitraryText.filter((name) => name !== '' && name !== '__proto__' && name !== 'constructor');

const { value: specimens } = arbitrarySpecimens(names);

/** Whether the SDK's converter is right about all numbers of a wire value: they print as they are stored. */
function isPrintable(wire: WireValue): boolean {
  const prints = (text: string) => !text.includes('.') || String(Number(text)) === text;
  if ('N' in wire) return prints(wire.N);
  if ('NS' in wire) {
    const kinds = new Set(wire.NS.map((text) => Number.isSafeInteger(Number(text)) || text.includes('.')));
    return kinds.size === 1 && wire.NS.every(prints);
  }
  if ('L' in wire) return wire.L.every(isPrintable);
  return !('M' in wire) || Object.values(wire.M).every(isPrintable);
}

const printable = specimens.filter(({ wire }) => isPrintable(wire));

describe('the codec and the SDK’s converter agree', () => {
  it('on what a value is on the wire', () => {
    fc.assert(
      fc.property(printable, ({ value }) => {
        const theirs = (marshall({ value }) as { value: WireValue }).value;
        return isSame(encodeValue(value, 'a'), theirs);
      }),
      runs,
    );
  });

  it('on what a wire value is in JavaScript', () => {
    fc.assert(
      fc.property(printable, ({ wire }) => {
        const theirs: unknown = unmarshall({ value: wire as never }).value;
        return isSame(decodeValue(wire, 'a'), theirs);
      }),
      runs,
    );
  });

  it('on exact numbers', () => {
    const texts = ['0.1234567890123456789', '12345678901234567890.5', '9007199254740993', '5'];
    for (const text of texts) {
      const theirs: unknown = unmarshall({ value: { N: text } }, { wrapNumbers: true }).value;
      expect(encodeValue(theirs, 'a')).toEqual({ N: text });
      expect(encodeValue(theirs, 'a')).toEqual((marshall({ theirs }) as { theirs: WireValue }).theirs);
    }
  });
});

describe('the codec goes its own way where the SDK’s converter', () => {
  it('loses an attribute and replaces the prototype: __proto__', () => {
    const value: unknown = JSON.parse('{ "__proto__": { "admin": true } }');
    const wire = JSON.parse('{ "M": { "__proto__": { "M": { "admin": { "BOOL": true } } } } }') as WireValue;
    expect(Object.keys(unmarshall({ value: wire as never }).value as object)).toEqual([]);
    expect(isSame(encodeValue(value, 'a'), wire)).toBe(true);
    expect(isSame(decodeValue(wire, 'a'), value)).toBe(true);
  });

  it('refuses an object for the name of an attribute: constructor', () => {
    expect(() => marshall({ value: { constructor: 'x' } })).toThrow('Unsupported type');
    expect(isSame(encodeValue({ constructor: 'x' }, 'a'), { M: { constructor: { S: 'x' } } })).toBe(true);
  });

  it('writes numbers that are not equal as text: exponents', () => {
    expect(marshall({ value: 1e-7 })).toEqual({ value: { N: '1e-7' } });
    expect(encodeValue(1e-7, 'a')).toEqual({ N: '0.0000001' });
  });

  it('loses digits', () => {
    expect(unmarshall({ value: { N: '0.1234567890123456789' } })).toEqual({ value: 0.123_456_789_012_345_68 });
    expect(decodeValue({ N: '0.1234567890123456789' }, 'a')).toEqual(NumberValue.from('0.1234567890123456789'));
  });

  it('throws at a stored number: 1E+20', () => {
    expect(() => unmarshall({ value: { N: '1E+20' } })).toThrow("can't be converted to BigInt");
    expect(decodeValue({ N: '1E+20' }, 'a')).toBe(100_000_000_000_000_000_000n);
  });

  it('drops values without a word: functions', () => {
    expect(marshall({ value: { a: () => 1 } })).toEqual({ value: { M: {} } });
    expect(() => encodeValue({ a: () => 1 }, 'a')).toThrow('a.a holds a function');
  });

  it('sends members of a set twice', () => {
    expect(marshall({ value: new Set([1, 1n]) })).toEqual({ value: { NS: ['1', '1'] } });
    expect(encodeValue(new Set([1, 1n]), 'a')).toEqual({ NS: ['1'] });
  });
});
