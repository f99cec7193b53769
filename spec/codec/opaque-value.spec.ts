import { inspect, isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeItem, decodeValue } from '../../lib/codec/decode.js';
import { encodeItem, encodeValue } from '../../lib/codec/encode.js';
import { isOpaqueValue, type OpaqueValue } from '../../lib/codec/opaque-value.js';
import { storedForm } from '../../lib/codec/stored-form.js';
import { equalWire, requestItem, type WireItem, type WireValue } from '../../lib/codec/wire.js';
import { isWireType } from '../../lib/codec/wire-types.js';
import { copyValue } from '../../lib/item/copy.js';
import { caught } from '../errors/caught.js';
import { cases } from '../support/effort.js';

const vector = { FLOAT32VECTOR: [1.5, -2, 1e-7] } as unknown as WireValue;
const read = (wire: WireValue) => decodeValue(wire, 'a') as OpaqueValue;

/** Types that there may be one day, and anything in them. */
const unknown = fc
  .tuple(
    fc.stringMatching(/^[A-Z][A-Za-z0-9_]{0,20}$/).filter((name) => !isWireType(name)),
    fc.jsonValue({ maxDepth: 3 }),
  )
  .map(([type, content]) => Object.fromEntries([[type, content]]) as unknown as WireValue);

describe('a value of a type that isn’t known', () => {
  it('is read and written as the very wire value, at any depth', () => {
    fc.assert(
      fc.property(unknown, (wire) => {
        const item: WireItem = { a: wire, b: { L: [wire, { M: { '__proto__.x': wire } }] } };
        expect(isOpaqueValue(read(wire))).toBe(true);
        expect(JSON.stringify(encodeItem(decodeItem(item)))).toBe(JSON.stringify(item));
        expect(JSON.stringify(requestItem(item))).toBe(JSON.stringify(item));
      }),
      { numRuns: cases(1_000) },
    );
  });

  it('is what clients tell of it', () => {
    const told = { $unknown: ['FLOAT32VECTOR', [1.5, -2, 1e-7]] } as unknown as WireValue;
    expect(encodeValue(read(told), 'a')).toEqual(vector);
  });

  it('is an object with its type, whose JSON is the wire value', () => {
    const value = read(vector);
    expect(value.type).toBe('FLOAT32VECTOR');
    expect(JSON.stringify({ value })).toBe('{"value":{"FLOAT32VECTOR":[1.5,-2,1e-7]}}');
    expect(inspect(value)).toContain('FLOAT32VECTOR');
  });

  it('shares nothing with the wire value, and can’t be changed', () => {
    const content = [1, { x: [2] }, new Uint8Array([3])];
    const value = read({ VECTOR: content } as unknown as WireValue);
    (content[1] as { x: number[] }).x[0] = 9;
    (content[2] as Uint8Array)[0] = 9;
    expect(encodeValue(value, 'a')).toEqual({ VECTOR: [1, { x: [2] }, new Uint8Array([3])] });
    expect(Object.isFrozen(value)).toBe(true);
    const [, member] = Object.values(encodeValue(value, 'a'))[0] as unknown as [number, { x: number[] }];
    expect(() => member.x.push(1)).toThrow(TypeError);
  });

  it('isn’t equal to one of another type or content', () => {
    const values = [vector, { FLOAT32VECTOR: [1.5, -2] }, { VECTOR: [1.5, -2, 1e-7] }] as unknown as WireValue[];
    for (const [at, a] of values.entries()) {
      for (const [index, b] of values.entries()) {
        expect(isDeepStrictEqual(read(a), read(b))).toBe(at === index);
        expect(equalWire(a, b)).toBe(at === index);
      }
    }
    // members have no order
    const [a, b] = [{ V: { x: 1, y: [2] } }, { V: { y: [2], x: 1 } }] as unknown as [WireValue, WireValue];
    expect(equalWire(a, b)).toBe(true);
  });

  it('is the same after everything that items go through', () => {
    const value = read(vector);
    expect(copyValue({ list: [value] })).toEqual({ list: [value] });
    expect(storedForm({ list: [value] })).toEqual({ list: [value] });
    expect({ ...decodeItem({ a: vector }) }).toEqual({ a: value });
  });

  it('isn’t lost in silence: structuredClone, which would make an empty object of it, throws', () => {
    expect(() => structuredClone({ a: read(vector) })).toThrow(expect.objectContaining({ name: 'DataCloneError' }));
  });

  it('is another copy of the package’s, too', () => {
    const foreign = { type: 'VECTOR', [Symbol.for('dynamo-evolve:opaque')]: [1] };
    expect(encodeValue({ list: [foreign] }, 'a')).toEqual({ M: { list: { L: [{ VECTOR: [1] }] } } });
  });

  it('can’t be a member of a Set', () => {
    const { details } = caught('UNSUPPORTED_VALUE', () => encodeValue(new Set([read(vector)]), 'a'));
    expect(details.path).toContain('a');
  });

  it('is none if plain JSON looks like one', () => {
    expect(encodeValue(JSON.parse('{ "type": "VECTOR", "FLOAT32VECTOR": [1] }'), 'a')).toEqual({
      M: { type: { S: 'VECTOR' }, FLOAT32VECTOR: { L: [{ N: '1' }] } },
    });
  });
});
