import { describe, expect, test } from '@jest/globals';
import {
  compareDecimals,
  itemWithNumbers,
  plainDecimal,
  shortDecimal,
  spelling,
} from '../../tools/engines/decimals.js';

describe('a number', () => {
  test.each([
    ['1', '1', '1'],
    ['1.50', '1.50', '1.5'],
    ['1e3', '1000', '1000'],
    ['1.5E+1', '15', '15'],
    ['1e-7', '0.0000001', '0.0000001'],
    ['-12.5e-1', '-1.25', '-1.25'],
    ['0', '0', '0'],
    ['-0.00', '0.00', '0'],
    ['007', '7', '7'],
    ['.5', '0.5', '0.5'],
    ['100', '100', '100'],
    [
      '12345678901234567890123456789012345678',
      '12345678901234567890123456789012345678',
      '12345678901234567890123456789012345678',
    ],
    ['no number', 'no number', 'no number'],
  ])('%s is %s in plain digits, and %s for short', (text, plain, short) => {
    expect([plainDecimal(text), shortDecimal(text)]).toEqual([plain, short]);
  });

  test('is above, at or below another one', () => {
    expect(compareDecimals('1e-7', '0.0000001')).toBe(0);
    expect(compareDecimals('-2', '1.5')).toBe(-1);
    expect(compareDecimals('-0.5', '-0.25')).toBe(-1);
    expect(compareDecimals('10000000000000000000000000000000000001', '1e37')).toBe(1);
  });

  test('is spelled by its digits and its scale', () => {
    expect(['1e-7', '0.0000001', '0.10e-6'].map(spelling)).toEqual(['1e-7', '1e-7', '10e-8']);
    expect(['1e3', '1000', '1000.0', '-01', 'no number'].map(spelling)).toEqual([
      '1e3',
      '1000e0',
      '10000e-1',
      '-1e0',
      'no number',
    ]);
  });

  test('is found anywhere in an item', () => {
    const item = { a: { N: '1.0' }, b: { M: { c: { L: [{ NS: ['2.0', '3'] }, { S: '4.0' }] } } } };
    expect(itemWithNumbers(item, shortDecimal)).toEqual({
      a: { N: '1' },
      b: { M: { c: { L: [{ NS: ['2', '3'] }, { S: '4.0' }] } } },
    });
  });
});
