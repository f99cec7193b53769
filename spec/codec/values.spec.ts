import { NumberValueImpl as NumberValue } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { inspect as inspectValue, isDeepStrictEqual } from 'node:util';
import vm from 'node:vm';
import fc from 'fast-check';
import { decodeItem, decodeValue } from '../../lib/codec/decode.js';
import { encodeItem, encodeValue, isEmptySet } from '../../lib/codec/encode.js';
import type { WireItem, WireValue } from '../../lib/codec/wire.js';
import { arbitraryItem, arbitrarySpecimen, hostileNames } from '../support/arbitrary-values.js';
import { cases } from '../support/effort.js';
import { sampleDocuments } from '../support/sample-documents.js';

const runs = { numRuns: cases(10_000) };

/**
 * Equal in type, prototype, own names and every digit. The matcher takes many times longer, and tells no `constructor`.
 */
function expectSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected))
    throw new Error(`expected ${inspect(expected)}, but found ${inspect(actual)}`);
}

const inspect = (value: unknown) => inspectValue(value, { depth: null });

const bytes = (...values: number[]) => Uint8Array.from(values);

describe('a value', () => {
  it.each<[type: string, wire: WireValue, value: unknown]>([
    ['S', { S: 'text' }, 'text'],
    ['S, empty', { S: '' }, ''],
    ['S, beyond the BMP', { S: '👩‍👩‍👧 é e\u0301 \u0000' }, '👩‍👩‍👧 é e\u0301 \u0000'],
    ['N', { N: '12.5' }, 12.5],
    ['N, zero', { N: '0' }, 0],
    ['N, unsafe', { N: '9007199254740993' }, 9_007_199_254_740_993n],
    ['N, no double', { N: '0.12345678901234567890123' }, NumberValue.from('0.12345678901234567890123')],
    ['B', { B: bytes(0, 1, 255) }, bytes(0, 1, 255)],
    ['B, empty', { B: bytes() }, bytes()],
    ['BOOL, true', { BOOL: true }, true],
    ['BOOL, false', { BOOL: false }, false],
    ['NULL', { NULL: true }, null],
    ['SS', { SS: ['b', 'a', ''] }, new Set(['b', 'a', ''])],
    ['NS', { NS: ['1', '0.5'] }, new Set([1, 0.5])],
    ['NS, of all kinds', { NS: ['1', '9007199254740993'] }, new Set([1, 9_007_199_254_740_993n])],
    ['BS', { BS: [bytes(1), bytes()] }, new Set([bytes(1), bytes()])],
    ['L', { L: [{ S: 'a' }, { NULL: true }, { L: [] }] }, ['a', null, []]],
    ['L, empty', { L: [] }, []],
    ['M', { M: { a: { S: 'x' }, b: { M: {} } } }, { a: 'x', b: {} }],
    ['M, empty', { M: {} }, {}],
  ])('of type %s is the same in JavaScript and on the wire', (_type, wire, value) => {
    expect(decodeValue(wire, 'a')).toStrictEqual(value);
    expect(encodeValue(value, 'a')).toStrictEqual(wire);
  });

  it('survives the wire and comes back from it without a loss', () => {
    fc.assert(
      fc.property(arbitrarySpecimen, ({ value, wire }) => {
        expectSame(encodeValue(value, 'a'), wire);
        expectSame(decodeValue(wire, 'a'), value);
        expectSame(decodeValue(encodeValue(value, 'a'), 'a'), value);
        expectSame(encodeValue(decodeValue(wire, 'a'), 'a'), wire);
      }),
      runs,
    );
  });

  it('is read alike from JSON, with bytes as base64 text and numbers in any notation', () => {
    fc.assert(
      fc.property(arbitrarySpecimen, ({ value, wire, received }) => {
        const parsed = JSON.parse(JSON.stringify(received)) as WireValue;
        expectSame(decodeValue(parsed, 'a'), value);
        expectSame(encodeValue(decodeValue(parsed, 'a'), 'a'), wire);
      }),
      runs,
    );
  });
});

describe('an item', () => {
  it('survives the wire and JSON with any names at any depth, and touches no prototype', () => {
    const before = Object.getOwnPropertyDescriptors(Object.prototype);
    // an empty Set isn't an attribute; there are none among the specimens
    fc.assert(
      fc.property(arbitraryItem, ({ value, wire, received }) => {
        expectSame(encodeItem(value), wire);
        expectSame(decodeItem(wire), value);
        expectSame(decodeItem(JSON.parse(JSON.stringify(received)) as WireItem), value);
        expectSame(encodeItem(decodeItem(received)), wire);
      }),
      runs,
    );
    expect(Object.getOwnPropertyDescriptors(Object.prototype)).toEqual(before);
  });

  it.each([...hostileNames, ''])('keeps an attribute named %j, at the top and nested', (name) => {
    const nested = `{ ${JSON.stringify(name)}: { "S": "x" } }`;
    const wire = JSON.parse(
      `{ ${JSON.stringify(name)}: { "M": ${nested} }, "l": { "L": [{ "M": ${nested} }] } }`,
    ) as WireItem;
    const item = decodeItem(wire);
    const [inner, list] = [Object.entries(item).find(([key]) => key === name)?.[1], item.l as object[]];
    for (const [object, names] of [
      [item, [name, 'l'].toSorted()],
      [inner as object, [name]],
      [list[0] as object, [name]],
    ] as const) {
      expect(Object.keys(object).toSorted()).toEqual(names);
      expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
    }
    expect(Object.entries(inner as object)).toEqual([[name, 'x']]);
    if (name !== '') expectSame(encodeItem(item), wire);
  });

  it.each([...sampleDocuments('session'), ...sampleDocuments('message')])(
    'survives as it was stored: $file',
    (sample) => {
      const item = decodeItem(sample.wire);
      const written = encodeItem(item);
      expectSame(decodeItem(written), item);
      expectSame(encodeItem(decodeItem(written)), written);
      expect(Object.keys(written)).toEqual(Object.keys(sample.wire));
    },
  );

  it('leaves out attributes that are undefined, and empty Sets at its top', () => {
    const item = { a: undefined, b: new Set(), c: { d: undefined, e: 1 }, f: new Map([['g', undefined]]), h: null };
    expect(encodeItem(item)).toStrictEqual({ c: { M: { e: { N: '1' } } }, f: { M: {} }, h: { NULL: true } });
  });

  it('is empty if it has no attributes', () => {
    expect(encodeItem({})).toStrictEqual({});
    expect(decodeItem({})).toStrictEqual({});
  });
});

describe('a wire value', () => {
  it.each([
    ['base64 text', { B: 'AAH/' }, bytes(0, 1, 255)],
    ['padded base64 text', { B: 'AQ==' }, bytes(1)],
    ['empty text', { B: '' }, bytes()],
    ['a Buffer', { B: Buffer.from([0, 1, 255]) }, bytes(0, 1, 255)],
  ])('may have its bytes as %s', (_what, wire, value) => {
    expect(decodeValue(wire, 'a')).toStrictEqual(value);
    expect(decodeValue({ BS: [wire.B] }, 'a')).toStrictEqual(new Set([value]));
  });

  it('may name other types as undefined, as clients do', () => {
    const wires = [
      [{ N: undefined, NULL: undefined, S: 'x' }, 'x'],
      [{ S: undefined, M: undefined, L: undefined, NULL: true }, null],
      [{ B: undefined, NS: undefined, N: '1' }, 1],
    ];
    for (const [wire, value] of wires) expect(decodeValue(wire as unknown as WireValue, 'a')).toBe(value);
  });

  it('may say NULL: false, which is null as well', () => {
    expect(decodeValue({ NULL: false }, 'a')).toBeNull();
  });

  it('keeps one of the members of a set that are the same number', () => {
    expect(decodeValue({ NS: ['1', '1.0', '1E+0', '2'] }, 'a')).toStrictEqual(new Set([1, 2]));
  });

  it('may be nested deeper than engines nest', () => {
    let wire: WireValue = { S: 'x' };
    let value: unknown = 'x';
    for (let level = 0; level < 100; level++) [wire, value] = [{ L: [wire] }, [value]];
    expect(decodeValue(wire, 'a')).toStrictEqual(value);
  });

  it('shares no bytes with the value that was read from it, nor that it was made of', () => {
    const shared = bytes(1, 2);
    const wire = { B: shared };
    const decoded = [decodeValue(wire, 'a') as Uint8Array, ...(decodeValue({ BS: [shared] }, 'a') as Set<Uint8Array>)];
    const encoded = encodeItem({ a: shared, b: [Buffer.from(shared.buffer)], c: new Set([shared]), d: shared.buffer });
    shared[0] = 9;
    for (const one of decoded) expect(one).toEqual(bytes(1, 2));
    const stored = { B: bytes(1, 2) };
    expect(encoded).toEqual({ a: stored, b: { L: [stored] }, c: { BS: [bytes(1, 2)] }, d: stored });
  });

  it('has its bytes for itself, not a part of a pool', () => {
    expect((decodeValue({ B: 'AAH/' }, 'a') as Uint8Array).buffer.byteLength).toBe(3);
  });
});

describe('encoding', () => {
  it.each([
    [
      'a Map',
      new Map<string, unknown>([
        ['a', 1],
        ['__proto__', 'x'],
      ]),
      { M: JSON.parse('{"a":{"N":"1"},"__proto__":{"S":"x"}}') as WireItem },
    ],
    ['an object without prototype', Object.assign(Object.create(null) as object, { a: 1 }), { M: { a: { N: '1' } } }],
    ['a Buffer', Buffer.from('abc'), { B: bytes(97, 98, 99) }],
    ['a part of a Buffer', Buffer.from('abcde').subarray(1, 3), { B: bytes(98, 99) }],
    ['an ArrayBuffer', bytes(1, 2).buffer, { B: bytes(1, 2) }],
    ['a DataView', new DataView(bytes(1, 2, 3, 4).buffer, 1, 2), { B: bytes(2, 3) }],
    ['a Uint16Array', new Uint16Array(bytes(1, 0, 2, 0).buffer, 2), { B: bytes(2, 0) }],
    ['a Uint8ClampedArray', Uint8ClampedArray.of(1, 255), { B: bytes(1, 255) }],
    ['-0', -0, { N: '0' }],
    ['a NumberValue in another notation', NumberValue.from('1E+2'), { N: '100' }],
  ])('takes %s', (_what, value, wire) => {
    expect(encodeValue(value, 'a')).toStrictEqual(wire);
  });

  it('reads getters and leaves out what is not enumerable, or named by a symbol', () => {
    const value = {
      get a() {
        return 1;
      },
      [Symbol('b')]: 2,
    };
    Object.defineProperty(value, 'c', { value: 3, enumerable: false });
    expect(encodeValue(value, 'a')).toStrictEqual({ M: { a: { N: '1' } } });
  });

  it.each([
    ['numbers', [1, 1n, NumberValue.from('1.0'), NumberValue.from('1E0'), -0, 0n], { NS: ['1', '0'] }],
    ['bytes', [bytes(1), Buffer.from([1]), bytes(1).buffer, bytes(2)], { BS: [bytes(1), bytes(2)] }],
    ['empty bytes', [bytes(), new ArrayBuffer(0)], { BS: [bytes()] }],
  ])('stores equal %s of a Set once', (_what, members, wire) => {
    expect(encodeValue(new Set<unknown>(members), 'a')).toStrictEqual(wire);
  });

  it('takes a value that stands at several places', () => {
    const shared = { x: [1] };
    const stored = { M: { x: { L: [{ N: '1' }] } } };
    expect(encodeItem({ a: shared, b: [shared, shared] })).toStrictEqual({ a: stored, b: { L: [stored, stored] } });
  });

  it.each([
    ['an object', { a: 1 }, false],
    ['a Set with a member', new Set([undefined]), false],
    ['an empty Set', new Set(), true],
    ['an empty Set of another realm', vm.runInNewContext('new Set()') as unknown, true],
    ['an empty Map', new Map(), false],
    ['undefined', undefined, false],
  ])('knows whether %s is an empty Set', (_what, value, isEmpty) => {
    expect(isEmptySet(value)).toBe(isEmpty);
  });
});

describe('values of another realm', () => {
  const realm = vm.createContext({});

  it('are encoded like those of this one', () => {
    const value: unknown = vm.runInContext(
      `({ text: 'x', list: [1, 2n, null, { a: true }], map: new Map([['k', new Set(['v'])]]), numbers: new Set([1]),
          bytes: new Uint8Array([1, 2]), view: new DataView(new Uint8Array([3]).buffer), buffer: new Uint8Array([4]).buffer,
          byteSet: new Set([new Uint8Array([5]), new Uint8Array([5])]), bare: Object.create(null) })`,
      realm,
    );
    expect(value instanceof Object).toBe(false);
    expect(encodeValue(value, 'a')).toStrictEqual({
      M: {
        text: { S: 'x' },
        list: { L: [{ N: '1' }, { N: '2' }, { NULL: true }, { M: { a: { BOOL: true } } }] },
        map: { M: { k: { SS: ['v'] } } },
        numbers: { NS: ['1'] },
        bytes: { B: bytes(1, 2) },
        view: { B: bytes(3) },
        buffer: { B: bytes(4) },
        byteSet: { BS: [bytes(5)] },
        bare: { M: {} },
      },
    });
  });

  it('are decoded like those of this one', () => {
    const wire = vm.runInContext(
      `({ b: { B: new Uint8Array([1]) }, bs: { BS: [new Uint8Array([2])] }, l: { L: [{ S: 'x' }] }, m: { M: { n: { N: '1' } } } })`,
      realm,
    ) as WireItem;
    expect(decodeItem(wire)).toStrictEqual({ b: bytes(1), bs: new Set([bytes(2)]), l: ['x'], m: { n: 1 } });
  });
});
