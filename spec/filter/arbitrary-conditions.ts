import fc from 'fast-check';
import type { WireItem, WireValue } from '../../lib/codec/wire.js';
import type { WireCondition, WireOperand, WirePath } from '../../lib/codec/wire-condition.js';
import { wireTypes } from '../../lib/codec/wire-types.js';

/** What an engine gets wrong by itself, and is therefore not asked. */
export interface EngineFaults {
  /** Maps and lists never equal anything, and neither does what is in a list but text, numbers and bytes. */
  readonly comparesNoDocuments?: true;
  /** What is empty has no size, and `false` is in no list of values. */
  readonly overlooksFalsyValues?: true;
  /** Text is ordered by UTF-16 units, not by UTF-8 bytes. */
  readonly ordersByUtf16?: true;
}

/** dynalite's. */
export const dynaliteFaults: EngineFaults = {
  comparesNoDocuments: true,
  overlooksFalsyValues: true,
  ordersByUtf16: true,
};

const bytes = (...values: number[]) => Buffer.from(values).toString('base64');

/** Few values, so that they meet often: of every type, at the edges of orders and notations. */
function valuesOf(faults: EngineFaults) {
  const texts = ['a', 'ab', 'b', 'é', 'éa', '10', '9', ...(faults.overlooksFalsyValues ? [] : [''])];
  // U+FFEE sorts before U+1F600 by code points and bytes, and behind it by UTF-16 units
  if (!faults.ordersByUtf16) texts.push('\uffee', '😀');
  const numbers = ['0', '1', '1.0', '1e1', '10', '-1', '-0.5', '9', '0.1', '1e-130', '9e125'];
  numbers.push('12345678901234567890123456789012345678', '12345678901234567890123456789012345679');
  const binaries = [
    bytes(1),
    bytes(1, 200),
    bytes(200),
    bytes(1, 2),
    ...(faults.overlooksFalsyValues ? [] : [bytes()]),
  ];

  const text = fc.constantFrom(...texts).map((S) => ({ S }));
  const number = fc.constantFrom(...numbers).map((N) => ({ N }));
  const binary = fc.constantFrom(...binaries).map((B) => ({ B }));
  const other = fc.constantFrom<WireValue>(
    { BOOL: true },
    { BOOL: faults.overlooksFalsyValues === true },
    { NULL: true },
  );
  // members that are not equal to each other
  const set = fc.oneof(
    fc.subarray(['a', 'b', 'é'], { minLength: 1 }).map((SS) => ({ SS })),
    fc.subarray(['1.0', '10', '-0.5'], { minLength: 1 }).map((NS) => ({ NS })),
    fc.subarray([bytes(1), bytes(1, 200)], { minLength: 1 }).map((BS) => ({ BS })),
  );
  const ordered = fc.oneof(text, number, binary);
  const scalar = fc.oneof({ weight: 3, arbitrary: ordered }, { weight: 1, arbitrary: other });
  const flat = fc.oneof(scalar, set);
  const { document } = fc.letrec<{ document: WireValue; value: WireValue }>((tie) => ({
    value: fc.oneof({ maxDepth: 2, depthSize: 'small' }, flat, tie('document')),
    document: fc.oneof(
      fc.array(tie('value'), { maxLength: 2 }).map((L) => ({ L })),
      fc
        .uniqueArray(fc.tuple(fc.constantFrom('x', 'x.y', 'constructor'), tie('value')), {
          maxLength: 2,
          selector: ([name]) => name,
        })
        .map((members) => ({ M: Object.fromEntries(members) })),
    ),
  }));
  return { ordered, flat, any: fc.oneof({ weight: 2, arbitrary: flat }, { weight: 1, arbitrary: document }) };
}

const attributes = ['a', 'b', 'c.d', 'toString'];

/** Attributes that every item has: operands that are never absent. */
const presentAttributes: WireItem = { n: { N: '1' }, s: { S: 'ab' } };

/** Items whose attributes are of any type, or absent; `o` has an order where it is there. */
export function arbitraryItem(faults: EngineFaults): fc.Arbitrary<WireItem> {
  const { any, ordered } = valuesOf(faults);
  const member = fc.tuple(fc.constantFrom(...attributes), any);
  const members = fc.uniqueArray(member, { maxLength: attributes.length, selector: ([name]) => name });
  return fc
    .tuple(members, fc.option(ordered, { nil: undefined }))
    .map(([given, o]) =>
      Object.fromEntries([...given, ...(o ? [['o', o] as const] : []), ...Object.entries(presentAttributes)]),
    );
}

const path: fc.Arbitrary<WirePath> = fc
  .record({
    attribute: fc.constantFrom(...attributes),
    within: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      {
        weight: 2,
        arbitrary: fc.array(fc.constantFrom('x', 'x.y', 'constructor', 0, 1), { minLength: 1, maxLength: 2 }),
      },
    ),
  })
  .map(({ attribute, within }) => (within.length > 0 ? { attribute, within } : { attribute }));

/** Conditions of all operators that engines take. */
export function arbitraryCondition(faults: EngineFaults): fc.Arbitrary<WireCondition> {
  const { ordered, flat, any } = valuesOf(faults);
  const present = fc.constantFrom(...Object.keys(presentAttributes)).map((attribute): WirePath => ({ attribute }));
  const place = fc.oneof(present, faults.comparesNoDocuments ? fc.constant({ attribute: 'o' }) : path);
  const operand = (values: fc.Arbitrary<WireValue>): fc.Arbitrary<WireOperand> =>
    fc.oneof({ weight: 5, arbitrary: values }, { weight: 1, arbitrary: place });
  const equal = operand(faults.comparesNoDocuments ? flat : any);
  const member = operand(faults.comparesNoDocuments ? ordered : any);
  const beginnings = ordered.filter((one) => !('N' in one));
  const start = operand(beginnings);
  const sizes = operand(fc.integer({ min: 0, max: 4 }).map((N) => ({ N: `${N}` })));

  const on = (predicate: fc.Arbitrary<object>) =>
    // engines refuse to compare a place with itself
    fc
      .tuple(path, predicate)
      .filter(([subject, given]) => !speaksOf(given, subject))
      .map(([subject, given]) => ({ ...subject, ...given }));
  const equality = (values: fc.Arbitrary<WireOperand>): fc.Arbitrary<object>[] => [
    values.map((eq) => ({ eq })),
    values.map((ne) => ({ ne })),
    fc.array(values, { minLength: 1, maxLength: 3 }).map((one) => ({ in: one })),
  ];
  const order = (values: fc.Arbitrary<WireOperand>): fc.Arbitrary<object>[] => [
    values.map((lt) => ({ lt })),
    values.map((lte) => ({ lte })),
    values.map((gt) => ({ gt })),
    values.map((gte) => ({ gte })),
  ];
  const pairs = fc.constantFrom<[WireValue, WireValue]>(
    [{ S: 'a' }, { S: 'b' }],
    [{ S: '10' }, { S: 'é' }],
    [{ N: '-0.5' }, { N: '1e1' }],
    [{ N: '1' }, { N: '12345678901234567890123456789012345678' }],
    [{ B: bytes(1) }, { B: bytes(1, 200) }],
  );
  const range = fc.oneof(
    { weight: 2, arbitrary: pairs.map((between) => ({ between })) },
    { weight: 1, arbitrary: fc.tuple(place, place).map((between) => ({ between })) },
    { weight: 1, arbitrary: fc.tuple(pairs, place).map(([[from], to]) => ({ between: [from, to] })) },
    { weight: 1, arbitrary: fc.tuple(place, pairs).map(([from, [, to]]) => ({ between: [from, to] })) },
  );

  const { condition } = fc.letrec<{ condition: WireCondition }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      on(fc.boolean().map((exists) => ({ exists }))),
      on(fc.constantFrom(...wireTypes).map((type) => ({ type }))),
      ...equality(equal).map(on),
      ...order(operand(ordered)).map(on),
      ...[...equality(sizes), ...order(sizes)].map((one) => on(one.map((given: object) => ({ ...given, size: true })))),
      on(range),
      on(member.map((contains) => ({ contains }))),
      on(start.map((beginsWith) => ({ beginsWith }))),
      fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((and) => ({ and })),
      fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((or) => ({ or })),
      tie('condition').map((not) => ({ not })),
    ) as fc.Arbitrary<WireCondition>,
  }));
  return condition;
}

function speaksOf(predicate: object, subject: WirePath): boolean {
  return JSON.stringify(predicate).includes(JSON.stringify(subject).slice(1, -1));
}
