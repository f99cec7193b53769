import {
  any,
  anyOf,
  binary,
  boolean,
  item,
  list,
  map,
  nul,
  number,
  prefix,
  record,
  set,
  string,
  tuple,
} from 'dynamodb-toolbox';
import { date } from 'dynamo-evolve/toolbox';
import fc from 'fast-check';
import { hostileNames } from '../support/arbitrary-values.js';

/** `any`, because each schema has a class of its own, and all are put together in the same way. */
// oxlint-disable-next-line typescript/no-explicit-any
type AnySchema = any;

/** A schema of the toolbox, and values that it has. */
export interface SchemaCase {
  readonly what: string;
  readonly schema: AnySchema;
  readonly value: fc.Arbitrary<unknown>;
}

/** The toolbox can't copy objects without a prototype. */
const object = (members: Record<string, fc.Arbitrary<unknown>>) => fc.record(members, { noNullPrototype: true });

const text = fc.string({ maxLength: 6 });
const integer = fc.integer({ min: -1_000_000, max: 1_000_000 });
const time = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
const second = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => new Date(seconds * 1000));
const bytes = fc.uint8Array({ maxLength: 6 });
const big = fc.oneof(integer, fc.bigInt({ min: 2n ** 53n, max: 2n ** 90n }));
const setOf = (member: fc.Arbitrary<unknown>) =>
  fc.uniqueArray(member, { minLength: 1, maxLength: 4 }).map((members) => new Set(members));

const leaves: readonly SchemaCase[] = [
  { what: 'string', schema: string(), value: text },
  { what: 'number', schema: number(), value: integer },
  { what: 'bigint', schema: number().big(), value: big },
  { what: 'boolean', schema: boolean(), value: fc.boolean() },
  { what: 'binary', schema: binary(), value: bytes },
  { what: 'null', schema: nul(), value: fc.constant(null) },
  { what: 'any', schema: any(), value: fc.oneof(text, integer, object({ a: text }), fc.array(integer)) },
  { what: 'enum', schema: string().enum('a', 'b', 'constructor'), value: fc.constantFrom('a', 'b', 'constructor') },
  { what: 'number enum', schema: number().enum(1, 2), value: fc.constantFrom(1, 2) },
  { what: 'transform', schema: string().transform(prefix('P')), value: text },
  { what: 'date', schema: date(), value: time },
  { what: 'seconds', schema: date('epochSeconds'), value: second },
  { what: 'milliseconds', schema: date('epochMilliseconds'), value: time },
  { what: 'string set', schema: set(string()), value: setOf(fc.string({ minLength: 1, maxLength: 4 })) },
  { what: 'number set', schema: set(number()), value: setOf(integer) },
];

/** One schema of every type, and every container of each. */
export const schemaCases: readonly SchemaCase[] = leaves.flatMap((leaf) => [leaf, ...containersOf(leaf)]);

function containersOf({ schema: element, value, what }: SchemaCase): SchemaCase[] {
  // a toolbox record, map or list has no undefined members
  const cases: SchemaCase[] = [
    { what: `list of ${what}`, schema: list(element), value: fc.array(value, { maxLength: 3 }) },
    { what: `tuple of ${what}`, schema: tuple(element, string()), value: fc.tuple(value, text) },
    {
      what: `record of ${what}`,
      schema: record(string(), element),
      value: fc.dictionary(fc.constantFrom('a', 'b.c', 'S'), value, { noNullPrototype: true }),
    },
    {
      what: `map of ${what}`,
      schema: map({ in: element, opt: element.optional(), renamed: element.savedAs('r') }),
      value: fc.record(
        { in: value, opt: value, renamed: value },
        { requiredKeys: ['in', 'renamed'], noNullPrototype: true },
      ),
    },
    { what: `list of maps of ${what}`, schema: list(map({ in: element })), value: fc.array(object({ in: value })) },
  ];
  if (what !== 'null' && what !== 'any') {
    cases.push({
      what: `${what} or null`,
      schema: anyOf(element, nul()),
      value: fc.oneof(value, fc.constant(null)),
    });
    const other = object({ kind: fc.constant('other'), n: integer });
    cases.push({
      what: `${what} or a map`,
      schema: anyOf(element, map({ kind: string().enum('other'), n: number() })),
      value: fc.oneof(value, other),
    });
  }
  return cases;
}

/** A map whose members have names that a careless program takes for its own. */
const hostileMembers = hostileNames.filter((name) => name !== '__proto__');
export const hostileMap: SchemaCase = {
  what: 'hostile names',
  schema: map(Object.fromEntries(hostileMembers.map((name) => [name, string().optional()]))),
  value: fc.dictionary(fc.constantFrom(...hostileMembers), text, { noNullPrototype: true }),
};

/** The schema of an item with one attribute for each case. */
export function itemSchema(cases: readonly SchemaCase[]) {
  const attributes = cases.map(({ schema }, at) => [`a${at}`, schema.optional()] as const);
  return item({ id: string().key(), ...Object.fromEntries(attributes) });
}

/** A value for some of the attributes. */
export function arbitraryValues(cases: readonly SchemaCase[]): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(Object.fromEntries(cases.map(({ value }, at) => [`a${at}`, value])), {
    requiredKeys: [],
    noNullPrototype: true,
  });
}
