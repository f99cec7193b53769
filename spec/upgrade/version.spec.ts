import { describe, expect, it } from '@jest/globals';
import { NumberValueImpl as NumberValue } from '@aws-sdk/util-dynamodb';
import vm from 'node:vm';
import fc from 'fast-check';
import { readVersion } from '../../lib/upgrade/run.js';
import { isVersion } from '../../lib/upgrade/version.js';
import { caught } from '../errors/caught.js';
import { cases } from '../support/effort.js';
import { chain, identity, step, unasked } from './chains.js';

/** Versions 3 to 5 of a class. */
const notes = chain({ newest: 5, initial: 3, floor: 3, steps: [step(3, 5), step(4, 5)] });

class Money {}

describe('a version', () => {
  it.each([3, 4, 5])('is read from the floor to the newest: %d', (version) => {
    expect(readVersion(version, notes, unasked)).toBe(version);
  });

  it('is the initial one where there is none', () => {
    expect(readVersion(undefined, notes, unasked)).toBe(3);
  });

  it('may be above the initial one’s floor', () => {
    const initialNewest = chain({ newest: 5, initial: 5, floor: 5 });
    expect(readVersion(undefined, initialNewest, unasked)).toBe(5);
  });

  it.each<[what: string, value: unknown, found: string]>([
    ['text', '2', 'a string'],
    ['text of the newest version', '5', 'a string'],
    ['empty text', '', 'a string'],
    ['text with a secret', 'S3CRET', 'a string'],
    ['true', true, 'a boolean'],
    ['null', null, 'null'],
    ['a fraction', 4.5, 'the number 4.5'],
    ['a negative number', -1, 'the number -1'],
    ['zero', 0, 'the number 0'],
    ['negative zero', -0, 'the number 0'],
    ['too large a number', 1_000_000_000, 'the number 1000000000'],
    ['a far too large number', 1e12, 'the number 1000000000000'],
    ['NaN', Number.NaN, 'the number NaN'],
    ['Infinity', Number.POSITIVE_INFINITY, 'the number Infinity'],
    ['-Infinity', Number.NEGATIVE_INFINITY, 'the number -Infinity'],
    ['a bigint', 4n, 'the bigint 4'],
    ['a bigint of the newest version', 5n, 'the bigint 5'],
    ['an unsafe integer', 9_007_199_254_740_993n, 'the bigint 9007199254740993'],
    ['a number of many digits', NumberValue.from('4.00000000000000000000000001'), 'an instance of NumberValue'],
    ['an object', { N: '4' }, 'an object'],
    ['an object with a secret', { S3CRET: 'S3CRET' }, 'an object'],
    ['an object without prototype', Object.create(null), 'an object'],
    ['an object with an attribute constructor', { constructor: null }, 'an object'],
    ['an object with an attribute constructor of text', { constructor: 'S3CRET' }, 'an object'],
    ['an object with a constructor of a name', { constructor: { name: 'S3CRET' } }, 'an object'],
    ['an object with an attribute __proto__', JSON.parse('{ "__proto__": { "x": 1 } }'), 'an object'],
    ['an object of another realm', vm.runInNewContext('({})'), 'an object'],
    ['an object that says it is a number', { valueOf: () => 4 }, 'an object'],
    [
      'an object made from one without prototype',
      Object.create(Object.create(Object.create(null))),
      'an instance of a class',
    ],
    ['an array', [4], 'an array'],
    ['a Set', new Set([4]), 'an instance of Set'],
    ['bytes', Uint8Array.of(4), 'an instance of Uint8Array'],
    ['a boxed number', Object(4), 'an instance of Number'],
    ['a class instance', new Money(), 'an instance of Money'],
    ['an instance of a class without a name', new (class {})(), 'an instance of a class'],
    ['a function', () => 4, 'a function'],
    ['a symbol', Symbol('S3CRET'), 'a symbol'],
  ])('is never %s', (_what, value, found) => {
    const { details, message } = caught('INVALID_VERSION', () => readVersion(value, notes, identity));
    expect(details).toEqual({ entity: 'Note', key: { id: 'n1' }, attribute: 'schema_version', found });
    expect(message).toContain(`Note { id: 'n1' } has ${found} in its version attribute, schema_version`);
    expect(message).not.toContain('S3CRET');
    expect(isVersion(value)).toBe(false);
  });

  it('is read by exactly one rule, whatever the value', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.integer({ min: -2, max: 8 })), (value) => {
        if (value === undefined || value === 3 || value === 4 || value === 5) {
          return readVersion(value, notes, unasked) === (value ?? 3);
        }
        const isInRange = typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 999_999_999;
        const code = !isInRange ? 'INVALID_VERSION' : value > 5 ? 'NEWER_VERSION' : 'TOO_OLD_VERSION';
        caught(code, () => readVersion(value, notes, identity));
        return isVersion(value) === isInRange;
      }),
      { numRuns: cases(3_000) },
    );
  });

  it.each([6, 999_999_999])('above the newest was written by newer code: %d', (version) => {
    const { details } = caught('NEWER_VERSION', () => readVersion(version, notes, identity));
    expect(details).toEqual({ entity: 'Note', key: { id: 'n1' }, version, newest: 5 });
  });

  it.each([1, 2])('below the floor is too old: %d', (version) => {
    const { details } = caught('TOO_OLD_VERSION', () => readVersion(version, notes, identity));
    expect(details).toEqual({ entity: 'Note', key: { id: 'n1' }, version, floor: 3 });
  });

  it('below the floor is too old also where the item has none', () => {
    const raised = chain({ newest: 5, initial: 1, floor: 4, steps: [step(4, 5)] });
    expect(caught('TOO_OLD_VERSION', () => readVersion(undefined, raised, identity)).details).toMatchObject({
      version: 1,
    });
  });

  it('is named by its own attribute in the error', () => {
    const other = chain({ versionAttribute: 'v' });
    expect(caught('INVALID_VERSION', () => readVersion('1', other, identity)).details).toMatchObject({
      attribute: 'v',
    });
  });
});

describe('isVersion', () => {
  it.each([1, 2, 999_999_999])('takes %d', (version) => {
    expect(isVersion(version)).toBe(true);
  });
});
