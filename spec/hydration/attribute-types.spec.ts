import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Attribute, type AttributeType, Entity, PartitionKey, Versioned } from 'dynamo-evolve';
import { NumberValue } from '../../lib/codec/number.js';
import { caught } from '../errors/caught.js';
import { read, write } from './reading.js';

class Address {
  street!: string;
}

/** Every type, its type from the compiler. */
@Entity({ table: 'values' })
@Versioned(1)
class Emitted {
  @PartitionKey({ type: 'string' }) id!: string;
  @Attribute({ optional: true }) any?: unknown;
  @Attribute({ type: 'string', optional: true }) string?: string;
  @Attribute({ type: 'number', optional: true }) number?: number;
  @Attribute({ type: 'bigint', optional: true }) bigint?: bigint;
  @Attribute({ type: 'boolean', optional: true }) boolean?: boolean;
  @Attribute({ type: 'date', optional: true }) date?: Date;
  @Attribute({ type: 'bytes', optional: true }) bytes?: Uint8Array;
  @Attribute({ type: 'buffer', optional: true }) buffer?: Buffer;
  @Attribute({ type: 'set', optional: true }) set?: Set<unknown>;
  @Attribute({ type: 'array', optional: true }) array?: unknown[];
  @Attribute({ type: 'map', optional: true }) map?: Map<string, unknown>;
  @Attribute({ type: Address, optional: true }) nested?: Address;
}

/** Every type by its name, as without a compiler that emits types. */
class Given {
  id!: string;
}
const types: AttributeType[] = [
  'any',
  'string',
  'number',
  'bigint',
  'boolean',
  'date',
  'epochSeconds',
  'epochMilliseconds',
  'bytes',
  'buffer',
  'set',
  'array',
  'object',
  'map',
];
Entity({ table: 'values' })(Given);
Versioned(1)(Given);
PartitionKey({ type: 'string' })(Given.prototype, 'id');
for (const type of types) Attribute({ type, optional: true })(Given.prototype, type);
Attribute({ type: Address, optional: true })(Given.prototype, 'nested');

const bytes = (...values: number[]) => new Uint8Array(values);
const at = new Date('2024-03-01T09:15:00.000Z');
const big = 9_007_199_254_740_993n;
const precise = NumberValue.from('0.1234567890123456789012345678901234567');

/** By type: a value as it is stored, and as the property holds it. */
const values: [type: string, stored: unknown, held: unknown][] = [
  ['any', 'text', 'text'],
  ['any', null, null],
  ['any', precise, precise],
  ['any', { list: [1, new Set(['a'])] }, { list: [1, new Set(['a'])] }],
  ['string', 'text', 'text'],
  ['string', '', ''],
  ['number', 5, 5],
  ['number', -1.5e-7, -1.5e-7],
  ['bigint', 5, 5n],
  ['bigint', 0, 0n],
  ['bigint', big, big],
  ['boolean', true, true],
  ['boolean', false, false],
  ['date', '2024-03-01T09:15:00.000Z', at],
  ['epochSeconds', 1_709_284_500, at],
  ['epochMilliseconds', 1_709_284_500_000, at],
  ['bytes', bytes(0, 255), bytes(0, 255)],
  ['bytes', bytes(), bytes()],
  ['buffer', bytes(0, 255), Buffer.from([0, 255])],
  ['set', new Set(['a', 'b']), new Set(['a', 'b'])],
  ['set', new Set([1, big]), new Set([1, big])],
  ['set', new Set([bytes(1), bytes(2)]), new Set([bytes(1), bytes(2)])],
  ['array', [], []],
  ['array', ['a', 1, null, [true]], ['a', 1, null, [true]]],
  ['object', { a: { b: 1 } }, { a: { b: 1 } }],
  ['map', { a: 1, b: [2] }, new Map<string, unknown>(Object.entries({ a: 1, b: [2] }))],
  ['map', {}, new Map()],
  ['nested', { street: 'Main' }, Object.assign(new Address(), { street: 'Main' })],
];

const declared: [name: string, target: typeof Emitted | typeof Given][] = [
  ['emitted', Emitted],
  ['given', Given],
];
const byDeclaration = declared.flatMap(([name, target]) =>
  values
    .filter(([type]) => target === Given || !['epochSeconds', 'epochMilliseconds', 'object'].includes(type))
    .map(([type, stored, held]) => ({ type, name, stored, held, target })),
);

describe('a value of its type', () => {
  test.each(byDeclaration)('$name as $type is read: $stored', ({ target, type, stored, held }) => {
    expect(read(target, { id: 'a', [type]: stored })).toStrictEqual(
      Object.assign(new target(), { id: 'a', [type]: held }),
    );
  });

  test.each(byDeclaration)('$name as $type is written: $held', ({ target, type, stored, held }) => {
    const entity = Object.assign(new target(), { id: 'a', [type]: held });
    expect(write(target, entity)).toEqual({ id: 'a', [type]: stored });
  });

  test('survives a round trip, whatever it is', () => {
    const date = fc.date({ noInvalidDate: true, min: new Date(-62e12), max: new Date(8e14) });
    const arbitraries: Record<string, fc.Arbitrary<unknown>> = {
      string: fc.string({ unit: 'grapheme' }),
      number: fc.double({ noNaN: true, min: 1e-120, max: 1e15 }),
      bigint: fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }),
      boolean: fc.boolean(),
      date,
      epochMilliseconds: date,
      epochSeconds: date.map((one) => new Date(Math.floor(one.getTime() / 1000) * 1000)),
      bytes: fc.uint8Array().map((one) => new Uint8Array(one)),
      buffer: fc.uint8Array().map((one) => Buffer.from(one)),
      set: fc.uniqueArray(fc.string(), { minLength: 1 }).map((one) => new Set(one)),
      array: fc.array(fc.string()),
      object: fc.dictionary(fc.string({ minLength: 1 }), fc.boolean(), { noNullPrototype: true }),
      map: fc.uniqueArray(fc.string({ minLength: 1 })).map((one) => new Map(one.map((name, index) => [name, index]))),
    };
    fc.assert(
      fc.property(fc.record(arbitraries, { requiredKeys: [] }), (record) => {
        const entity = Object.assign(new Given(), { id: 'a', ...record });
        const again = read(Given, write(Given, entity));
        // stored maps have no order
        expect(again).toEqual(entity);
        for (const name of Object.keys(record)) expect(again).toHaveProperty(name);
      }),
    );
  });

  test('of a Buffer and of other bytes is a Uint8Array when it is read as bytes', () => {
    const stored = write(Given, Object.assign(new Given(), { id: 'a', bytes: Buffer.from([1, 2]) }));
    const held = (read(Given, stored) as unknown as { bytes: unknown }).bytes;
    expect(held).toStrictEqual(bytes(1, 2));
    expect(Buffer.isBuffer(held)).toBe(false);
  });

  test('a Map that an upgrade made is a Map', () => {
    const held = new Map([['a', 1]]);
    expect(read(Given, { id: 'a', map: held })).toMatchObject({ map: held });
  });
});

/** By type: what is stored or held instead, and how the error calls that. */
const mismatches: [type: string, expected: string, found: [value: unknown, name: string][]][] = [
  [
    'string',
    'string',
    [
      [5, 'a number'],
      [null, 'null'],
      [true, 'a boolean'],
      [{ a: 1 }, 'an object'],
      [['a'], 'an array'],
      [bytes(1), 'a Uint8Array'],
      [new Set(['a']), 'a Set'],
    ],
  ],
  [
    'number',
    'number',
    [
      ['5', 'a string'],
      [big, 'a bigint (an integer beyond 2^53, which the type bigint holds)'],
    ],
  ],
  [
    'bigint',
    'bigint (a stored integer)',
    [
      [1.5, 'a number'],
      ['5', 'a string'],
    ],
  ],
  [
    'boolean',
    'boolean',
    [
      [1, 'a number'],
      ['true', 'a string'],
    ],
  ],
  [
    'date',
    'Date (ISO 8601 text)',
    [
      [1_709_284_500, 'a number'],
      ['yesterday', 'a string'],
      ['', 'a string'],
    ],
  ],
  [
    'epochSeconds',
    'Date (a number of seconds)',
    [
      ['2024-03-01', 'a string'],
      [9e12, 'a number'],
      [big, 'a bigint (an integer beyond 2^53, which the type bigint holds)'],
    ],
  ],
  [
    'epochMilliseconds',
    'Date (a number of milliseconds)',
    [
      ['2024-03-01', 'a string'],
      [9e15, 'a number'],
    ],
  ],
  [
    'bytes',
    'Uint8Array',
    [
      ['AQ==', 'a string'],
      [[1], 'an array'],
    ],
  ],
  ['buffer', 'Buffer', [['AQ==', 'a string']]],
  [
    'set',
    'Set',
    [
      [['a'], 'an array'],
      ['a', 'a string'],
    ],
  ],
  [
    'array',
    'array',
    [
      [new Set(['a']), 'a Set'],
      [{ 0: 'a' }, 'an object'],
    ],
  ],
  [
    'object',
    'object',
    [
      [['a'], 'an array'],
      [null, 'null'],
      [bytes(1), 'a Uint8Array'],
    ],
  ],
  ['map', 'Map', [[['a'], 'an array']]],
  [
    'nested',
    'Address',
    [
      ['Main', 'a string'],
      [null, 'null'],
      [['Main'], 'an array'],
      [new Set(['a']), 'a Set'],
      [bytes(1), 'a Uint8Array'],
      [precise, 'a NumberValue (a number of more digits than a JavaScript number holds)'],
    ],
  ],
];
const cases = mismatches.flatMap(([type, expected, wrong]) =>
  wrong.map(([value, found]) => ({ type, expected, value, found })),
);

describe('a value of another type', () => {
  test.each(cases)('is an error when it is read: $found as $type', ({ type, expected, value, found }) => {
    const { details, message } = caught('ATTRIBUTE_TYPE', () => read(Given, { id: 'a', [type]: value }));
    expect(details).toEqual({ entity: 'Given', key: { id: 'a' }, attribute: type, expected, found });
    expect(message).toContain(`Given { id: 'a' }: ${type} is ${found}, but its declared type is ${expected}.`);
    expect(message).toContain("onTypeMismatch: 'keep'");
  });

  test.each(cases)('is kept as it is stored if that is wished: $found as $type', ({ type, value }) => {
    const entity = read(Given, { id: 'a', [type]: value }, 'keep');
    expect(entity).toStrictEqual(Object.assign(new Given(), { id: 'a', [type]: value }));
    expect(write(Given, entity, 'keep')).toEqual({ id: 'a', [type]: value });
  });

  test.each([
    ...cases.filter(({ type }) => !['date', 'epochSeconds', 'epochMilliseconds', 'map'].includes(type)),
    { type: 'date', expected: 'Date (ISO 8601 text)', value: '2024-03-01', found: 'a string' },
    { type: 'date', expected: 'Date (ISO 8601 text)', value: new Date(Number.NaN), found: 'an invalid Date' },
    { type: 'epochSeconds', expected: 'Date (a number of seconds)', value: 1, found: 'a number' },
    { type: 'epochMilliseconds', expected: 'Date (a number of milliseconds)', value: 1, found: 'a number' },
    { type: 'string', expected: 'string', value: new Date(), found: 'a Date' },
    { type: 'string', expected: 'string', value: new Address(), found: 'a Address' },
    { type: 'string', expected: 'string', value: () => 'text', found: 'a function' },
    { type: 'string', expected: 'string', value: new (class {})(), found: 'an instance of a class without a name' },
    { type: 'number', expected: 'number', value: 5n, found: 'a bigint' },
    {
      type: 'number',
      expected: 'number',
      value: precise,
      found: 'a NumberValue (a number of more digits than a JavaScript number holds)',
    },
    { type: 'bigint', expected: 'bigint (a stored integer)', value: 5, found: 'a number' },
    { type: 'map', expected: 'Map', value: { a: 1 }, found: 'an object' },
    { type: 'object', expected: 'object', value: new Map(), found: 'a Map' },
    { type: 'nested', expected: 'Address', value: new Map(), found: 'a Map' },
    { type: 'nested', expected: 'Address', value: new Date(), found: 'a Date' },
  ])('is an error when it is written: $found as $type', ({ type, expected, value, found }) => {
    const entity = Object.assign(new Given(), { id: 'a', [type]: value });
    const { details } = caught('ATTRIBUTE_TYPE', () => write(Given, entity));
    expect(details).toEqual({ entity: 'Given', key: { id: 'a' }, attribute: type, expected, found });
  });

  test('that cannot be stored either is an error though it is kept', () => {
    const entity = Object.assign(new Given(), { id: 'a', date: new Date(Number.NaN) });
    caught('UNSUPPORTED_VALUE', () => write(Given, entity, 'keep'));
    expect(caught('UNSUPPORTED_VALUE', () => write(Given, entity, 'keep')).details.path).toBe('date');
  });

  test('is told by its type even if its data pretends to be another', () => {
    const address = Object.assign(new Address(), { constructor: { name: 'SECRET' } });
    for (const value of [address, Object.assign(new Address(), { constructor: null })]) {
      const entity = Object.assign(new Given(), { id: 'a', string: value });
      expect(caught('ATTRIBUTE_TYPE', () => write(Given, entity)).details.found).toBe('a Address');
    }
  });
});

describe('an absent value', () => {
  test('is undefined, for every type', () => {
    expect(Object.keys(read(Given, { id: 'a' }))).toEqual(['id']);
    expect(write(Given, Object.assign(new Given(), { id: 'a', string: undefined }))).toEqual({ id: 'a' });
  });
});
