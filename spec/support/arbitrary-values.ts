import fc from 'fast-check';
import type { WireItem, WireValue } from '../../lib/codec/wire.js';
import { arbitraryDecimal, arbitraryNotation, plainDecimal, storedNumber } from './arbitrary-numbers.js';
import { losesEscapedNames } from './json-defect.js';

/** Names that a careless program loses, crashes on, or takes for its own. */
export const hostileNames = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'toJSON',
  'valueOf',
  'hasOwnProperty',
  'isPrototypeOf',
  '__defineGetter__',
  'length',
  'then',
  'S',
  'M',
  '0',
  'a.b',
  'a[0]',
  '#name',
  ':value',
  ' ',
  'é',
  'e\u0301',
  '名前',
  '👩‍👩‍👧',
  '\u0000',
] as const;

/** One stored value in all its forms, each made on its own, so that none depends on the codec. */
export interface Specimen {
  /** In JavaScript. */
  readonly value: unknown;
  /** As the codec writes it: canonical numbers, bytes. */
  readonly wire: WireValue;
  /** As JSON may bring it: numbers in any notation, bytes as base64 text. */
  readonly received: WireValue;
}

/** A stored item in all its forms. */
export interface ItemSpecimen {
  readonly value: Record<string, unknown>;
  readonly wire: WireItem;
  readonly received: WireItem;
}

/** Well-formed text of any code points. */
export const arbitraryText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

/** Attribute names, hostile ones among them; never the empty one, which engines refuse. */
export const arbitraryName: fc.Arbitrary<string> = fc
  .oneof(
    { weight: 3, arbitrary: fc.constantFrom(...hostileNames) },
    { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 6 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }) },
  )
  // after a name of a backslash alone, some runtimes read others wrongly from JSON
  .filter((name) => name !== '\\' || !losesEscapedNames);

const arbitraryBytes = fc.uint8Array({ maxLength: 12 });
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

const textSpecimen = arbitraryText.map((text): Specimen => ({ value: text, wire: { S: text }, received: { S: text } }));

const bytesSpecimen = arbitraryBytes.map((bytes): Specimen => ({
  value: bytes,
  wire: { B: bytes },
  received: { B: base64(bytes) },
}));

const decimals = arbitraryDecimal.chain((decimal) =>
  arbitraryNotation(decimal).map((notation) => {
    const plain = plainDecimal(decimal);
    return { value: storedNumber(decimal), plain, notation };
  }),
);

const numberSpecimen = decimals.map(({ value, plain, notation }): Specimen => ({
  value,
  wire: { N: plain },
  received: { N: notation },
}));

const textSet = fc.uniqueArray(arbitraryText, { minLength: 1, maxLength: 4 }).map((texts): Specimen => {
  const wire = { SS: texts };
  return { value: new Set(texts), wire, received: wire };
});

const numberSet = fc
  .uniqueArray(decimals, { minLength: 1, maxLength: 4, selector: ({ plain }) => plain })
  .map((members): Specimen => {
    return {
      value: new Set(members.map(({ value }) => value)),
      wire: { NS: members.map(({ plain }) => plain) },
      received: { NS: members.map(({ notation }) => notation) },
    };
  });

const bytesSet = fc
  .uniqueArray(arbitraryBytes, { minLength: 1, maxLength: 4, selector: base64 })
  .map((members): Specimen => {
    return { value: new Set(members), wire: { BS: members }, received: { BS: members.map(base64) } };
  });

const scalars: readonly fc.Arbitrary<Specimen>[] = [
  textSpecimen,
  numberSpecimen,
  bytesSpecimen,
  fc.boolean().map((BOOL): Specimen => ({ value: BOOL, wire: { BOOL }, received: { BOOL } })),
  fc.constant<Specimen>({ value: null, wire: { NULL: true }, received: { NULL: true } }),
];

/** Values of all ten types under any names, nested some levels deep. */
export function arbitrarySpecimens(names: fc.Arbitrary<string> = arbitraryName): {
  readonly value: fc.Arbitrary<Specimen>;
  readonly item: fc.Arbitrary<ItemSpecimen>;
} {
  const membersOf = (value: fc.Arbitrary<Specimen>) =>
    fc.uniqueArray(fc.tuple(names, value), { maxLength: 4, selector: ([name]) => name }).map(itemOf);

  const { value } = fc.letrec<{ value: Specimen; list: Specimen; map: Specimen }>((tie) => ({
    list: fc.array(tie('value'), { maxLength: 4 }).map(listOf),
    map: membersOf(tie('value')).map(mapOf),
    value: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      ...scalars,
      textSet,
      numberSet,
      bytesSet,
      { weight: 2, arbitrary: tie('list') },
      { weight: 3, arbitrary: tie('map') },
    ),
  }));
  return { value, item: membersOf(value) };
}

function listOf(members: readonly Specimen[]): Specimen {
  return {
    value: members.map(({ value }) => value),
    wire: { L: members.map(({ wire }) => wire) },
    received: { L: members.map(({ received }) => received) },
  };
}

// Object.fromEntries defines properties: it takes __proto__ for a name like any other
function itemOf(members: readonly (readonly [string, Specimen])[]): ItemSpecimen {
  return {
    value: Object.fromEntries(members.map(([name, { value }]) => [name, value])),
    wire: Object.fromEntries(members.map(([name, { wire }]) => [name, wire])),
    received: Object.fromEntries(members.map(([name, { received }]) => [name, received])),
  };
}

function mapOf({ value, wire, received }: ItemSpecimen): Specimen {
  return { value, wire: { M: wire }, received: { M: received } };
}

/** Values of all ten types. */
export const { value: arbitrarySpecimen, item: arbitraryItem } = arbitrarySpecimens();
