import { deepStrictEqual } from 'node:assert/strict';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeItem, type Rename } from '../../lib/codec/decode.js';
import { ItemDecoder } from '../../lib/codec/item-decoder.js';
import type { Row } from '../../lib/codec/row.js';
import type { WireItem } from '../../lib/codec/wire.js';
import { arbitraryItem } from '../support/arbitrary-values.js';
import { cases } from '../support/effort.js';
import { rowsOf } from '../support/rows.js';

/** What decoding a wire item, or its row with or without generated code, gives. */
function decodedWays(wire: WireItem, renames: readonly Rename[]): unknown[] {
  const [row] = rowsOf([wire]) as [Row];
  const generated = new ItemDecoder(renames, true);
  const general = new ItemDecoder(renames, false);
  return [generated.decode(row), general.decode(row), generated.decode(wire), general.decode(wire)];
}

const names = ['a', 'state', '__proto__', 'constructor', '7', '"', '\\', '\n', '\u2028', '`${1}`', '"]; x; ["', '*/'];

describe('an item decoder', () => {
  test('decodes wire items and rows alike, with generated code and without', () => {
    fc.assert(
      fc.property(arbitraryItem, fc.constantFrom(...names), fc.nat(5), ({ received }, to, at) => {
        const from = Object.keys(received)[at];
        const renames = from === undefined || from === to ? [] : [{ from, to }];
        for (const item of decodedWays(received, renames)) {
          deepStrictEqual(item, decodeItem(received, renames));
          expect(Object.keys(item as object)).toEqual(Object.keys(decodeItem(received, renames)));
        }
      }),
      { numRuns: cases(2_000) },
    );
  });

  test('takes every name for data', () => {
    const wire = Object.fromEntries(names.map((name, at) => [name, { N: String(at) }])) as WireItem;
    const plain = Object.fromEntries(names.map((name, at) => [name, at]));
    const renames = names.map((name) => ({ from: name, to: `${name}${name}` }));
    const renamed = Object.fromEntries(names.map((name, at) => [`${name}${name}`, at]));
    for (const item of decodedWays(wire, [])) {
      deepStrictEqual(item, plain);
      expect(Object.getPrototypeOf(item)).toBe(Object.prototype);
    }
    for (const item of decodedWays(wire, renames)) deepStrictEqual(item, renamed);
  });

  test('shares nothing between two items', () => {
    const decoder = new ItemDecoder([], true);
    const [row] = rowsOf([{ tags: { SS: ['x'] }, list: { L: [{ M: {} }] } }]) as [Row];
    const [first, second] = [decoder.decode(row), decoder.decode(row)];
    deepStrictEqual(first, second);
    expect(first.tags).not.toBe(second.tags);
    expect(first.list).not.toBe(second.list);
    expect((first.list as unknown[])[0]).not.toBe((second.list as unknown[])[0]);
  });
});
