import { describe, expect, test } from '@jest/globals';
import { Expose, Transform, Type } from 'class-transformer';
import { Attribute, Entity, PartitionKey, Versioned } from 'dynamo-evolve';
import { attributePath } from '../../lib/model/attribute-path.js';
import { modelOf } from '../../lib/hydration/model-of.js';
import { hydratorOf } from './reading.js';
import { Reflected } from '../support/decorator-mode.js';

const storage = { groups: ['storage'] };
const noon = new Date('2024-03-01T12:00:00.000Z');
const text = '2024-03-01T12:00:00.000Z';

class Point {
  x!: number;
  y!: number;
}
class Address {
  street!: string;
  @Expose({ name: 'z', ...storage }) zip?: string;
  @Type(() => Date) since?: Date | null;
  @Type(() => Date) @Reflected(Set) visits?: Set<Date>;
  @Type(() => Point) at?: Point;
  @Transform(({ value }) => String(value).toUpperCase(), { ...storage, toPlainOnly: true }) country?: string;
}
class Shape {
  name?: string;
}
class Circle extends Shape {
  @Type(() => Date) drawn?: Date;
  @Type(() => Date) same?: Date;
  @Type(() => Point) centre?: Point;
  radius?: number;
}
class Square extends Shape {
  @Type(() => Number) drawn?: number;
  @Type(() => Date) same?: Date;
  @Expose({ name: 'r', ...storage }) radius?: number;
}
const discriminator = {
  property: 'kind',
  subTypes: [
    { name: 'circle', value: Circle },
    { name: 'square', value: Square },
  ],
};

@Entity({ table: 'people' })
@Versioned(1)
class Person {
  @PartitionKey({ type: 'string' }) id!: string;
  @Attribute({ type: 'string' }) name!: string;
  @Attribute({ type: 'number' }) count!: number;
  @Attribute({ type: 'bigint' }) total!: bigint;
  @Attribute({ type: 'date' }) born!: Date;
  @Attribute({ type: 'epochSeconds' }) seen!: Date;
  @Attribute({ type: 'set' }) tags!: Set<string>;
  @Attribute({ type: 'array' }) list!: string[];
  @Attribute({ type: 'map' }) byName!: Map<string, unknown>;
  @Attribute() anything!: unknown;
  @Attribute({ name: 'a', type: Address }) address!: Address;
  @Attribute({ type: 'set' }) @Type(() => Date) days!: Set<Date>;
  @Attribute({ type: 'array' }) @Type(() => Date) times!: Date[];
  @Attribute({ type: 'map' }) @Type(() => Date) dates!: Map<string, Date>;
  @Attribute({ type: 'array' }) @Type(() => Point) points!: Point[];
  @Attribute({ type: 'set' }) @Type(() => Point) pointSet!: Set<Point>;
  @Attribute() @Type(() => Shape, { discriminator }) shape!: Shape;
  @Attribute({ type: 'array' }) @Type(() => Shape, { discriminator }) shapes!: Shape[];
  @Attribute() @Type(() => Address) either!: unknown;
  @Attribute() @Transform(({ value }) => (value as number) * 100, { ...storage, toPlainOnly: true }) cents!: number;
  @Attribute() @Transform(({ value }) => (value as string[]).join(), { ...storage, toPlainOnly: true }) csv!: string[];
  @Attribute()
  @Transform(({ value }) => new Set([...(value as Set<string>)].map((tag) => tag.toUpperCase())), {
    ...storage,
    toPlainOnly: true,
  })
  upper!: Set<string>;
  @Attribute()
  @Transform(({ value }) => new Set(['always', ...(value as Set<string>)]), { ...storage, toPlainOnly: true })
  always!: Set<string>;
}

const hydrator = hydratorOf(Person);
const point = Object.assign(new Point(), { x: 1, y: 2 });
const circle = Object.assign(new Circle(), { radius: 2 });
const address = Object.assign(new Address(), { street: 'Rue', zip: '1000', since: noon, country: 'fr' });

function place(path: string) {
  const found = attributePath(modelOf(Person), path);
  if (!found) throw new Error(`${path} is no path`);
  const at = hydrator.placeAt(found);
  return 'problem' in at ? { path: at, value: () => at, change: () => at, part: () => at } : at;
}

describe('a place in stored items', () => {
  test.each([
    ['name', { attribute: 'name' }],
    ['address', { attribute: 'a' }],
    ['address.street', { attribute: 'a', within: ['street'] }],
    ['address.zip', { attribute: 'a', within: ['z'] }],
    ['address.z', { attribute: 'a', within: ['z'] }],
    ['address.at.x', { attribute: 'a', within: ['at', 'x'] }],
    ['address.unknown[2].x', { attribute: 'a', within: ['unknown', 2, 'x'] }],
    ['points[0].x', { attribute: 'points', within: [0, 'x'] }],
    ["dates['a.b']", { attribute: 'dates', within: ['a.b'] }],
    ['either.zip', { attribute: 'either', within: ['z'] }],
    ['either[0].zip', { attribute: 'either', within: [0, 'z'] }],
    ['shape.same', { attribute: 'shape', within: ['same'] }],
  ])('is found by the names of properties: %s', (path, expected) => {
    expect(place(path).path).toEqual(expected);
  });

  test.each<[string, unknown, unknown]>([
    ['name', 'x', 'x'],
    ['born', noon, text],
    ['address', address, { street: 'Rue', z: '1000', since: text, country: 'FR' }],
    ['address.since', noon, text],
    ['address.since', null, null],
    ['address.at', point, { x: 1, y: 2 }],
    ['address.at', { x: 1 }, { x: 1 }],
    ['address.country', 'fr', 'FR'],
    ['address.visits', new Set([noon]), new Set([text])],
    ['times[0]', noon, text],
    ['times[0]', null, null],
    ["dates['x']", noon, text],
    ['points[1]', point, { x: 1, y: 2 }],
    ['points[1].x', 5, 5],
    ['shape', circle, { kind: 'circle', radius: 2 }],
    ['shapes[0]', circle, { kind: 'circle', radius: 2 }],
    ['shapes[0].same', noon, text],
    ['shapes[0].centre', point, { x: 1, y: 2 }],
    ['shape.kind', 'square', 'square'],
    ['either.since', noon, text],
    ['either.key', address, { street: 'Rue', z: '1000', since: text, country: 'FR' }],
    ['either.street', 'x', 'x'],
    ['anything.deep[0]', { a: 1 }, { a: 1 }],
    ["byName['k']", [1], [1]],
    ['cents', 5, 500],
    ['csv', ['a', 'b'], 'a,b'],
  ])('stores what the application has at %s: %p', (path, value, expected) => {
    expect(place(path).value(value)).toEqual({ value: expected });
  });

  test.each<[string, unknown, string]>([
    ['name', 5, 'is a number, but its type is string'],
    ['address.since', 'yesterday', 'is a string, but its type is what @Type names'],
    ['points[0]', 5, 'is a number, but its type is what @Type names'],
    ['times[0]', 'yesterday', 'is a string, but its type is what @Type names'],
    ['csv[0]', 'a', 'is inside a value that is stored through a @Transform; use that one as a whole'],
    ['shapes[0].radius', 2, 'is stored differently by the classes that its @Type names; use the whole instance'],
  ])('refuses what has no meaning at %s: %p', (path, value, problem) => {
    expect(place(path).value(value)).toEqual({ problem });
  });

  test('keeps values of another type where that is wished', () => {
    const at = hydratorOf(Person, 'keep').placeAt({
      attribute: modelOf(Person).byProperty.get('name') as never,
      within: [],
    });
    expect('problem' in at ? at : at.value(5)).toEqual({ value: 5 });
  });
});

describe('what is added to a place, or taken out of it', () => {
  test.each<[string, unknown, unknown]>([
    ['count', 5, 5],
    ['count', 5n, 5n],
    ['total', 5, 5],
    ['total', 5n, 5n],
    ['seen', 3600, 3600],
    ['tags', new Set(['a']), new Set(['a'])],
    ['days', new Set([noon]), new Set([text])],
    ['address.visits', new Set([noon]), new Set([text])],
    ['address.counter', 1, 1],
    ['anything', new Set([1]), new Set([1])],
    ['points[0].x', 1, 1],
    ['upper', new Set(['a', 'b']), new Set(['A', 'B'])],
  ])('is stored as the values there are: %s, %p', (path, value, expected) => {
    expect(place(path).change(value)).toEqual({ value: expected });
  });

  test.each<[string, unknown, string]>([
    ['name', 1, 'is string, neither a number nor a Set'],
    ['born', 1, 'is Date (ISO 8601 text), neither a number nor a Set'],
    ['count', new Set([1]), 'takes a number, and was given a Set'],
    ['count', noon, 'takes a number, and was given a Date'],
    ['total', 1.5, 'takes an integer, and was given a number'],
    ['tags', 1, 'takes a Set, and was given a number'],
    ['tags', ['a'], 'takes a Set, and was given an array'],
    ['days', new Set(['x']), 'takes a Set of what @Type names'],
    ['times', new Set([noon]), 'is stored as a list'],
    ['dates', new Set([noon]), 'is stored as a map'],
    ['list', new Set(['a']), 'is array, neither a number nor a Set'],
    ['address', 1, 'is Address, neither a number nor a Set'],
    ['pointSet', new Set([point]), 'is stored as a list, since engines have no sets of maps; set it as a whole'],
    ['cents', 5, 'is stored through a @Transform, so what is stored for a change of it is unknown; set it as a whole'],
    [
      'always',
      new Set(['a']),
      'is stored through a @Transform, so what is stored for a change of it is unknown; set it as a whole',
    ],
    [
      'csv',
      new Set(['a']),
      'is stored through a @Transform, so what is stored for a change of it is unknown; set it as a whole',
    ],
  ])('is refused where it has no meaning: %s, %p', (path, value, problem) => {
    expect(place(path).change(value)).toEqual({ problem });
  });
});

describe('a part of what is stored at a place', () => {
  test.each<[string, unknown, unknown]>([
    ['name', 'x', 'x'],
    ['born', '2024-', '2024-'],
    ['born', noon, text],
    ['tags', 'a', 'a'],
    ['list', 'a', 'a'],
    ['days', noon, text],
    ['times', noon, text],
    ['times', null, null],
    ['points', point, { x: 1, y: 2 }],
    ['shapes', circle, { kind: 'circle', radius: 2 }],
    ['address.visits', noon, text],
    ['either', 'x', 'x'],
    ['upper', 'a', 'A'],
  ])('is stored as members and texts are: %s, %p', (path, value, expected) => {
    expect(place(path).part(value)).toEqual({ value: expected });
  });

  test.each<[string, unknown, string]>([
    ['days', 'x', 'is a string, but each member is what @Type names'],
    ['csv', 'a', 'is stored through a @Transform, so what is stored for a part of it is unknown'],
    ['always', 'a', 'is stored through a @Transform, so what is stored for a part of it is unknown'],
    ['address.country', 'f', 'is stored through a @Transform, so what is stored for a part of it is unknown'],
  ])('is refused where it has no meaning: %s, %p', (path, value, problem) => {
    expect(place(path).part(value)).toEqual({ problem });
  });
});
