import { NumberValueImpl as NumberValue } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { isDeepStrictEqual as isSame } from 'node:util';
import fc from 'fast-check';
import { canonicalNumber, decodeNumber, encodeNumber } from '../../lib/codec/number.js';
import {
  arbitraryDecimal,
  arbitraryNotation,
  arbitraryUnstorable,
  isStorable,
  parseDecimal,
  plainDecimal,
  storedNumber,
} from '../support/arbitrary-numbers.js';
import { cases } from '../support/effort.js';

const runs = { numRuns: cases(10_000) };

const notations = arbitraryDecimal.chain((decimal) => fc.tuple(fc.constant(decimal), arbitraryNotation(decimal)));

const nines = '9'.repeat(38);

describe('canonicalNumber', () => {
  it('gives each number one plain decimal form, however it is written', () => {
    fc.assert(
      fc.property(notations, ([decimal, text]) => canonicalNumber(text) === plainDecimal(decimal)),
      runs,
    );
  });

  it('has no form for numbers that engines refuse, however they are written', () => {
    const unstorable = arbitraryUnstorable.chain(arbitraryNotation);
    fc.assert(
      fc.property(unstorable, (text) => canonicalNumber(text) === undefined),
      runs,
    );
  });

  it('tells numbers from other text', () => {
    const nearly = fc.string({ unit: fc.constantFrom(...'0 0 1 1 2 5 7 + - . e E x'.split(' ')), maxLength: 7 });
    fc.assert(
      fc.property(nearly, (text) => {
        const decimal = parseDecimal(text);
        return canonicalNumber(text) === (decimal && isStorable(decimal) ? plainDecimal(decimal) : undefined);
      }),
      runs,
    );
  });

  it.each([
    // what boto3 writes, of Python's decimals
    ['1E+2', '100'],
    ['0.10', '0.1'],
    ['-0', '0'],
    ['-0.00', '0'],
    ['0E-20', '0'],
    ['0E+3', '0'],
    ['1E-130', `0.${'0'.repeat(129)}1`],
    ['1e-130', `0.${'0'.repeat(129)}1`],
    ['-1.50E+1', '-15'],
    ['3.14159265358979323846264338327950288', '3.14159265358979323846264338327950288'],
    ['1.0', '1'],
    ['+5', '5'],
    ['007', '7'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['1e7', '10000000'],
    ['1e-7', '0.0000001'],
    ['9007199254740993', '9007199254740993'],
    // the limits: 38 digits, magnitudes from -130 to 125
    [nines, nines],
    [`-${nines}`, `-${nines}`],
    [`0.${nines}`, `0.${nines}`],
    [`${nines}E+88`, nines + '0'.repeat(88)],
    [`${nines}E-168`, undefined],
    [`${nines}E-167`, `0.${'0'.repeat(129)}${nines}`],
    ['1E+125', `1${'0'.repeat(125)}`],
    ['1E+126', undefined],
    [`${nines}E+89`, undefined],
    ['1E-131', undefined],
    ['9.9E-131', undefined],
    [`${nines}9`, undefined],
    [`${nines}0`, `${nines}0`],
    [`0.0${nines}0`, `0.0${nines}`],
    [`1${'0'.repeat(37)}1`, undefined],
  ])('reads %s as %s', (text, canonical) => {
    expect(canonicalNumber(text)).toBe(canonical);
  });

  it.each([
    '',
    ' ',
    '.',
    '-',
    '+',
    'e5',
    '1e',
    '1e+',
    '1 ',
    ' 1',
    '1\n',
    '--1',
    '+-1',
    '1-',
    '1.2.3',
    '1e5.5',
    '0x10',
    '0b1',
    '1_000',
    '1,5',
    '1n',
    'NaN',
    'Infinity',
    '-Infinity',
    '１',
    '٣',
    'null',
  ])('has no form for the text "%s"', (text) => {
    expect(canonicalNumber(text)).toBeUndefined();
  });

  it.each([
    ['zeros between digits', `1${'0'.repeat(300_000)}1`],
    ['zeros before the end', `${'0'.repeat(300_000)}1x`],
    ['digits', '7'.repeat(300_000)],
    ['runs of zeros', '10'.repeat(150_000)],
    ['a huge exponent', '1e999999'],
  ])('refuses hostile text quickly: %s', (_what, text) => {
    const start = performance.now();
    expect(canonicalNumber(text)).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe('decodeNumber', () => {
  it('keeps every digit of every notation', () => {
    fc.assert(
      fc.property(notations, ([decimal, text]) => {
        const decoded = decodeNumber(text);
        return isSame(decoded, storedNumber(decimal)) && isSame(parseDecimal(String(decoded)), decimal);
      }),
      runs,
    );
  });

  it.each([
    ['0', 0],
    ['-0', 0],
    ['7', 7],
    ['-7', -7],
    ['1E+2', 100],
    ['0.10', 0.1],
    ['1e-130', 1e-130],
    ['999999999999999', 999_999_999_999_999],
    ['9007199254740991', 9_007_199_254_740_991],
    ['-9007199254740991', -9_007_199_254_740_991],
    ['9007199254740992', 9_007_199_254_740_992n],
    ['-9007199254740993', -9_007_199_254_740_993n],
    // a double could hold it, but it could not hold its neighbours
    ['1E+20', 100_000_000_000_000_000_000n],
    [nines, BigInt(nines)],
    ['1E+125', 10n ** 125n],
    ['0.1', 0.1],
    ['123456.789', 123_456.789],
    // what 0.1 is as a double: a number would print, and store, other digits
    ['0.1000000000000000055511151231257827', NumberValue.from('0.1000000000000000055511151231257827')],
    ['9007199254740993.5', NumberValue.from('9007199254740993.5')],
    ['1.50000000000000000000000000000000000001', undefined],
    ['1.5000000000000000000000000000000000001', NumberValue.from('1.5000000000000000000000000000000000001')],
    // a NumberValue is canonical, too
    ['12.345678901234567890E+1', NumberValue.from('123.4567890123456789')],
    ['one', undefined],
    ['', undefined],
    ['NaN', undefined],
  ])('reads %s as %p', (text, number) => {
    expect(decodeNumber(text)).toStrictEqual(number);
  });
});

describe('encodeNumber', () => {
  it('gives back the plain decimal form of what was read', () => {
    fc.assert(
      fc.property(notations, ([decimal, text]) =>
        isSame(encodeNumber(decodeNumber(text) ?? Number.NaN), { N: plainDecimal(decimal) }),
      ),
      runs,
    );
  });

  it('writes every double with the digits that it prints, or refuses it', () => {
    fc.assert(
      fc.property(fc.double(), (number) => {
        const decimal = parseDecimal(String(number));
        const isUnsafe = Number.isInteger(number) && !Number.isSafeInteger(number);
        const isKept = decimal !== undefined && isStorable(decimal) && !isUnsafe;
        const encoded = encodeNumber(number);
        return isKept ? isSame(encoded, { N: plainDecimal(decimal) }) : 'problem' in encoded;
      }),
      runs,
    );
  });

  it('writes every bigint that engines store', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 130n), max: 10n ** 130n }), fc.nat({ max: 130 }), (bigint, zeros) => {
        const shorter = bigint / 10n ** BigInt(zeros);
        const decimal = parseDecimal(String(shorter));
        const isKept = decimal !== undefined && isStorable(decimal);
        const encoded = encodeNumber(shorter);
        return isKept ? isSame(encoded, { N: String(shorter) }) : 'problem' in encoded;
      }),
    );
  });

  it.each([
    [-0, '0'],
    [1e-7, '0.0000001'],
    [1.5e-10, '0.00000000015'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
    [2n ** 64n, '18446744073709551616'],
    [1n, '1'],
    [NumberValue.from('1E+2'), '100'],
    [NumberValue.from('0.10'), '0.1'],
    [NumberValue.from(nines), nines],
  ])('writes %p as %s', (number, text) => {
    expect(encodeNumber(number)).toEqual({ N: text });
  });

  it.each([
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
    [2 ** 53, "an integer beyond 2^53 that isn't a bigint"],
    [-(2 ** 53), "an integer beyond 2^53 that isn't a bigint"],
    [1e200, "an integer beyond 2^53 that isn't a bigint"],
    [Number.MIN_VALUE, 'a number that engines cannot store'],
    [1e-131, 'a number that engines cannot store'],
    [BigInt(`${nines}9`), 'a number that engines cannot store'],
    [10n ** 126n, 'a number that engines cannot store'],
    [NumberValue.from('12a'), 'a number that engines cannot store'],
    [NumberValue.from(''), 'a number that engines cannot store'],
  ])('refuses %p as %s', (number, problem) => {
    expect(encodeNumber(number)).toEqual({ problem });
  });
});
