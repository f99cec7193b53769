import { NumberValueImpl } from '@aws-sdk/util-dynamodb';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import vm from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { decodeValue } from '../../lib/codec/decode.js';
import { encodeValue } from '../../lib/codec/encode.js';
import { isNumberValue, isNumberValueClass, nearestNumber } from '../../lib/codec/number.js';
import { converterOf, describeType } from '../../lib/hydration/converter.js';
import { nestedConverter } from '../../lib/hydration/nested.js';
import { toResponse } from '../../lib/hydration/response.js';
import { resolveType } from '../../lib/model/attribute-type.js';

/** The class as another copy of the SDK has it. */
const path = createRequire(import.meta.url)
  .resolve('@aws-sdk/util-dynamodb')
  .replace(/dist-cjs.*$/, 'dist-es/NumberValue.js');
const source = readFileSync(path, 'utf8').replace('export class', 'class');
const NumberValue = vm.runInThisContext(`(() => { ${source}; return NumberValue; })()`) as typeof NumberValueImpl;

const text = '0.12345678901234567890123456789012345678';
const value = NumberValue.from(text);

describe('the NumberValue of another copy of the SDK', () => {
  test('is a number', () => {
    expect(value).not.toBeInstanceOf(NumberValueImpl);
    expect(isNumberValue(value)).toBe(true);
    expect(isNumberValueClass(NumberValue)).toBe(true);
    expect(nearestNumber(value)).toBe(0.123_456_789_012_345_68);
    expect(describeType(value)).toBe(describeType(NumberValueImpl.from(text)));
  });

  test('is stored, alone, in collections and in sets', () => {
    const N = text;
    expect(encodeValue(value, 'a')).toEqual({ N });
    expect(encodeValue({ list: [value] }, 'a')).toEqual({ M: { list: { L: [{ N }] } } });
    expect(encodeValue(new Set([value, 1]), 'a')).toEqual({ NS: [text, '1'] });
    expect(converterOf('any').write(value, () => ({}))).toBe(value);
  });

  test('is read as the nearest number where one is declared', () => {
    expect(converterOf('number').read(value, () => ({}))).toBe(0.123_456_789_012_345_68);
  });

  test('is no nested value, and no class of one', () => {
    class Address {}
    expect(String(nestedConverter(Address).write(value, () => ({})))).toBe('Symbol(mismatch)');
    expect(resolveType(undefined, NumberValue, { class: 'Account', member: 'exact' })).toBe('any');
  });

  test('is text in a response', () => {
    expect(toResponse({ exact: value })).toEqual({ exact: text });
  });
});

describe('what only looks like a NumberValue', () => {
  test.each<[string, unknown]>([
    ['a map with a member of the same name', { value: '1' }],
    ['a map with members of all its names', { value: '1', toBigInt: 'x', toAttributeValue: 'y' }],
    ['what was decoded from an item', decodeValue({ M: { value: { S: '1' }, toBigInt: { S: 'x' } } }, 'a')],
    ['null', null],
    ['a text', '1'],
  ])('isn’t one: %s', (_what, found) => {
    expect(isNumberValue(found)).toBe(false);
  });

  test.each([[undefined], [Number], [class {}], [() => 1], [{}]])('is no class of it: %p', (found) => {
    expect(isNumberValueClass(found)).toBe(false);
  });
});
