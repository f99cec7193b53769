import { NumberValueImpl as NumberValue } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { isDeepStrictEqual } from 'node:util';
import vm from 'node:vm';
import fc from 'fast-check';
import { copyPlain } from '../../lib/item/copy.js';
import { arbitraryItem } from '../support/arbitrary-values.js';
import { cases } from '../support/effort.js';

/** All containers in a value, itself included. */
function containers(value: unknown): object[] {
  if (typeof value !== 'object' || value === null || value instanceof NumberValue) return [];
  if (value instanceof Uint8Array) return [value];
  const members = value instanceof Set ? [...value] : value instanceof Map ? [...value.values()] : Object.values(value);
  return [value, ...members.flatMap(containers)];
}

describe('a copy of an item', () => {
  it('is equal to it, under any names at any depth, and has no container in common', () => {
    fc.assert(
      fc.property(arbitraryItem, ({ value }) => {
        const copy = copyPlain(value);
        const originals = new Set(containers(value));
        return isDeepStrictEqual(copy, value) && containers(copy).every((one) => !originals.has(one));
      }),
      { numRuns: cases(3_000) },
    );
  });

  it('copies Maps, nested values of Sets and what has no prototype', () => {
    const inner = { a: [1] };
    const bare = Object.assign(Object.create(null) as object, { inner });
    const value = {
      map: new Map<unknown, unknown>([['k', inner]]),
      set: new Set([inner]),
      bare,
      list: [inner, undefined],
    };
    const copy = copyPlain(value);
    inner.a.push(2);
    expect(copy.map).toEqual(new Map([['k', { a: [1] }]]));
    expect(copy.set).toEqual(new Set([{ a: [1] }]));
    expect({ ...copy.bare }).toEqual({ inner: { a: [1] } });
    expect(copy.list).toEqual([{ a: [1] }, undefined]);
  });

  it('copies values of another realm, too', () => {
    const value = vm.runInNewContext(
      '({ list: [{ a: 1 }], map: new Map([["k", [1]]]), bytes: new Uint8Array([1]) })',
    ) as {
      list: { a: number }[];
      map: Map<string, number[]>;
      bytes: Uint8Array;
    };
    const copy = copyPlain(value);
    Object.assign(value.list[0] as object, { a: 2 });
    value.map.get('k')?.push(2);
    value.bytes[0] = 2;
    expect(copy).toEqual({ list: [{ a: 1 }], map: new Map([['k', [1]]]), bytes: Uint8Array.of(1) });
  });

  it('can be changed where the original is frozen', () => {
    const copy = copyPlain(Object.freeze({ a: Object.freeze([Object.freeze({ b: 1 })]) })) as unknown as {
      a: { b: number }[];
      c?: number;
    };
    copy.a.push({ b: 2 });
    copy.c = 3;
    expect(copy).toEqual({ a: [{ b: 1 }, { b: 2 }], c: 3 });
  });

  it('is a plain item, whatever the item is', () => {
    class Stored {
      list = [1];
    }
    const stored = new Stored();
    const copy = copyPlain(stored);
    copy.list.push(2);
    expect(stored.list).toEqual([1]);
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  });

  it('shares what can’t change, and class instances', () => {
    class Money {}
    const shared = [NumberValue.from('0.12345678901234567890'), new Money(), new Date(0), () => 1];
    const copy = copyPlain({ shared });
    for (const [at, one] of shared.entries()) expect(copy.shared[at]).toBe(one);
  });
});
