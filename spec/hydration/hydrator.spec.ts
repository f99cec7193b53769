import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Attribute, Entity, type Item, MapperError, PartitionKey, SortKey, Versioned } from 'dynamo-evolve';
import { decodeItem } from '../../lib/codec/decode.js';
import { encodeItem } from '../../lib/codec/encode.js';
import type { WireItem } from '../../lib/codec/wire.js';
import { readKey } from '../../lib/hydration/hydrator.js';
import { modelOf } from '../../lib/hydration/model-of.js';
import { caught } from '../errors/caught.js';
import { hydratorOf, read, write } from './reading.js';
import { propertiesOf } from '../support/decorator-mode.js';

const key = () => ({ id: 'a' });

@Entity({ table: 'notes' })
@Versioned(1)
class Note {
  @PartitionKey({ type: 'string' }) id!: string;
  @Attribute({ name: 'b', type: 'string' }) body!: string;
  @Attribute({ type: 'number', optional: true }) stars?: number;
  @Attribute({ type: 'string', default: 'nobody' }) author!: string;
  scratch?: string;

  get heading(): string {
    return this.body.slice(0, 5);
  }
}

describe('reading', () => {
  test('makes an instance of the class, with stored names turned into properties', () => {
    const note = read(Note, { id: 'a', b: 'hello world', stars: 3, author: 'me' });
    expect(note).toBeInstanceOf(Note);
    expect(note).toEqual({ id: 'a', body: 'hello world', stars: 3, author: 'me' });
    expect(note.heading).toBe('hello');
  });

  test('does not assign what is absent, and applies no defaults', () => {
    const note = read(Note, { id: 'a', b: 'hello' });
    expect(note.stars).toBeUndefined();
    expect(note.author).toBeUndefined();
    expect(propertiesOf(note)).toEqual(['id', 'body']);
  });

  test('leaves out what the class does not declare', () => {
    const note = read(Note, { id: 'a', b: 'hello', body: 'shadow', scratch: 'x', heading: 'y', other: { deep: 1 } });
    expect(propertiesOf(note)).toEqual(['id', 'body']);
    expect(note.body).toBe('hello');
  });

  test('calls the constructor, without arguments', () => {
    const calls: unknown[][] = [];

    @Entity({ table: 'notes' })
    @Versioned(1)
    class Constructed {
      @PartitionKey({ type: 'string' }) id!: string;
      constructor(...given: unknown[]) {
        calls.push(given);
      }
    }
    hydratorOf(Constructed).fromWire({ id: { S: 'a' } }, { key });
    hydratorOf(Constructed).fromItem({ id: 'a' }, { key });
    expect(calls).toEqual([[], []]);
  });

  test('overrules field initialisers, also where nothing is stored: those are for new entities', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Initialised {
      @PartitionKey({ type: 'string' }) id: string = 'none';
      @Attribute({ type: 'string' }) body: string = 'empty';
      @Attribute({ type: 'array' }) tags: string[] = ['new'];
      seen = 0;
    }
    expect(read(Initialised, { id: 'a', tags: [] })).toStrictEqual(
      Object.assign(new Initialised(), { id: 'a', body: undefined, tags: [], seen: 0 }),
    );
    expect(write(Initialised, read(Initialised, { id: 'a' }))).toEqual({ id: 'a' });
  });

  test('works where the compiler defines fields', () => {
    class Defined {}
    // as `useDefineForClassFields` compiles `id!: string; body?: string; stars?: number`
    const WithFields = class extends Defined {
      constructor() {
        super();
        for (const name of ['id', 'body', 'stars']) {
          Object.defineProperty(this, name, { value: undefined, enumerable: true, configurable: true, writable: true });
        }
      }
    };
    Entity({ table: 'notes' })(WithFields);
    Versioned(1)(WithFields);
    PartitionKey({ type: 'string' })(WithFields.prototype, 'id');
    Attribute({ type: 'string' })(WithFields.prototype, 'body');
    Attribute({ type: 'number' })(WithFields.prototype, 'stars');
    const entity = read(WithFields, { id: 'a', body: 'hello' });
    expect(entity).toEqual({ id: 'a', body: 'hello', stars: undefined });
    expect(write(WithFields, entity)).toEqual({ id: 'a', body: 'hello' });
  });

  test('sets accessors, and asks them on write', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Titled {
      #title = '';
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: 'string' }) get title(): string {
        return this.#title;
      }
      set title(title: string) {
        this.#title = title.trim();
      }
    }
    const entity = read(Titled, { id: 'a', title: '  hello ' });
    expect(entity.title).toBe('hello');
    expect(Object.keys(entity)).toEqual(['id']);
    expect(write(Titled, entity)).toEqual({ id: 'a', title: 'hello' });
    // they are set to what is stored, and to nothing else
    expect(read(Titled, { id: 'a' }).title).toBe('');
  });

  test('keeps private fields and inherited members usable', () => {
    class Counted {
      #reads = 0;
      count(): number {
        return ++this.#reads;
      }
    }

    @Entity({ table: 'notes' })
    @Versioned(1)
    class CountedNote extends Counted {
      @PartitionKey({ type: 'string' }) id!: string;
    }
    const entity = read(CountedNote, { id: 'a' });
    expect([entity.count(), entity.count()]).toEqual([1, 2]);
  });

  test('never changes the item it reads', () => {
    const item = { id: 'a', b: 'hello', stars: 3, undeclared: { list: [{ deep: new Set(['x']) }] } };
    const wire = encodeItem(item);
    const before = structuredClone(wire);
    read(Note, item);
    hydratorOf(Note).fromWire(wire, { key });
    expect(wire).toEqual(before);
    expect(item).toEqual({ id: 'a', b: 'hello', stars: 3, undeclared: { list: [{ deep: new Set(['x']) }] } });
  });
});

describe('writing', () => {
  test('stores the declared attributes that have a value, under their stored names', () => {
    const note = Object.assign(new Note(), { id: 'a', body: 'hello', stars: undefined, scratch: 'x', other: 1 });
    expect(write(Note, note)).toEqual({ id: 'a', b: 'hello' });
  });

  test('stores overrides instead of what the entity holds', () => {
    const note = Object.assign(new Note(), { id: 'a', body: 'hello', stars: 1 });
    const { byProperty } = modelOf(Note);
    const overrides = new Map([
      [byProperty.get('stars')!, 2 as unknown],
      [byProperty.get('author')!, 'me'],
      [byProperty.get('body')!, undefined],
    ]);
    const wire = hydratorOf(Note).toWire(note, key, overrides);
    expect(decodeItem(wire)).toEqual({ id: 'a', stars: 2, author: 'me' });
    expect(note).toEqual({ id: 'a', body: 'hello', stars: 1 });
  });

  test('leaves out an empty Set', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Tagged {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: 'set' }) tags!: Set<string>;
    }
    expect(write(Tagged, Object.assign(new Tagged(), { id: 'a', tags: new Set() }))).toEqual({ id: 'a' });
  });
});

describe('HYDRATION_FAILED', () => {
  const thrown = new Error('not like this');

  test('says that the constructor threw', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Strict {
      @PartitionKey({ type: 'string' }) id!: string;
      constructor() {
        throw thrown;
      }
    }
    for (const call of [
      () => hydratorOf(Strict).fromWire({ id: { S: 'a' } }, { key }),
      () => hydratorOf(Strict).fromItem({ id: 'a' }, { key }),
    ]) {
      const error = caught('HYDRATION_FAILED', call);
      expect(error.details).toEqual({ entity: 'Strict', key: { id: 'a' }, member: 'the constructor' });
      expect(error.cause).toBe(thrown);
      expect(error.message).toContain("Strict { id: 'a' }: the constructor threw while the entity was created");
    }
  });

  test('says which setter threw', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Strict {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: 'string' }) get body(): string {
        return '';
      }
      set body(_body: string) {
        throw thrown;
      }
    }
    const error = caught('HYDRATION_FAILED', () => read(Strict, { id: 'a', body: 'hello' }));
    expect(error.details).toEqual({ entity: 'Strict', key: { id: 'a' }, member: 'body' });
    expect(error.cause).toBe(thrown);
  });

  test('says which getter threw as the entity was to be stored', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Strict {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: 'string' }) get body(): string {
        throw thrown;
      }
      set body(_body: string) {}
    }
    const entity = Object.assign(Object.create(Strict.prototype) as Strict, { id: 'a' });
    const error = caught('HYDRATION_FAILED', () => write(Strict, entity));
    expect(error.details).toEqual({ entity: 'Strict', key: { id: 'a' }, member: 'body' });
    expect(error.cause).toBe(thrown);
  });

  test('is what a frozen instance comes to', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Frozen {
      @PartitionKey({ type: 'string' }) id!: string;
      constructor() {
        Object.freeze(this);
      }
    }
    const error = caught('HYDRATION_FAILED', () => read(Frozen, { id: 'a' }));
    expect(error.details.member).toBe('id');
    expect(error.cause).toBeInstanceOf(TypeError);
  });

  test('does not wrap a MapperError', () => {
    const own = new MapperError('EMPTY_SET', { path: 'x' });

    @Entity({ table: 'notes' })
    @Versioned(1)
    class Strict {
      @PartitionKey({ type: 'string' }) id!: string;
      constructor() {
        throw own;
      }
    }
    expect(caught('EMPTY_SET', () => read(Strict, { id: 'a' }))).toBe(own);
  });
});

describe('hostile names', () => {
  @Entity({ table: 'hostile' })
  @Versioned(1)
  class Hostile {
    @PartitionKey({ type: 'string' }) id!: string;
    @Attribute({ name: '__proto__', optional: true }) proto?: unknown;
    @Attribute({ name: 'constructor', optional: true }) maker?: unknown;
    @Attribute({ name: 'toString', optional: true }) text?: unknown;
    @Attribute({ name: 'a.b[0] #:ü\u0000', optional: true }) odd?: unknown;
    @Attribute({ type: 'object', optional: true }) nested?: Record<string, unknown>;
  }

  /** Wire items hold such names as properties of their own, as JSON.parse makes them. */
  const wireOf = (json: string) => JSON.parse(json) as WireItem;

  test('are stored names like any other', () => {
    const item = wireOf(
      '{"id":{"S":"a"},"__proto__":{"M":{"polluted":{"S":"yes"}}},"constructor":{"S":"c"},"toString":{"N":"1"},' +
        '"a.b[0] #:ü\\u0000":{"BOOL":true}}',
    );
    const entity = hydratorOf(Hostile).fromWire(item, { key });
    expect(entity).toBeInstanceOf(Hostile);
    expect(entity).toEqual({ id: 'a', proto: { polluted: 'yes' }, maker: 'c', text: 1, odd: true });
    expect(hydratorOf(Hostile).fromItem(decodeItem(item), { key })).toStrictEqual(entity);
    expect(hydratorOf(Hostile).toWire(entity, key)).toEqual(item);
    expect(Object.hasOwn(hydratorOf(Hostile).toWire(entity, key), '__proto__')).toBe(true);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('that nothing declares are not taken from the prototype of an item', () => {
    expect(propertiesOf(read(Hostile, { id: 'a' }))).toEqual(['id']);
    const inherited = Object.create({ maker: 'x', constructor: 'x', nested: {} }) as Item;
    inherited.id = 'a';
    expect(hydratorOf(Hostile).fromItem(inherited, { key })).toEqual({ id: 'a' });
  });

  test('pass unharmed at any depth', () => {
    const item = wireOf(
      '{"id":{"S":"a"},"nested":{"M":{"__proto__":{"M":{"__proto__":{"S":"deep"}}},' +
        '"constructor":{"M":{"prototype":{"S":"p"}}}}}}',
    );
    const entity = hydratorOf(Hostile).fromWire(item, { key });
    expect(Object.keys(entity.nested ?? {})).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(entity.nested)).toBe(Object.prototype);
    expect(JSON.stringify(hydratorOf(Hostile).toWire(entity, key))).toBe(JSON.stringify(item));
  });

  test('as those of undeclared attributes touch nothing', () => {
    const names = fc.constantFrom('__proto__', 'constructor', 'hasOwnProperty', 'then', 'valueOf', 'id ', '', '0');
    fc.assert(
      fc.property(fc.dictionary(names, fc.constant({ M: { polluted: { S: 'yes' } } })), (undeclared) => {
        const { constructor: _, ...rest } = { ...undeclared };
        const entity = hydratorOf(Note).fromWire({ ...rest, id: { S: 'a' }, b: { S: 'x' } }, { key });
        expect(propertiesOf(entity)).toEqual(['id', 'body']);
        expect(entity.constructor).toBe(Note);
        expect(({} as Record<string, unknown>).polluted).toBeUndefined();
      }),
    );
  });
});

describe('the key of an item, for errors', () => {
  @Entity({ table: 'pairs' })
  @Versioned(1)
  class Pair {
    @PartitionKey({ name: 'pk', type: 'string' }) owner!: string;
    @SortKey({ name: 'sk', type: 'number' }) position!: number;
  }

  test('is told under stored names, as far as it can be read', () => {
    expect(readKey(modelOf(Pair), { pk: { S: 'me' }, sk: { N: '7' }, other: { S: 'x' } })).toEqual({ pk: 'me', sk: 7 });
    expect(readKey(modelOf(Pair), { pk: { S: 'me' } })).toEqual({ pk: 'me', sk: undefined });
    expect(readKey(modelOf(Pair), { pk: { S: 'me' }, sk: { N: 'seven' } })).toEqual({ pk: 'me', sk: undefined });
    expect(readKey(modelOf(Pair), { pk: 'me' as never, sk: null as never })).toEqual({ pk: undefined, sk: undefined });
  });
});
