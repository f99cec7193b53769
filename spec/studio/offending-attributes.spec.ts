import { describe, expect, test } from '@jest/globals';
import {
  Attribute,
  type Class,
  type EngineClient,
  Entity,
  type Item,
  Mapper,
  PartitionKey,
  rename,
  steps,
  unnest,
  Upgrade,
  Versioned,
  type WireItem,
} from 'dynamo-evolve';
import { contextFor } from '../../lib/read/entity-context.js';
import { itemWay } from '../../lib/studio/item-way.js';

/** A class whose step from version 2 to 3 is given; the step before renames `cost` to `price`. */
function classWith(step: (item: Item) => Item | void): Class {
  @Entity({ table: 'orders' })
  @Versioned(3)
  class Order {
    @PartitionKey() id!: string;
    @Attribute({ optional: true }) price?: number;
    @Attribute({ optional: true }) note?: string;

    @Upgrade(1, 2) static renamed = steps(rename('cost', 'price'));
    @Upgrade(2, 3) static given(item: Item): Item | void {
      return step(item);
    }
  }
  return Order;
}

const client: EngineClient = { send: () => Promise.reject(new Error('nothing is sent')) };
const stored = { id: { S: 'o-1' }, schema_version: { N: '1' }, cost: { S: '12 EUR' }, note: { S: 'gift' } };

const offendingOf = (target: Class, item: WireItem = stored) => {
  const mapper = new Mapper({ client, entities: [target] });
  return itemWay(mapper[contextFor](target), item).offending;
};
const offending = (step: (item: Item) => Item | void, item?: WireItem) => offendingOf(classWith(step), item);

describe('what keeps an item from being read', () => {
  test('is what the failing step looked at, under the name that is stored', () => {
    const found = offending((item) => {
      if (typeof item.price === 'string') throw new Error('no number');
    });
    expect(found).toEqual([{ name: 'cost', since: 0, nameThere: 'price' }]);
  });

  test('is what is absent, whatever words the engine’s message has', () => {
    @Entity({ table: 'mails' })
    @Versioned(2)
    class Mail {
      @PartitionKey() id!: string;
      @Upgrade(1, 2) static trimmed(item: Item): void {
        if (item.read === true && item.properties !== undefined) (item.body as string).trim();
      }
    }
    const mail = { id: { S: 'm-1' }, read: { BOOL: true }, properties: { S: 'x' } };
    expect(offendingOf(Mail, mail).map(({ name }) => name)).toEqual(['body']);
  });

  test('is what the error names, among what the step looked at', () => {
    const found = offending((item) => {
      const { id, note, price } = item;
      if (note) throw new Error(`price of ${String(id)} is wrong: ${String(price)}`);
    });
    expect(found.map(({ name }) => name)).toEqual(['cost']);
  });

  test('is what is missing, where the step says that something is undefined', () => {
    const found = offending((item) => {
      item.note = String(item.note);
      item.price = (item.currency as string).trim();
    });
    expect(found).toEqual([{ name: 'currency', since: 0, nameThere: 'currency' }]);
  });

  test('is known after which step it came to its value', () => {
    @Entity({ table: 'made' })
    @Versioned(3)
    class Made {
      @PartitionKey() id!: string;
      @Upgrade(1, 2) static make(item: Item): void {
        item.size = -1;
      }
      @Upgrade(2, 3) static judge(item: Item): void {
        if (Number(item.size) < 0) throw new Error('too small');
      }
    }
    expect(offendingOf(Made)).toEqual([{ name: 'size', since: 1, nameThere: 'size' }]);
  });

  test('is what a declared step names', () => {
    @Entity({ table: 'places' })
    @Versioned(3)
    class Place {
      @PartitionKey() id!: string;
      @Upgrade(1, 2) static renamed = steps(rename('home', 'address'));
      @Upgrade(2, 3) static flat = steps(unnest('address', ['street']));
    }
    const found = offendingOf(Place, { id: { S: 'p' }, home: { S: 'no map' } });
    expect(found).toEqual([{ name: 'home', since: 0, nameThere: 'address' }]);
  });

  test('is the property that refuses a value', () => {
    @Entity({ table: 'shy' })
    @Versioned(2)
    class Shy {
      @PartitionKey() id!: string;
      @Attribute({ name: 'n', type: 'number' }) set size(value: number) {
        if (value < 0) throw new RangeError('below zero');
      }
      get size(): number {
        return 0;
      }
      @Upgrade(1, 2) static nothing(): void {}
    }
    const found = offendingOf(Shy, { id: { S: 's' }, schema_version: { N: '2' }, n: { N: '-1' } });
    expect(found).toEqual([{ name: 'n', since: 0, nameThere: 'n' }]);
  });

  test('isn’t guessed of a step that copies the whole item, unless its error quotes a value', () => {
    const fail = (text: string) =>
      offending((item) => {
        const copy = { ...item };
        if (copy.price) throw new Error(text);
        return copy;
      });
    expect(fail('no')).toEqual([]);
    expect(fail("what is '12 EUR'?").map(({ name }) => name)).toEqual(['cost']);
  });

  test('isn’t told of a step that doesn’t fail twice in the same way', () => {
    let runs = 0;
    const found = offending((item) => {
      if (item.price) throw new Error(`run ${++runs}`);
    });
    expect(found).toEqual([]);
  });

  test.each([
    ['a version of newer code', { ...stored, schema_version: { N: '9' } }, 'schema_version'],
    ['a version that is none', { ...stored, schema_version: { S: 'three' } }, 'schema_version'],
    ['a value of another type', { id: { S: 'o-1' }, schema_version: { N: '3' }, price: { S: 'much' } }, 'price'],
  ])('is %s', (_what, item, name) => {
    expect(offending(() => {}, item)).toEqual([{ name, since: 0, nameThere: name }]);
  });

  test('is nothing for an item that can be read', () => {
    expect(offending(() => {}, { id: { S: 'o-1' }, schema_version: { N: '3' } })).toEqual([]);
  });
});
