import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalNumber } from '../../lib/codec/number.js';
import { otherNotations } from '../../lib/codec/number-notations.js';
import { spelling } from '../../tools/engines/decimals.js';
import { arbitraryDecimal, plainDecimal } from '../support/arbitrary-numbers.js';
import { cases } from '../support/effort.js';

describe('the other notations of a number', () => {
  test('are the same number, and all different keys for ScyllaDB', () => {
    fc.assert(
      fc.property(arbitraryDecimal, (decimal) => {
        const number = plainDecimal(decimal);
        const notations = otherNotations(number);
        expect(notations.filter((text) => canonicalNumber(text) !== number)).toEqual([]);
        expect(new Set([number, ...notations].map(spelling)).size).toBe(notations.length + 1);
        expect(notations.length).toBeGreaterThanOrEqual(38);
        expect(notations.length).toBeLessThanOrEqual(99);
      }),
      { numRuns: cases(2000) },
    );
  });

  test.each([
    ['5', ['5.0', '5.00', '5.00000000', '50e-1']],
    ['1000', ['1e3', '1E+3', '10e2', '1000.0', '1000.00']],
    ['0.5', ['0.50', '.5000', '50e-2']],
    ['-7', ['-7.0', '-7.00']],
    ['0', ['0.0', '0.00', '0E+3']],
    [`1${'0'.repeat(125)}`, ['1e125', `1${'0'.repeat(125)}.0`]],
  ])('of %s are those in which programs send it', (number, sent) => {
    const known = new Set(otherNotations(number).map(spelling));
    expect(sent.filter((text) => !known.has(spelling(text)))).toEqual([]);
  });

  test('of what is no plain decimal are none', () => {
    expect(['1e3', '', 'NaN', '1.', '.5', '+1'].flatMap(otherNotations)).toEqual([]);
  });
});
