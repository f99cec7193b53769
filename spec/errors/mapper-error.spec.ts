import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { type ErrorKey, isMapperError, MapperError } from 'dynamo-evolve';
import { NumberValue } from '../../lib/codec/number.js';

describe('a MapperError', () => {
  const cause = new TypeError('because');
  const details = { path: 'tags' };
  const error = new MapperError('EMPTY_SET', details, { cause });

  test('is an Error with a name, a code, details, a cause and a link', () => {
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(MapperError);
    expect(error).toMatchObject({
      name: 'MapperError',
      code: 'EMPTY_SET',
      details,
      help: 'docs/errors.md#empty_set',
    });
    expect(error.cause).toBe(cause);
    expect(error.stack).toContain('mapper-error.spec');
  });

  test('has no cause and no cursor where there is none', () => {
    const plain = new MapperError('EMPTY_SET', details);
    expect('cause' in plain).toBe(false);
    expect('cursor' in plain).toBe(false);
  });

  test('shows its code and details in logs', () => {
    expect(inspect(error)).toContain("code: 'EMPTY_SET'");
    expect(inspect(error)).toContain("path: 'tags'");
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'MapperError',
      code: 'EMPTY_SET',
      message: error.message,
      details,
      help: 'docs/errors.md#empty_set',
    });
  });

  test('can be stringified whatever its key and wherever it goes on', () => {
    const key = {
      big: 9_007_199_254_740_993n,
      bytes: new Uint8Array([1, 2, 255]),
      text: 'a',
      number: 7,
      none: undefined,
    };
    const found = new MapperError('NEWER_VERSION', { entity: 'Note', key, version: 9, newest: 7 });
    found.cursor = 'abc';
    expect(JSON.parse(JSON.stringify(found))).toMatchObject({
      details: {
        entity: 'Note',
        key: { big: '9007199254740993', bytes: 'base64 AQL/', text: 'a', number: 7 },
        version: 9,
        newest: 7,
      },
      cursor: 'abc',
    });
    expect(found.details.key).toBe(key);
  });
});

describe('isMapperError', () => {
  const error = new MapperError('EMPTY_SET', { path: 'tags' });

  test('knows one, and its code', () => {
    expect(isMapperError(error)).toBe(true);
    expect(isMapperError(error, 'EMPTY_SET')).toBe(true);
    expect(isMapperError(error, 'NOT_FOUND')).toBe(false);
  });

  test('knows one of another copy of the package', () => {
    const foreign = Object.assign(new Error('x'), { name: 'MapperError', code: 'EMPTY_SET' });
    expect(isMapperError(foreign)).toBe(true);
    expect(isMapperError(foreign, 'EMPTY_SET')).toBe(true);
    expect(isMapperError(foreign, 'NOT_FOUND')).toBe(false);
  });

  test.each([
    ['another error', new Error('EMPTY_SET')],
    ['an error with such a code', Object.assign(new Error('x'), { code: 'EMPTY_SET' })],
    ['what only looks like one', { name: 'MapperError', code: 'EMPTY_SET' }],
    ['text', 'EMPTY_SET'],
    ['nothing', undefined],
    ['null', null],
  ])('does not take %s for one', (_what, value) => {
    expect(isMapperError(value)).toBe(false);
    expect(isMapperError(value, 'EMPTY_SET')).toBe(false);
  });
});

describe('the key of an item in a message', () => {
  const told = (key: ErrorKey) =>
    /^Note (.+) does not exist/.exec(new MapperError('NOT_FOUND', { entity: 'Note', key }).message)?.[1];

  test.each<[ErrorKey, string]>([
    [{ id: 'a' }, "{ id: 'a' }"],
    [{ owner: 'me', position: 7 }, "{ owner: 'me', position: 7 }"],
    [{ id: 9_007_199_254_740_993n }, '{ id: 9007199254740993 }'],
    [{ id: NumberValue.from('0.12345678901234567890') }, '{ id: 0.12345678901234567890 }'],
    [{ id: new Uint8Array([1, 2, 255]) }, '{ id: base64 AQL/ }'],
    [{ id: Buffer.from([1, 2, 255]) }, '{ id: base64 AQL/ }'],
    [{ id: undefined }, '{ id: undefined }'],
    [{}, '(no key)'],
  ])('%p is %s', (key, text) => {
    expect(told(key)).toBe(text);
  });

  test.each([
    ['a map', { toString: 'x', valueOf: 'y' }],
    ['a map without prototype', Object.create(null) as object],
    ['a list', ['SECRET']],
    ['a list of hostile maps', [{ toString: 1 }]],
  ])('is none where %s is stored instead', (_what, id) => {
    expect(told({ id })).toBe('{ id: not a key }');
  });
});
