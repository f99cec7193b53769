import 'reflect-metadata';
import { describe, expect, test } from '@jest/globals';
import { Type } from 'class-transformer';
import { Attribute, Entity, type Item, PartitionKey, Versioned } from 'dynamo-evolve';
import { decodeItem } from '../../lib/codec/decode.js';
import { NumberValue } from '../../lib/codec/number.js';
import type { WireItem } from '../../lib/codec/wire.js';
import { caught } from '../errors/caught.js';
import { hydratorOf, read, write } from './reading.js';
import { Reflected } from '../support/decorator-mode.js';

const key = () => ({ id: 'a' });

class Point {
  x!: number;
  y!: number;

  get length(): number {
    return Math.hypot(this.x, this.y);
  }
}
const point = (x: number, y: number) => Object.assign(new Point(), { x, y });

/** Reads an item, and stores what was read: the same item, for all that the class knows of it. */
function roundTrip<T extends object>(target: new () => T, item: Item, policy?: 'keep'): T {
  const entity = read(target, item, policy);
  expect(write(target, entity, policy)).toEqual(item);
  return entity;
}

describe('a nested class', () => {
  test('is made an instance by the type of its property alone', () => {
    @Entity({ table: 'drawings' })
    @Versioned(1)
    class Drawing {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: Point }) origin!: Point;
    }
    const { origin } = roundTrip(Drawing, { id: 'a', origin: { x: 3, y: 4 } });
    expect(origin).toStrictEqual(point(3, 4));
    expect(origin.length).toBe(5);
  });

  test('keeps what it does not declare: a stored value is never lost', () => {
    @Entity({ table: 'drawings' })
    @Versioned(1)
    class Drawing {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute() @Type(() => Point) origin!: Point;
    }
    const { origin } = roundTrip(Drawing, { id: 'a', origin: { x: 3, y: 4, z: { deep: [1] } } });
    expect(origin).toEqual({ x: 3, y: 4, z: { deep: [1] } });
  });

  test('can be written as a plain object', () => {
    @Entity({ table: 'drawings' })
    @Versioned(1)
    class Drawing {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute() @Type(() => Point) origin!: { x: number; y: number };
    }
    const drawing = Object.assign(new Drawing(), { id: 'a', origin: { x: 3, y: 4 } });
    expect(write(Drawing, drawing)).toEqual({ id: 'a', origin: { x: 3, y: 4 } });
  });

  test('reads and writes any number of members', () => {
    @Entity({ table: 'drawings' })
    @Versioned(1)
    class Drawing {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: Point }) origin!: Point;
    }
    const names = Array.from({ length: 3000 }, (_, at) => [`n${at}`, at]);
    const { origin } = roundTrip(Drawing, { id: 'a', origin: { ...Object.fromEntries(names), x: 3, y: 4 } });
    expect(Object.keys(origin)).toHaveLength(3002);
    expect(origin.length).toBe(5);
  });

  test('that throws in its constructor is told by its property', () => {
    class Strict {
      constructor() {
        throw new Error('no');
      }
    }

    @Entity({ table: 'drawings' })
    @Versioned(1)
    class Drawing {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute() @Type(() => Strict) origin!: Strict;
    }
    const error = caught('HYDRATION_FAILED', () => read(Drawing, { id: 'a', origin: {} }));
    expect(error.details.member).toBe('origin');
  });

  test('may contain itself by its class, but not by an instance', () => {
    class Folder {
      name!: string;
      @Type(() => Folder) @Reflected(Array) folders?: Folder[];
    }

    @Entity({ table: 'trees' })
    @Versioned(1)
    class Tree {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: Folder }) root!: Folder;
    }
    const root = { name: 'a', folders: [{ name: 'b', folders: [{ name: 'c' }] }] };
    const tree = roundTrip(Tree, { id: 'a', root });
    const deepest = tree.root.folders?.[0]?.folders?.[0];
    expect(deepest).toBeInstanceOf(Folder);

    const shared = Object.assign(new Folder(), { name: 'shared' });
    tree.root.folders = [shared, shared];
    expect(write(Tree, tree)).toEqual({
      id: 'a',
      root: { name: 'a', folders: [{ name: 'shared' }, { name: 'shared' }] },
    });
    shared.folders = [tree.root];
    expect(caught('CIRCULAR_VALUE', () => write(Tree, tree)).details.path).toMatch(/^root/);
    delete shared.folders;
    expect(write(Tree, tree)).toMatchObject({ root: { name: 'a' } });
  });
});

describe('@Type', () => {
  @Entity({ table: 'drawings' })
  @Versioned(1)
  class Drawing {
    @PartitionKey({ type: 'string' }) id!: string;
    @Attribute({ type: Point, optional: true }) @Type(() => Point) one?: Point;
    @Attribute({ type: 'array', optional: true }) @Type(() => Point) array?: (Point | null)[];
    @Attribute({ type: 'set', optional: true }) @Type(() => Point) set?: Set<Point>;
    @Attribute({ type: 'map', optional: true }) @Type(() => Point) map?: Map<string, Point>;
    @Attribute({ optional: true }) @Type(() => Point) any?: unknown;
    @Attribute({ optional: true }) @Type(() => Date) at?: Date;
    @Attribute({ type: 'array', optional: true }) @Type(() => Date) times?: Date[];
    @Attribute({ type: 'set', optional: true }) @Type(() => Date) days?: Set<Date>;
    @Attribute({ type: 'map', optional: true }) @Type(() => Number) counts?: Map<string, number>;
  }
  const stored = { x: 3, y: 4 };

  test('makes one instance', () => {
    expect(roundTrip(Drawing, { id: 'a', one: stored }).one).toStrictEqual(point(3, 4));
  });

  test('makes each member of an array an instance, and leaves null alone', () => {
    const { array } = roundTrip(Drawing, { id: 'a', array: [stored, null, stored] });
    expect(array).toStrictEqual([point(3, 4), null, point(3, 4)]);
    expect(roundTrip(Drawing, { id: 'a', array: [] }).array).toEqual([]);
  });

  test('makes a Set of instances of a list, since engines have no sets of maps', () => {
    const { set } = roundTrip(Drawing, { id: 'a', set: [stored, { x: 0, y: 0 }] });
    expect(set).toStrictEqual(new Set([point(3, 4), point(0, 0)]));
  });

  test('makes a Map of instances, by whatever key', () => {
    const item = JSON.parse(
      '{"id":"a","map":{"p":{"x":3,"y":4},"__proto__":{"x":0,"y":0},"constructor":{"x":1}}}',
    ) as Item;
    const { map } = roundTrip(Drawing, item);
    expect([...(map ?? [])]).toStrictEqual([
      ['p', point(3, 4)],
      ['__proto__', point(0, 0)],
      ['constructor', Object.assign(new Point(), { x: 1 })],
    ]);
  });

  test('makes Dates of ISO 8601 text', () => {
    const item = { id: 'a', at: '2024-03-01T09:15:00.000Z', times: ['2024-03-01T09:15:00.000Z'] };
    const drawing = roundTrip(Drawing, item);
    expect(drawing.at).toStrictEqual(new Date(item.at));
    expect(drawing.times).toStrictEqual([new Date(item.at)]);
  });

  test('makes a Set of Dates of a stored set', () => {
    const days = new Set(['2024-03-01T00:00:00.000Z', '2024-03-02T00:00:00.000Z']);
    expect(roundTrip(Drawing, { id: 'a', days }).days).toStrictEqual(new Set([...days].map((day) => new Date(day))));
  });

  test('leaves plain values as they are', () => {
    expect(roundTrip(Drawing, { id: 'a', counts: { a: 1 } }).counts).toStrictEqual(new Map([['a', 1]]));
  });

  test('takes whatever collection it finds where the property tells none, and null', () => {
    expect(roundTrip(Drawing, { id: 'a', any: stored }).any).toStrictEqual(point(3, 4));
    expect(roundTrip(Drawing, { id: 'a', any: [stored] }).any).toStrictEqual([point(3, 4)]);
    expect(roundTrip(Drawing, { id: 'a', any: null }).any).toBeNull();
    const drawing = Object.assign(new Drawing(), { id: 'a', any: new Map([['p', point(3, 4)]]) });
    expect(write(Drawing, drawing)).toEqual({ id: 'a', any: { p: stored } });
  });

  test.each<[string, Item, string, string]>([
    ['a map', { array: stored }, 'array of what @Type names', 'an object'],
    ['a list', { one: [stored] }, 'what @Type names', 'an array'],
    ['null', { one: null }, 'what @Type names', 'null'],
    ['text', { one: 'x' }, 'what @Type names', 'a string'],
    ['a list', { map: [stored] }, 'map of what @Type names', 'an array'],
    ['a map', { set: stored }, 'set of what @Type names', 'an object'],
    ['a list with text', { array: [stored, 'x'] }, 'array of what @Type names', 'an array'],
    ['a list with a list', { array: [[stored]] }, 'array of what @Type names', 'an array'],
    ['no date', { at: 'yesterday' }, 'what @Type names', 'a string'],
    ['a list with no date', { times: ['2024-03-01', 'yesterday'] }, 'array of what @Type names', 'an array'],
    ['a number', { one: 0.1 }, 'what @Type names', 'a number'],
    ['bytes', { one: new Uint8Array([1]) }, 'what @Type names', 'a Uint8Array'],
  ])('does not take %s for what it is not: %j', (_what, values, expected, found) => {
    const [attribute] = Object.keys(values);
    const { details } = caught('ATTRIBUTE_TYPE', () => read(Drawing, { id: 'a', ...values }));
    expect(details).toEqual({ entity: 'Drawing', key: { id: 'a' }, attribute, expected, found });
    expect(roundTrip(Drawing, { id: 'a', ...values }, 'keep')).toMatchObject(values);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['array', { array: new Set([point(3, 4)]) }, 'a Set'],
    ['set', { set: [point(3, 4)] }, 'an array'],
    ['map', { map: { p: point(3, 4) } }, 'an object'],
    ['one', { one: new Map() }, 'a Map'],
    ['one', { one: new Date() }, 'a Date'],
    ['one', { one: new Uint8Array([1]) }, 'a Uint8Array'],
    ['times', { times: [new Date(Number.NaN)] }, 'an array'],
    ['map', { map: new Map([['p', 'x']]) }, 'a Map'],
    ['set', { set: new Set(['x']) }, 'a Set'],
  ])('does not store as %s what is none: %p', (attribute, values, found) => {
    const drawing = Object.assign(new Drawing(), { id: 'a', ...values });
    expect(caught('ATTRIBUTE_TYPE', () => write(Drawing, drawing)).details).toMatchObject({ attribute, found });
  });

  test('may look at the item to tell the class', () => {
    class Circle {
      radius!: number;
    }
    const seen: unknown[] = [];

    @Entity({ table: 'shapes' })
    @Versioned(1)
    class Shape {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: 'string' }) kind!: string;
      @Attribute()
      @Type((options) => {
        seen.push(options?.property, options?.object.kind);
        return options?.object.kind === 'circle' ? Circle : Point;
      })
      shape!: unknown;
    }
    const item = { id: 'a', kind: 'circle', shape: { radius: 2 } };
    const entity = roundTrip(Shape, item);
    expect(entity.shape).toStrictEqual(Object.assign(new Circle(), { radius: 2 }));
    expect(roundTrip(Shape, { ...item, kind: 'other' }).shape).toBeInstanceOf(Point);
    expect(new Set(seen)).toEqual(new Set(['shape', 'circle', 'other']));
  });

  test('that names nothing leaves values as they are', () => {
    @Entity({ table: 'shapes' })
    @Versioned(1)
    class Shape {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute() @Type(() => undefined as never) shape!: unknown;
    }
    expect(roundTrip(Shape, { id: 'a', shape: { x: 1 } }).shape).toStrictEqual({ x: 1 });
  });

  test('that names what cannot be stored is an error', () => {
    @Entity({ table: 'shapes' })
    @Versioned(1)
    class Shape {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute() @Type(() => Promise) shape!: unknown;
    }
    const error = caught('UNKNOWN_TYPE', () => read(Shape, { id: 'a', shape: { x: 1 } }));
    expect(error.details).toEqual({ class: 'Shape', member: 'shape', found: 'Promise' });
  });
});

describe('@Type without emitted types', () => {
  class Drawing {
    declare id: string;
    declare points: unknown;
    declare set: unknown;
    declare map: unknown;
  }
  Entity({ table: 'drawings' })(Drawing);
  Versioned(1)(Drawing);
  PartitionKey({ type: 'string' })(Drawing.prototype, 'id');
  Attribute({ optional: true })(Drawing.prototype, 'points');
  Attribute({ optional: true, type: 'set' })(Drawing.prototype, 'set');
  Attribute({ optional: true, type: Map })(Drawing.prototype, 'map');
  for (const name of ['points', 'set', 'map']) Type(() => Point)(Drawing.prototype, name);

  test('has the collection that @Attribute gives', () => {
    const drawing = roundTrip(Drawing, { id: 'a', set: [{ x: 3, y: 4 }], map: { p: { x: 3, y: 4 } } });
    expect(drawing.set).toStrictEqual(new Set([point(3, 4)]));
    expect(drawing.map).toStrictEqual(new Map([['p', point(3, 4)]]));
  });

  test('has that of the stored value otherwise', () => {
    expect(roundTrip(Drawing, { id: 'a', points: [{ x: 3, y: 4 }] }).points).toStrictEqual([point(3, 4)]);
  });
});

describe('@Type with a discriminator', () => {
  class Shape {
    name?: string;
  }
  class Circle extends Shape {
    radius!: number;
  }
  class Square extends Shape {
    side!: number;
  }
  const subTypes = [
    { value: Circle, name: 'circle' },
    { value: Square, name: 'square' },
    { value: Square, name: 'quadrat' },
  ];
  const discriminator = { property: 'kind', subTypes };

  @Entity({ table: 'drawings' })
  @Versioned(1)
  class Drawing {
    @PartitionKey({ type: 'string' }) id!: string;
    @Attribute({ optional: true }) @Type(() => Shape, { discriminator }) shape?: Shape;
    @Attribute({ type: 'array', optional: true }) @Type(() => Shape, { discriminator }) shapes?: Shape[];
    @Attribute({ type: 'map', optional: true }) @Type(() => Shape, { discriminator }) map?: Map<string, Shape>;
    @Attribute({ type: 'array', optional: true })
    @Type(() => Shape, { discriminator, keepDiscriminatorProperty: true })
    kept?: (Shape & { kind?: string })[];
  }
  const circle = Object.assign(new Circle(), { radius: 2 });
  const square = Object.assign(new Square(), { side: 3 });

  test('makes the class that it names, and stores its name again', () => {
    const item = { id: 'a', shape: { kind: 'circle', radius: 2 } };
    const entity = roundTrip(Drawing, item);
    expect(entity.shape).toStrictEqual(circle);
  });

  test('works in every collection', () => {
    const stored = [
      { kind: 'circle', radius: 2 },
      { kind: 'square', side: 3 },
    ];
    const drawing = roundTrip(Drawing, { id: 'a', shapes: stored, map: { c: stored[0], s: stored[1] } });
    expect(drawing.shapes).toStrictEqual([circle, square]);
    expect(drawing.map).toStrictEqual(
      new Map<string, Shape>([
        ['c', circle],
        ['s', square],
      ]),
    );
  });

  test('stores the name of the class of new instances', () => {
    const drawing = Object.assign(new Drawing(), { id: 'a', shapes: [circle, square], kept: [circle] });
    expect(write(Drawing, drawing)).toEqual({
      id: 'a',
      shapes: [
        { kind: 'circle', radius: 2 },
        { kind: 'square', side: 3 },
      ],
      kept: [{ kind: 'circle', radius: 2 }],
    });
    expect(circle).toStrictEqual(Object.assign(new Circle(), { radius: 2 }));
  });

  test('keeps the name as a property if that is wished', () => {
    const drawing = roundTrip(Drawing, { id: 'a', kept: [{ kind: 'circle', radius: 2 }] });
    expect(drawing.kept).toStrictEqual([Object.assign(new Circle(), { kind: 'circle', radius: 2 })]);
  });

  test('keeps a second name of a class with the property', () => {
    const drawing = roundTrip(Drawing, { id: 'a', kept: [{ kind: 'quadrat', side: 3 }] });
    expect(drawing.kept).toStrictEqual([Object.assign(new Square(), { kind: 'quadrat', side: 3 })]);
  });

  test('goes by the class where the property says another', () => {
    const wrong = Object.assign(new Circle(), { kind: 'square', radius: 2 });
    const drawing = Object.assign(new Drawing(), { id: 'a', kept: [wrong] });
    expect(write(Drawing, drawing)).toEqual({ id: 'a', kept: [{ kind: 'circle', radius: 2 }] });
  });

  test.each([{ kind: 'triangle', side: 3 }, { side: 3 }, { kind: 5 }])(
    'makes the class that @Type names of an unknown one, and loses nothing: %j',
    (stored) => {
      const { shape } = roundTrip(Drawing, { id: 'a', shape: stored });
      expect(shape).toStrictEqual(Object.assign(new Shape(), stored));
    },
  );

  test('finds the class of an instance though its data holds a constructor', () => {
    const shape = { kind: 'circle', radius: 2, constructor: 'data' };
    const drawing = roundTrip(Drawing, { id: 'a', shape });
    expect(Object.getPrototypeOf(drawing.shape)).toBe(Circle.prototype);
  });

  test('tells what it expects', () => {
    const { details } = caught('ATTRIBUTE_TYPE', () => read(Drawing, { id: 'a', shape: 'round' }));
    expect(details).toMatchObject({ expected: 'one of circle, square, quadrat', found: 'a string' });
  });

  test('is a mismatch if a member of the class is one', () => {
    class Dated extends Shape {
      @Type(() => Date) at!: Date;
    }

    @Entity({ table: 'drawings' })
    @Versioned(1)
    class Calendar {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute()
      @Type(() => Shape, { discriminator: { property: 'kind', subTypes: [{ value: Dated, name: 'dated' }] } })
      shape!: Shape;
    }
    const { shape } = roundTrip(Calendar, { id: 'a', shape: { kind: 'dated', at: '2024-03-01T00:00:00.000Z' } });
    expect(shape).toBeInstanceOf(Dated);
    caught('ATTRIBUTE_TYPE', () => read(Calendar, { id: 'a', shape: { kind: 'dated', at: 'never' } }));
    const dated = Object.assign(new Dated(), { at: 'never' });
    const calendar = Object.assign(new Calendar(), { id: 'a', shape: dated });
    expect(caught('ATTRIBUTE_TYPE', () => write(Calendar, calendar)).details.attribute).toBe('shape');
  });

  test('reads the stored item without changing it', () => {
    const item = { id: 'a', shapes: [{ kind: 'circle', radius: 2 }] };
    hydratorOf(Drawing).fromItem(item, { key });
    expect(item).toEqual({ id: 'a', shapes: [{ kind: 'circle', radius: 2 }] });
  });
});

describe('nested in nested', () => {
  class Author {
    name!: string;
    @Type(() => Date) born?: Date;
  }
  class Reply {
    text!: string;
    @Type(() => Author) author?: Author | null;
    @Type(() => Reply) @Reflected(Array) replies?: Reply[];
    @Type(() => Author) @Reflected(Map) readers?: Map<string, Author>;
  }

  @Entity({ table: 'threads' })
  @Versioned(1)
  class Thread {
    @PartitionKey({ type: 'string' }) id!: string;
    @Attribute() @Type(() => Reply) first!: Reply;
  }

  test('every level is an instance', () => {
    const born = '1990-01-01T00:00:00.000Z';
    const item = {
      id: 'a',
      first: {
        text: 'hi',
        author: { name: 'me', born },
        replies: [{ text: 'hello', author: null, readers: { you: { name: 'you', born } }, replies: [] }],
      },
    };
    const { first } = roundTrip(Thread, item);
    expect(first).toBeInstanceOf(Reply);
    expect(first.author).toStrictEqual(Object.assign(new Author(), { name: 'me', born: new Date(born) }));
    expect(first.replies?.[0]?.author).toBeNull();
    expect(first.replies?.[0]?.readers?.get('you')?.born).toStrictEqual(new Date(born));
  });

  test('members that are undefined are absent', () => {
    const first = Object.assign(new Reply(), { text: 'hi', author: undefined, replies: undefined });
    const thread = Object.assign(new Thread(), { id: 'a', first });
    expect(write(Thread, thread)).toEqual({ id: 'a', first: { text: 'hi' } });
  });

  test('a mismatch below is one of the attribute', () => {
    const item = { id: 'a', first: { text: 'hi', author: { name: 'me', born: 'long ago' } } };
    const { details } = caught('ATTRIBUTE_TYPE', () => read(Thread, item));
    expect(details).toMatchObject({ attribute: 'first', found: 'an object' });
    expect(roundTrip(Thread, item, 'keep').first).toStrictEqual(item.first);
  });
});

describe('what class-transformer would lose in a nested class survives', () => {
  class Anything {
    [name: string]: unknown;
  }

  @Entity({ table: 'anything' })
  @Versioned(1)
  class Holder {
    @PartitionKey({ type: 'string' }) id!: string;
    @Attribute() @Type(() => Anything) value!: Anything;
  }

  test.each<[string, unknown]>([
    ['bytes', new Uint8Array([0, 255])],
    ['a Set of strings', new Set(['a', 'b'])],
    ['a Set of numbers', new Set([1, 2])],
    ['a Set of bytes', new Set([new Uint8Array([1])])],
    ['a number of many digits', NumberValue.from('0.1234567890123456789012345678901234567')],
    ['a bigint', 9_007_199_254_740_993n],
    ['null', null],
    ['an empty text', ''],
    ['an empty list', []],
    [
      'a map of all these',
      { bytes: new Uint8Array([1]), set: new Set(['a']), list: [new Set([1n << 60n])], none: null },
    ],
  ])('%s', (_what, value) => {
    const { value: instance } = roundTrip(Holder, { id: 'a', value: { member: value, list: [value] } });
    expect(instance).toBeInstanceOf(Anything);
    expect(instance.member).toStrictEqual(value);
    expect(instance.list).toStrictEqual([value]);
  });

  test('a Map that somebody put there, as a map', () => {
    const value = Object.assign(new Anything(), { member: new Map([['a', { b: 1 }]]) });
    expect(write(Holder, Object.assign(new Holder(), { id: 'a', value }))).toEqual({
      id: 'a',
      value: { member: { a: { b: 1 } } },
    });
  });

  test.each([
    'constructor',
    '__proto__',
    'toString',
    'valueOf',
    'hasOwnProperty',
    'then',
    'prototype',
    '__defineGetter__',
    'toJSON',
  ])('a member called %s', (name) => {
    const members = `${JSON.stringify(name)}:{"M":{"polluted":{"S":"yes"}}},"other":{"S":"x"}`;
    const json = `{"id":{"S":"a"},"value":{"M":{${members}}}}`;
    const wire = JSON.parse(json) as WireItem;
    const entity = hydratorOf(Holder).fromWire(wire, { key });
    expect(Object.getPrototypeOf(entity.value)).toBe(Anything.prototype);
    expect(Object.getOwnPropertyDescriptor(entity.value, name)?.value).toEqual({ polluted: 'yes' });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    const stored = hydratorOf(Holder).toWire(entity, key);
    expect(Object.keys(decodeItem(stored).value as object).toSorted()).toEqual([name, 'other'].toSorted());
    expect(JSON.stringify(stored)).toBe(json);
  });
});

describe('a nested class with members of its own', () => {
  const shout = () => 'hey!';

  class Member {
    #secret = 'none';
    name!: string;
    shout = shout;

    greet(): string {
      return `hello ${this.name}`;
    }
    get initial(): string {
      return this.name.slice(0, 1);
    }
    get secret(): string {
      return this.#secret;
    }
    set secret(secret: string) {
      this.#secret = secret;
    }
  }
  class Derived extends Member {}

  @Entity({ table: 'members' })
  @Versioned(1)
  class Club {
    @PartitionKey({ type: 'string' }) id!: string;
    @Attribute() @Type(() => Derived) member!: Derived;
  }
  const stored = { name: 'me', greet: 'a stored text', initial: 'X', shout: [1], secret: 'handshake' };

  test('keeps its methods and getters usable though stored data has their names', () => {
    const { member } = read(Club, { id: 'a', member: stored });
    expect(member.greet()).toBe('hello me');
    expect(member.shout()).toBe('hey!');
    expect(member.initial).toBe('m');
  });

  test('stores those values again', () => {
    const club = roundTrip(Club, { id: 'a', member: stored });
    club.member.name = 'you';
    expect(write(Club, club)).toEqual({ id: 'a', member: { ...stored, name: 'you' } });
  });

  test('sets accessors, and stores what they hold', () => {
    const club = roundTrip(Club, { id: 'a', member: { name: 'me', secret: 'handshake' } });
    expect(club.member.secret).toBe('handshake');
    club.member.secret = 'whisper';
    expect(write(Club, club)).toEqual({ id: 'a', member: { name: 'me', secret: 'whisper' } });
  });

  test('stores neither methods nor getters', () => {
    const member = Object.assign(new Derived(), { name: 'me' });
    const club = Object.assign(new Club(), { id: 'a', member });
    expect(write(Club, club)).toEqual({ id: 'a', member: { name: 'me', secret: 'none' } });
  });

  test('has field initialisers for new instances: what was never stored is undefined', () => {
    class Settings {
      theme = 'light';
      size = 12;
    }

    @Entity({ table: 'settings' })
    @Versioned(1)
    class Profile {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: Settings }) settings!: Settings;
    }
    const { settings } = read(Profile, { id: 'a', settings: { size: 14 } });
    expect(settings).toStrictEqual(Object.assign(new Settings(), { theme: undefined, size: 14 }));
  });
});
