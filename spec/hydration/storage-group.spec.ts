import 'reflect-metadata';
import { describe, expect, test } from '@jest/globals';
import { Exclude, Expose, instanceToPlain, Transform, TransformationType, Type } from 'class-transformer';
import { Attribute, Entity, Index, type Item, PartitionKey, Upgrade, upgradeItem, Versioned } from 'dynamo-evolve';
import { encodeItem } from '../../lib/codec/encode.js';
import { modelOf } from '../../lib/hydration/model-of.js';
import { caught } from '../errors/caught.js';
import { hydratorOf, read, write } from './reading.js';
import { propertiesOf } from '../support/decorator-mode.js';

const storage = { groups: ['storage'] };

/** Reads an item, and stores what was read: the same item. */
function roundTrip<T extends object>(target: new () => T, item: Item): T {
  const entity = read(target, item);
  expect(write(target, entity)).toEqual(item);
  return entity;
}

describe('without the group storage', () => {
  class Reply {
    @Expose({ name: 'message' }) text!: string;
    @Exclude() secret!: string;
    @Transform(() => 'transformed') plain!: string;
  }

  @Exclude()
  class Hidden {
    value!: string;
  }

  @Entity({ table: 'notes' })
  @Versioned(1)
  class Note {
    @PartitionKey({ type: 'string' }) @Expose({ name: 'noteId' }) id!: string;
    @Attribute({ type: 'string' }) @Exclude() secret!: string;
    @Attribute() @Transform(({ value }) => String(value).toUpperCase()) title!: string;
    @Attribute() @Transform(({ value }) => String(value).toUpperCase(), { groups: ['api'] }) body!: string;
    @Attribute({ type: 'number' }) @Expose({ name: 'stars', groups: ['api'] }) rating!: number;
    @Attribute() @Type(() => Reply) reply!: Reply;
    @Attribute({ type: Hidden }) hidden!: Hidden;
  }
  const item = {
    id: 'a',
    secret: 's',
    title: 'hello',
    body: 'world',
    rating: 5,
    reply: { text: 'hi', secret: 't', plain: 'p' },
    hidden: { value: 'h' },
  };

  test('@Expose, @Exclude and @Transform do not change what is read or stored', () => {
    const note = roundTrip(Note, item);
    expect(note).toEqual(item);
    expect(note.reply).toBeInstanceOf(Reply);
    expect(note.hidden).toBeInstanceOf(Hidden);
  });

  test('they stay the business of the output of an application', () => {
    expect(instanceToPlain(read(Note, item))).toEqual({
      noteId: 'a',
      title: 'HELLO',
      body: 'world',
      reply: { message: 'hi', plain: 'transformed' },
      hidden: {},
    });
  });
});

describe('@Expose in the group storage', () => {
  class Address {
    @Expose({ name: 's', ...storage }) street!: string;
    city!: string;
  }

  @Entity({ table: 'people' })
  @Versioned(1)
  @Index('by_mail', { partitionKey: 'email' })
  class Person {
    @PartitionKey({ type: 'string' }) id!: string;
    @Attribute({ type: 'string' }) @Expose({ name: 'mail', ...storage }) email!: string;
    @Attribute({ name: 'n', type: 'string' }) @Expose({ name: 'unused', ...storage }) name!: string;
    @Attribute({ type: 'string' }) @Expose(storage) plain!: string;
    @Attribute({ type: 'array', optional: true }) @Type(() => Address) addresses?: Address[];
  }

  test('gives a property its stored name, unless @Attribute does', () => {
    const item = { id: 'a', mail: 'me@here', n: 'me', plain: 'p' };
    expect(roundTrip(Person, item)).toEqual({ id: 'a', email: 'me@here', name: 'me', plain: 'p' });
    const { byProperty, indexes } = modelOf(Person);
    expect(byProperty.get('email')?.attribute).toBe('mail');
    expect(indexes[0]?.partitionKey.attribute).toBe('mail');
  });

  test('is proven like any stored name', () => {
    @Entity({ table: 'people' })
    @Versioned(1)
    class Clashing {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: 'string' }) @Expose({ name: 'id', ...storage }) other!: string;
    }
    expect(caught('DUPLICATE_ATTRIBUTE', () => modelOf(Clashing)).details.members).toEqual(['id', 'other']);
  });

  test('gives a member of a nested class its stored name', () => {
    const addresses = [{ s: 'Main', city: 'Here' }];
    const person = roundTrip(Person, { id: 'a', mail: 'm', n: 'me', plain: 'p', addresses });
    expect(person.addresses).toStrictEqual([Object.assign(new Address(), { street: 'Main', city: 'Here' })]);
  });

  test('loses nothing that is stored under the name of a renamed member', () => {
    const addresses = [{ s: 'Main', street: 'undeclared', city: 'Here' }, { street: 'undeclared' }];
    const person = roundTrip(Person, { id: 'a', mail: 'm', n: 'me', plain: 'p', addresses });
    expect(person.addresses?.map((one) => one.street)).toEqual(['Main', undefined]);
  });

  test('counts for subclasses, and they can say otherwise', () => {
    class Foreign extends Address {
      country!: string;
    }
    class Renamed extends Address {
      @Expose({ name: 'road', ...storage }) override street!: string;
    }

    @Entity({ table: 'people' })
    @Versioned(1)
    class Traveller {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: Foreign }) foreign!: Foreign;
      @Attribute({ type: Renamed }) renamed!: Renamed;
    }
    const item = { id: 'a', foreign: { s: 'Rue', country: 'fr' }, renamed: { road: 'Via' } };
    const traveller = roundTrip(Traveller, item);
    expect([traveller.foreign.street, traveller.renamed.street]).toEqual(['Rue', 'Via']);
  });

  test('stores a getter of a nested class', () => {
    class Name {
      first!: string;
      last!: string;
      @Expose(storage) get full(): string {
        return `${this.first} ${this.last}`;
      }
    }

    @Entity({ table: 'people' })
    @Versioned(1)
    class Named {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: Name }) name!: Name;
    }
    const named = roundTrip(Named, { id: 'a', name: { first: 'Ada', last: 'Lovelace', full: 'Ada Lovelace' } });
    named.name.last = 'Byron';
    expect(write(Named, named)).toEqual({ id: 'a', name: { first: 'Ada', last: 'Byron', full: 'Ada Byron' } });
  });

  test('stores what a new nested instance holds behind an accessor', () => {
    class Money {
      #cents = 0;
      @Expose(storage) get cents(): number {
        return this.#cents;
      }
      set cents(cents: number) {
        this.#cents = cents;
      }
    }

    @Entity({ table: 'prices' })
    @Versioned(1)
    class Price {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: Money }) amount!: Money;
    }
    const amount = Object.assign(new Money(), { cents: 250 });
    const item = { id: 'a', amount: { cents: 250 } };
    expect(write(Price, Object.assign(new Price(), { id: 'a', amount }))).toEqual(item);
    expect(roundTrip(Price, item).amount.cents).toBe(250);
  });
});

describe('@Transform in the group storage', () => {
  const csv = {
    read: Transform(({ value }) => (value as string).split(','), { ...storage, toClassOnly: true }),
    write: Transform(({ value }) => (value as string[]).join(','), { ...storage, toPlainOnly: true }),
  };

  test('turns what is stored into what the property holds, and back', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Note {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute() @csv.read @csv.write tags!: string[];
    }
    expect(roundTrip(Note, { id: 'a', tags: 'x,y' }).tags).toEqual(['x', 'y']);
  });

  test('counts in both directions unless it says one', () => {
    const types: TransformationType[] = [];

    @Entity({ table: 'notes' })
    @Versioned(1)
    class Note {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute()
      @Transform(
        ({ value, type }) => {
          types.push(type);
          return (value as string).split('').toReversed().join('');
        },
        { groups: ['api', 'storage'] },
      )
      text!: string;
    }
    expect(roundTrip(Note, { id: 'a', text: 'abc' }).text).toBe('cba');
    expect(new Set(types)).toEqual(new Set([TransformationType.PLAIN_TO_CLASS, TransformationType.CLASS_TO_PLAIN]));
  });

  test('works on a stored value of the type that @Attribute gives', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Note {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: 'string' }) @csv.read @csv.write tags!: string[];
    }
    expect(roundTrip(Note, { id: 'a', tags: 'x,y' }).tags).toEqual(['x', 'y']);
    const { details } = caught('ATTRIBUTE_TYPE', () => read(Note, { id: 'a', tags: ['x'] }));
    expect(details).toMatchObject({ attribute: 'tags', expected: 'string', found: 'an array' });
  });

  test('works around @Type: on the instance after reading, before writing', () => {
    class Point {
      x!: number;
    }

    @Entity({ table: 'drawings' })
    @Versioned(1)
    class Drawing {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute()
      @Type(() => Point)
      @Transform(({ value }) => [value as Point], { ...storage, toClassOnly: true })
      @Transform(({ value }) => (value as Point[])[0], { ...storage, toPlainOnly: true })
      points!: unknown;
    }
    const { points } = roundTrip(Drawing, { id: 'a', points: { x: 1 } });
    expect(points).toStrictEqual([Object.assign(new Point(), { x: 1 })]);
  });

  test('works on members of nested classes', () => {
    class Labels {
      @csv.read @csv.write list!: string[];
      other!: string;
    }

    @Entity({ table: 'notes' })
    @Versioned(1)
    class Note {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: Labels }) labels!: Labels;
    }
    const note = roundTrip(Note, { id: 'a', labels: { list: 'x,y', other: 'x,y' } });
    expect(note.labels).toStrictEqual(Object.assign(new Labels(), { list: ['x', 'y'], other: 'x,y' }));
  });

  test('several of one property run as class-transformer has them', () => {
    const add = (letter: string) =>
      Transform(({ value }) => `${value as string}${letter}`, { ...storage, toClassOnly: true });

    @Entity({ table: 'notes' })
    @Versioned(1)
    class Note {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: 'string' }) @add('a') @add('b') text!: string;
    }
    expect(read(Note, { id: 'a', text: '' }).text).toBe('ab');
  });

  test('is told the property, the item or the entity, and the group', () => {
    const seen: Record<string, unknown>[] = [];

    @Entity({ table: 'notes' })
    @Versioned(2)
    class Note {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ name: 't' })
      @Transform(({ value, key, obj, options }) => {
        seen.push({ key, obj: obj as unknown, groups: options.groups });
        return value as unknown;
      }, storage)
      title!: string;
      @Attribute({ type: 'number' }) stars!: number;

      @Upgrade(1, 2) static nothing(this: void): void {}
    }
    const hydrator = hydratorOf(Note);
    const item = { id: 'a', t: 'x', stars: 3, undeclared: new Set([1]), schema_version: 2 };
    const told = { key: 'title', obj: item, groups: ['storage'] };

    // of the newest version, and upgraded on the way: the plain item in both
    hydrator.fromWire(encodeItem(item), { key: () => ({ id: 'a' }) });
    hydrator.fromItem(upgradeItem(Note, { ...item, schema_version: 1 }), { key: () => ({ id: 'a' }) });
    expect(seen).toEqual([told, told]);

    const entity = Object.assign(new Note(), { id: 'a', title: 'x', stars: 3 });
    write(Note, entity);
    expect(seen[2]?.obj).toBe(entity);
  });

  test('is told the nested value that a member is of', () => {
    const seen: unknown[] = [];
    class Labels {
      @Transform(
        ({ value, obj }) => {
          seen.push(obj);
          return value as unknown;
        },
        { ...storage, toClassOnly: true },
      )
      first!: string;
    }

    @Entity({ table: 'notes' })
    @Versioned(1)
    class Note {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: Labels }) labels!: Labels;
    }
    hydratorOf(Note).fromItem({ id: 'a', labels: { first: 'x', other: 'y' } }, { key: () => ({ id: 'a' }) });
    expect(seen).toEqual([{ first: 'x', other: 'y' }]);
  });

  test('is not asked about what is absent', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Note {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ optional: true }) @csv.read @csv.write tags?: string[];
    }
    expect(propertiesOf(roundTrip(Note, { id: 'a' }))).toEqual(['id']);
  });

  test('may make nothing of a value, which is not stored then', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Note {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute() @Transform(() => undefined, { ...storage, toPlainOnly: true }) text!: string;
    }
    expect(write(Note, Object.assign(new Note(), { id: 'a', text: 'x' }))).toEqual({ id: 'a' });
  });

  test('that throws is told by its property, on read and on write', () => {
    const thrown = new Error('not like this');

    @Entity({ table: 'notes' })
    @Versioned(1)
    class Note {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute()
      @Transform(() => {
        throw thrown;
      }, storage)
      text!: string;
    }
    const entity = Object.assign(new Note(), { id: 'a', text: 'x' });
    for (const call of [() => read(Note, { id: 'a', text: 'x' }), () => write(Note, entity)]) {
      const error = caught('HYDRATION_FAILED', call);
      expect(error.details.member).toBe('text');
      expect(error.cause).toBe(thrown);
    }
  });
});
