import { describe, expect, test } from '@jest/globals';
import { Attribute, Entity, PartitionKey, SortKey, Versioned } from 'dynamo-evolve';
import type { NumberValue } from '../../lib/codec/number.js';
import { compileModel } from '../../lib/model/entity-model.js';
import { caught } from '../errors/caught.js';

class Address {
  street!: string;
}

describe('a type that the compiler emits', () => {
  interface Shape {
    sides: number;
  }
  enum Colour {
    red = 'red',
  }
  enum Level {
    low,
  }

  @Entity({ table: 'notes' })
  @Versioned(1)
  class Note {
    @PartitionKey() id!: string;
    @Attribute() string!: string;
    @Attribute() number!: number;
    @Attribute() bigint!: bigint;
    @Attribute() boolean!: boolean;
    @Attribute() date!: Date;
    @Attribute() bytes!: Uint8Array;
    @Attribute() buffer!: Buffer;
    @Attribute() set!: Set<string>;
    @Attribute() list!: string[];
    @Attribute() map!: Map<string, number>;
    @Attribute() address!: Address;
    @Attribute() colour!: Colour;
    @Attribute() level!: Level;
    @Attribute() union!: string | number;
    @Attribute() nullable!: Date | null;
    @Attribute() shape!: Shape;
    @Attribute() record!: Record<string, number>;
    @Attribute() unknown!: unknown;
    @Attribute() number_value!: NumberValue;
  }
  const model = compileModel(Note);

  test.each<[string, unknown]>([
    ['string', 'string'],
    ['number', 'number'],
    ['bigint', 'bigint'],
    ['boolean', 'boolean'],
    ['date', 'date'],
    ['bytes', 'bytes'],
    ['buffer', 'buffer'],
    ['set', 'set'],
    ['list', 'array'],
    ['map', 'map'],
    ['address', { nested: Address }],
    ['colour', 'string'],
    ['level', 'number'],
  ])('is known for a %s', (property, type) => {
    expect(model.byProperty.get(property)).toMatchObject({ type, typeGiven: false });
  });

  test.each(['union', 'nullable', 'shape', 'record', 'unknown', 'number_value'])(
    'is any for a %s, which it does not tell',
    (property) => {
      expect(model.byProperty.get(property)?.type).toBe('any');
    },
  );

  test('is refused for a promise', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Lazy {
      @PartitionKey() id!: string;
      @Attribute() author!: Promise<string>;
    }
    expect(caught('UNKNOWN_TYPE', () => compileModel(Lazy)).details).toEqual({
      class: 'Lazy',
      member: 'author',
      found: 'Promise',
    });
  });

  test('is refused for a function', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Callback {
      @PartitionKey() id!: string;
      // @ts-expect-error a function
      @Attribute() done!: () => void;
    }
    expect(caught('UNKNOWN_TYPE', () => compileModel(Callback)).details.found).toBe('Function');
  });
});

describe('keys', () => {
  test('take their type from the compiler and their stored name from the property', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Note {
      @PartitionKey() owner!: string;
      @SortKey() position!: number;
    }
    const model = compileModel(Note);
    expect(model.partitionKey).toMatchObject({
      property: 'owner',
      attribute: 'owner',
      type: 'string',
      keyType: 'string',
    });
    expect(model.sortKey).toMatchObject({ property: 'position', type: 'number', keyType: 'number' });
    expect(model.keys).toEqual([model.partitionKey, model.sortKey]);
    expect(model.chain.protectedAttributes).toEqual(['owner', 'position']);
  });
});
