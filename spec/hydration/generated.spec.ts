import { deepStrictEqual } from 'node:assert/strict';
import { describe, expect, test } from '@jest/globals';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Attribute, Entity, Mapper, PartitionKey, Versioned } from 'dynamo-evolve';
import { decodeItem } from '../../lib/codec/decode.js';
import type { Row } from '../../lib/codec/row.js';
import type { WireItem } from '../../lib/codec/wire.js';
import { canGenerate } from '../../lib/codec/generated-code.js';
import { GeneratedHydration } from '../../lib/hydration/generated.js';
import { Hydrator } from '../../lib/hydration/hydrator.js';
import { modelOf } from '../../lib/hydration/model-of.js';
import { rowsOf } from '../support/rows.js';
import { testUnless } from '../support/test-unless.js';

const named = { key: () => ({ id: 'a' }) };

/** Names that end a literal, a line or a comment, or that every object inherits. */
const hostileNames = [
  '"',
  "'",
  '`',
  '\\',
  '\\"',
  '\n',
  '\u2028',
  '\u2029',
  '\u0000',
  '*/',
  '//',
  '${process.exit(1)}',
  '"]; globalThis.wasInjected = true; entity["',
  "'; globalThis.wasInjected = true; '",
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'source',
  'Class',
  'entity',
];

/** A class with an attribute of each name; properties of such names, too, as far as classes can have them. */
function hostileClass() {
  class Hostile {
    id!: string;
  }
  Object.defineProperty(Hostile, 'name', { value: '"]; globalThis.wasInjected = true; //' });
  PartitionKey({ type: 'string' })(Hostile.prototype, 'id');
  for (const [at, name] of hostileNames.entries()) {
    const type = (['string', 'number', 'boolean', 'any'] as const)[at % 4] as 'string';
    const property = name in Object.prototype || name === 'prototype' ? `p${at}` : name;
    Attribute({ name, type, optional: true })(Hostile.prototype, property);
  }
  Versioned(1)(Hostile);
  Entity({ table: 'hostile' })(Hostile);
  return Hostile;
}

const values = [
  { S: '"; throw 1; "\u2028' },
  { N: '5' },
  { BOOL: true },
  { M: { ['__proto__']: { S: 'own' } } },
] as const;

function entitiesOf(hydrator: Hydrator<object>, wire: WireItem): object[] {
  const [row] = rowsOf([wire]) as [Row];
  return [hydrator.fromWire(wire, named), hydrator.fromItem(decodeItem(wire), named), hydrator.fromRow(row, named)];
}

@Entity({ table: 'cards' })
@Versioned(1)
class Card {
  @PartitionKey({ type: 'string' }) id!: string;
  @Attribute({ type: 'string', optional: true }) title?: string;
}

@Entity({ table: 'cards' })
@Versioned(1)
class Stubborn {
  @PartitionKey({ type: 'string' }) id!: string;
  @Attribute({ optional: true, type: 'string' })
  get title(): string {
    return 'x';
  }
  set title(_: string) {
    throw new Error('no');
  }
}

describe('generated code', () => {
  test('is only data where names are hostile', () => {
    const model = modelOf(hostileClass());
    const entries = hostileNames.map((name, at) => [name, values[at % 4]] as const);
    const full = Object.fromEntries([['id', { S: 'a' }], ...entries]) as WireItem;
    for (const wire of [full, { id: { S: 'a' } }] as WireItem[]) {
      const expected = entitiesOf(new Hydrator<object>(model, 'throw', false), wire);
      const found = entitiesOf(new Hydrator<object>(model, 'throw'), wire);
      deepStrictEqual(found, expected);
      for (const entity of found) deepStrictEqual(Reflect.ownKeys(entity), Reflect.ownKeys(expected[0] as object));
    }
    for (const entity of entitiesOf(new Hydrator<object>(model, 'throw'), full) as Record<string, unknown>[]) {
      expect(entity['"']).toBe(values[0].S);
      expect(Object.keys(entity[`p${hostileNames.indexOf('constructor')}`] as object)).toEqual(['__proto__']);
      expect(entity['*/']).toBe(5);
    }
    expect(globalThis).not.toHaveProperty('wasInjected');
  });

  test('is not used where an item inherits from more than objects do', () => {
    const wire = Object.create(
      { title: { S: 'inherited' } },
      { id: { value: { S: 'a' }, enumerable: true } },
    ) as WireItem;
    expect(new Hydrator(modelOf(Card), 'throw').fromWire(wire, named)).toEqual({ id: 'a' });
  });

  test('names the member that failed, or the constructor', () => {
    for (const hydrator of [
      new Hydrator(modelOf(Stubborn), 'throw'),
      new Hydrator(modelOf(Stubborn), 'throw', false),
    ]) {
      expect(() => hydrator.fromItem({ id: 'a', title: 'x' }, named)).toThrow(/HYDRATION_FAILED/);
      expect(() => hydrator.fromItem({ id: 'a', title: 'x' }, named)).toThrow(/title/);
      expect(() => hydrator.fromItem({ id: 5 }, named)).toThrow(/ATTRIBUTE_TYPE/);
    }
  });
  testUnless(
    canGenerate ? undefined : 'code is forbidden',
    'is used for the first hundred shapes of a class',
    async () => {
      const fields: never[] = [];
      const parts = {
        convert: () => undefined,
        leaveOut: () => undefined,
        failed: (_: string, cause: unknown) => cause,
      };
      const generated = new GeneratedHydration(Card, fields, parts);
      const shapes = Array.from({ length: 101 }, (_, at) => (rowsOf([{ [`a${at}`]: { S: 'x' } }]) as [Row])[0].shape);
      const functions = shapes.map((shape) => generated.ofShape(shape));
      expect(functions.map((one) => one !== undefined)).toEqual(shapes.map((_, at) => at < 100));
      expect(generated.ofShape(shapes[3]!)).toBe(functions[3]);
    },
  );
});

describe('the option generatedCode', () => {
  const client = new DynamoDBClient({ region: 'local', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });

  test.each([true, false, undefined])('%s makes equal entities', (generatedCode) => {
    const mapper = new Mapper({ client, entities: [Card], ...(generatedCode !== undefined && { generatedCode }) });
    const card = mapper.repository(Card).hydrate({ id: { S: 'a' }, title: { S: 'x' }, schema_version: { N: '1' } });
    expect(card).toBeInstanceOf(Card);
    expect(card).toEqual({ id: 'a', title: 'x' });
  });

  test('must be true or false', () => {
    expect(() => new Mapper({ client, entities: [Card], generatedCode: 'no' as never })).toThrow(
      /neither true nor false/,
    );
  });
});
