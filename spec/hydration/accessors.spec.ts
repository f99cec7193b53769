import { describe, expect, test } from '@jest/globals';
import { Type } from 'class-transformer';
import { Attribute, Entity, type Item, Mapper, PartitionKey, toResponse, Versioned } from 'dynamo-evolve';
import { read, write } from './reading.js';

class Money {
  #cents = 0;
  currency?: string;
  get cents(): number {
    return this.#cents;
  }
  set cents(cents: number) {
    this.#cents = cents;
  }
  get euros(): number {
    return this.#cents / 100;
  }
}

/** `accessor count = 0`, as TypeScript compiles it: swc leaves it as it is, which Node doesn't know. */
class Counter {
  #count = 0;
  get count(): number {
    return this.#count;
  }
  set count(count: number) {
    this.#count = count;
  }
}

const hidden = new WeakMap<object, string>();
class Hidden {
  get text(): string {
    return hidden.get(this) ?? '';
  }
  set text(text: string) {
    hidden.set(this, text);
  }
}

class Inherited extends Money {
  static get count(): number {
    return 7;
  }
  static set count(_count: number) {}
  get [Symbol.for('cents')](): number {
    return this.cents;
  }
  set [Symbol.for('cents')](cents: number) {
    this.cents = cents;
  }
}

class Nested {
  #inner = new Money();
  get price(): Money {
    return this.#inner;
  }
  @Type(() => Money) set price(price: Money) {
    this.#inner = price;
  }
}

class Shape {}
class Circle extends Shape {
  #radius = 0;
  get radius(): number {
    return this.#radius;
  }
  set radius(radius: number) {
    this.#radius = radius;
  }
}

@Entity({ table: 'accounts' })
@Versioned(1)
class Account {
  @PartitionKey({ type: 'string' }) id!: string;
  @Attribute({ type: Money, optional: true }) money?: Money;
  @Attribute({ type: Counter, optional: true }) counter?: Counter;
  @Attribute({ type: Hidden, optional: true }) hidden?: Hidden;
  @Attribute({ type: Inherited, optional: true }) inherited?: Inherited;
  @Attribute({ type: Nested, optional: true }) nested?: Nested;
  @Attribute({ type: 'array', optional: true }) @Type(() => Money) list?: Money[];
  @Attribute({ type: 'set', optional: true }) @Type(() => Money) set?: Set<Money>;
  @Attribute({ type: 'map', optional: true }) @Type(() => Money) map?: Map<string, Money>;
  @Attribute({ type: 'array', optional: true })
  @Type(() => Shape, { discriminator: { property: 'kind', subTypes: [{ name: 'circle', value: Circle }] } })
  shapes?: Shape[];
}

const account = (values: Partial<Account>) => Object.assign(new Account(), { id: 'a', ...values });
const money = (cents: number) => Object.assign(new Money(), { cents });

describe('an accessor of a nested class', () => {
  test.each<[string, Partial<Account>, Item]>([
    ['over a private field', { money: money(250) }, { money: { cents: 250 } }],
    [
      'that the compiler makes of `accessor`',
      { counter: Object.assign(new Counter(), { count: 3 }) },
      { counter: { count: 3 } },
    ],
    ['over a WeakMap', { hidden: Object.assign(new Hidden(), { text: 'x' }) }, { hidden: { text: 'x' } }],
    [
      'that is inherited, and not one that is static or named by a symbol',
      { inherited: Object.assign(new Inherited(), { cents: 1 }) },
      { inherited: { cents: 1 } },
    ],
    [
      'that holds a class',
      { nested: Object.assign(new Nested(), { price: money(5) }) },
      { nested: { price: { cents: 5 } } },
    ],
    ['in an array', { list: [money(1), money(2)] }, { list: [{ cents: 1 }, { cents: 2 }] }],
    ['in a Set', { set: new Set([money(1)]) }, { set: [{ cents: 1 }] }],
    ['in a Map', { map: new Map([['a', money(1)]]) }, { map: { a: { cents: 1 } } }],
    [
      'of a class that a discriminator names',
      { shapes: [Object.assign(new Circle(), { radius: 2 })] },
      { shapes: [{ kind: 'circle', radius: 2 }] },
    ],
  ])('is stored: one %s', (_what, values, stored) => {
    const item = { id: 'a', ...stored };
    expect(write(Account, account(values))).toEqual(item);
    expect(write(Account, read(Account, item))).toEqual(item);
  });

  test('gives the value back', () => {
    const { list, money: read1 } = read(Account, {
      id: 'a',
      money: { cents: 250, currency: 'EUR' },
      list: [{ cents: 7 }],
    });
    expect([read1?.cents, read1?.euros, read1?.currency]).toEqual([250, 2.5, 'EUR']);
    expect(list?.[0]?.cents).toBe(7);
  });

  test('is not stored where it has no setter: it is computed', () => {
    class Name {
      #first = 'Ada';
      get first(): string {
        return this.#first;
      }
    }

    @Entity({ table: 'people' })
    @Versioned(1)
    class Person {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: Name }) name!: Name;
    }
    expect(write(Person, Object.assign(new Person(), { id: 'a', name: new Name() }))).toEqual({ id: 'a', name: {} });
  });

  test('is not stored where it is computed from what is stored already', () => {
    class Temperature {
      celsius = 0;
      private labelText = 'warm';
      get fahrenheit(): number {
        return this.celsius * 1.8 + 32;
      }
      set fahrenheit(fahrenheit: number) {
        this.celsius = (fahrenheit - 32) / 1.8;
      }
      get label(): string {
        return this.labelText;
      }
      set label(label: string) {
        this.labelText = label;
      }
    }

    @Entity({ table: 'rooms' })
    @Versioned(1)
    class Room {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: Temperature }) temperature!: Temperature;
    }
    const temperature = Object.assign(new Temperature(), { celsius: 37.7 });
    const item = { id: 'a', temperature: { celsius: 37.7, labelText: 'warm' } };
    expect(write(Room, Object.assign(new Room(), { id: 'a', temperature }))).toEqual(item);
    expect(write(Room, read(Room, item))).toEqual(item);
  });

  test('is stored where its value comes from what is stored and from what is not', () => {
    class Rounded {
      digits = 1;
      #value = 0;
      get value(): number {
        return Number(this.#value.toFixed(this.digits));
      }
      set value(value: number) {
        this.#value = value;
      }
    }

    @Entity({ table: 'measures' })
    @Versioned(1)
    class Measure {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: Rounded }) rounded!: Rounded;
    }
    const rounded = Object.assign(new Rounded(), { value: 2.55 });
    const stored = write(Measure, Object.assign(new Measure(), { id: 'a', rounded }));
    expect(stored).toEqual({ id: 'a', rounded: { digits: 1, value: Number((2.55).toFixed(1)) } });
  });

  test('with a setter alone keeps what was stored', () => {
    class Old {
      name!: string;
      set legacy(legacy: string) {
        this.name = legacy;
      }
    }

    @Entity({ table: 'olds' })
    @Versioned(1)
    class Holder {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: Old }) old!: Old;
    }
    const entity = read(Holder, { id: 'a', old: { legacy: 'x' } });
    expect(entity.old.name).toBe('x');
    expect(write(Holder, entity)).toEqual({ id: 'a', old: { name: 'x', legacy: 'x' } });
  });

  test('that throws is left out', () => {
    class Lazy {
      #value: string | undefined;
      get value(): string {
        if (this.#value === undefined) throw new Error('not yet');
        return this.#value;
      }
      set value(value: string) {
        this.#value = value;
      }
    }

    @Entity({ table: 'lazies' })
    @Versioned(1)
    class Holder {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: Lazy }) lazy!: Lazy;
    }
    expect(write(Holder, Object.assign(new Holder(), { id: 'a', lazy: new Lazy() }))).toEqual({ id: 'a', lazy: {} });
    const item = { id: 'a', lazy: { value: 'x' } };
    expect(write(Holder, read(Holder, item))).toEqual(item);
  });

  test('on the instance itself is stored if it can be set', () => {
    class Own {
      constructor() {
        let held = 1;
        const get = () => held;
        const set = (value: number) => (held = value);
        Object.defineProperty(this, 'both', { get, set, enumerable: true });
        Object.defineProperty(this, 'computed', { get: () => held * 2, enumerable: true });
      }
    }

    @Entity({ table: 'owns' })
    @Versioned(1)
    class Holder {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: Own }) own!: Own;
    }
    expect(write(Holder, Object.assign(new Holder(), { id: 'a', own: new Own() }))).toEqual({
      id: 'a',
      own: { both: 1 },
    });
    const item = { id: 'a', own: { both: 4, computed: 'a stored text' } };
    const entity = read(Holder, item);
    expect(entity.own).toMatchObject({ both: 4, computed: 8 });
    expect(write(Holder, entity)).toEqual(item);
  });
});

describe('what a constructor makes up', () => {
  let made = 0;
  const shout = () => 'hey!';
  class Tag {
    id = `made-${made++}`;
    list: string[] = [];
    #secret = `secret-${made++}`;
    label?: string;
    shout = shout;
    get secret(): string {
      return this.#secret;
    }
    set secret(secret: string) {
      this.#secret = secret.trim();
    }
  }

  @Entity({ table: 'tags' })
  @Versioned(1)
  class Tagged {
    @PartitionKey({ type: 'string' }) id!: string;
    @Attribute({ type: Tag, optional: true }) tag?: Tag;
    @Attribute({ type: 'array', optional: true }) @Type(() => Tag) tags?: Tag[];
  }

  test('is not stored by reading and writing', () => {
    const item = { id: 'a', tag: { label: 'x' }, tags: [{ label: 'y' }] };
    const entity = read(Tagged, item);
    expect(entity.tag).toMatchObject({ id: undefined, list: undefined, label: 'x' });
    expect(entity.tag?.shout()).toBe('hey!');
    expect(write(Tagged, entity)).toEqual(item);
  });

  test('makes no save of an unchanged entity send anything', async () => {
    const client = { send: () => Promise.reject(new Error('nothing is sent')) };
    const repository = new Mapper({ client, entities: [Tagged] }).repository(Tagged);
    const entity = repository.hydrate({ id: { S: 'a' }, tag: { M: { label: { S: 'x' } } } });
    await expect(repository.save(entity)).resolves.toBe(entity);
  });

  test('is stored of new instances, and once it is changed', () => {
    const entity = read(Tagged, { id: 'a', tag: { label: 'x' } });
    Object.assign(entity.tag as Tag, { secret: 's', id: 'i' });
    expect(write(Tagged, entity)).toEqual({ id: 'a', tag: { label: 'x', secret: 's', id: 'i' } });

    const fresh = Object.assign(new Tagged(), { id: 'a', tag: new Tag() });
    expect(Object.keys(write(Tagged, fresh))).toEqual(['id', 'tag']);
    expect(write(Tagged, fresh).tag).toEqual({ id: fresh.tag.id, list: [], secret: fresh.tag.secret });
  });

  test('stays where a discriminator says it', () => {
    class Square {
      kind = 'square' as const;
      side = 1;
    }

    @Entity({ table: 'drawings' })
    @Versioned(1)
    class Drawing {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute()
      @Type(() => Object, { discriminator: { property: 'kind', subTypes: [{ name: 'square', value: Square }] } })
      shape!: Square;
    }
    const item = { id: 'a', shape: { kind: 'square', side: 2 } };
    const entity = read(Drawing, item);
    expect(entity.shape).toStrictEqual(Object.assign(new Square(), { side: 2 }));
    expect(write(Drawing, entity)).toEqual(item);
  });

  test('stays where it is a constant', () => {
    class Constant {
      constructor() {
        Object.defineProperty(this, 'unit', { value: 'm', enumerable: true });
      }
    }

    @Entity({ table: 'constants' })
    @Versioned(1)
    class Holder {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: Constant }) constant!: Constant;
    }
    expect(read(Holder, { id: 'a', constant: {} }).constant).toHaveProperty('unit', 'm');
  });
});

describe('toResponse() of a class with private fields', () => {
  const json = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

  class Total extends Money {
    #history = new Set(['first']);
    get history(): Set<string> {
      return this.#history;
    }
    toJSON(): object {
      return { cents: this.cents, history: this.#history };
    }
    get [Symbol.toStringTag](): string {
      return `Total of ${this.#history.size}`;
    }
  }

  @Entity({ table: 'bills' })
  @Versioned(1)
  class Bill {
    #note = 'none';
    #tags = new Set(['a', 'b']);
    @PartitionKey({ type: 'string' }) id!: string;
    @Attribute({ type: Money, optional: true }) money?: Money;
    @Attribute({ type: Total, optional: true }) total?: Total;
    @Attribute({ type: 'string', optional: true }) get note(): string {
      return this.#note;
    }
    set note(note: string) {
      this.#note = note;
    }
    get tags(): Set<string> {
      return this.#tags;
    }
    get size(): number {
      return this.#tags.size;
    }
  }
  const bill = () => Object.assign(new Bill(), { id: 'a', note: 'n', money: money(250) });

  test('has what accessors store', () => {
    expect(json(toResponse(bill()))).toEqual({ id: 'a', note: 'n', money: { cents: 250 } });
  });

  test('lets getters look at them, and converts what they answer', () => {
    const response = toResponse(bill());
    expect([response.size, response.tags, response.money?.euros]).toEqual([2, ['a', 'b'], 2.5]);
    Object.assign(response, { size: 3 });
    expect(response.size).toBe(3);
  });

  test('asks the instance itself how it looks as JSON', () => {
    const total = Object.assign(new Total(), { cents: 1 });
    const response = toResponse(Object.assign(bill(), { total }));
    expect(json(response)).toMatchObject({ total: { cents: 1, history: ['first'] } });
    expect(Object.prototype.toString.call(response.total)).toBe('[object Total of 1]');
  });

  test('ends where an instance contains itself', () => {
    const entity = Object.assign(bill(), { self: [] as unknown[] });
    entity.self = [entity];
    const response = toResponse(entity) as { self: unknown[] };
    expect(response.self[0]).toBe(response);
  });
});
