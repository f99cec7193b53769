import { describe, expect, test } from '@jest/globals';
import {
  Attribute,
  type AttributeType,
  type AttributeTypeOption,
  Entity,
  PartitionKey,
  Versioned,
} from 'dynamo-evolve';
import { NumberValue } from '../../lib/codec/number.js';
import { compileModel } from '../../lib/model/entity-model.js';
import { caught } from '../errors/caught.js';

class Address {
  street!: string;
}

/** The type of a property that was given this one. */
function typeOf(type: unknown) {
  class Note {}
  Entity({ table: 'notes' })(Note);
  Versioned(1)(Note);
  PartitionKey({ type: 'string' })(Note.prototype, 'id');
  Attribute({ type: type as AttributeTypeOption })(Note.prototype, 'value');
  return compileModel(Note).byProperty.get('value')?.type;
}

describe('a type that is given', () => {
  const names: AttributeType[] = [
    'any',
    'string',
    'number',
    'bigint',
    'boolean',
    'date',
    'epochSeconds',
    'epochMilliseconds',
    'bytes',
    'buffer',
    'set',
    'array',
    'object',
    'map',
  ];
  test.each(names)('can be %s by its name', (name) => {
    expect(typeOf(name)).toBe(name);
  });

  test.each([
    [String, 'string'],
    [Number, 'number'],
    [BigInt, 'bigint'],
    [Boolean, 'boolean'],
    [Date, 'date'],
    [Uint8Array, 'bytes'],
    [Buffer, 'buffer'],
    [Set, 'set'],
    [Array, 'array'],
    [Map, 'map'],
    [Object, 'any'],
    [NumberValue, 'any'],
  ])('can be a constructor, %p', (constructor, name) => {
    expect(typeOf(constructor)).toBe(name);
  });

  test('can be the class of a nested value', () => {
    expect(typeOf(Address)).toEqual({ nested: Address });
    expect(typeOf(class {})).toMatchObject({ nested: expect.any(Function) });
  });

  test('counts instead of the one that the compiler emits', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Note {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: 'epochSeconds' }) at!: Date;
    }
    expect(compileModel(Note).byProperty.get('at')?.type).toBe('epochSeconds');
  });

  test.each([
    ['an unknown name', 'text', "'text'"],
    ['an arrow function', () => Address, 'a function'],
    ['no type at all', 5, 'number'],
    ['Promise', Promise, 'Promise'],
    ['Function', Function, 'Function'],
    ['Symbol', Symbol, 'Symbol'],
    ['RegExp', RegExp, 'RegExp'],
    ['WeakMap', WeakMap, 'WeakMap'],
    ['Error', Error, 'Error'],
    // these keep what they hold where no property shows it: they would be stored empty
    ['Float64Array', Float64Array, 'Float64Array'],
    ['ArrayBuffer', ArrayBuffer, 'ArrayBuffer'],
    ['DataView', DataView, 'DataView'],
    ['URL', URL, 'URL'],
    ['URLSearchParams', URLSearchParams, 'URLSearchParams'],
  ])('is refused if it is %s', (_what, type, found) => {
    const error = caught('UNKNOWN_TYPE', () => typeOf(type));
    expect(error.details).toEqual({ class: 'Note', member: 'value', found });
    expect(error.message).toContain(`Note.value has the type ${found}`);
  });
});

describe('without either', () => {
  test('an attribute is passed through', () => {
    class Note {}
    Entity({ table: 'notes' })(Note);
    Versioned(1)(Note);
    PartitionKey({ type: 'string' })(Note.prototype, 'id');
    Attribute()(Note.prototype, 'value');
    expect(compileModel(Note).byProperty.get('value')).toMatchObject({ type: 'any', typeGiven: false });
  });
});

describe('an enumeration, which swc emits itself where it is imported', () => {
  test.each([
    ['of strings', { Open: 'open', Closed: 'closed' }, 'string'],
    ['of numbers', { Low: 0, High: 1, 0: 'Low', 1: 'High' }, 'number'],
    ['of both', { Low: 0, 0: 'Low', High: 'high' }, 'any'],
  ])('%s has the type of its values', (_of, enumeration, type) => {
    class Note {}
    Entity({ table: 'notes' })(Note);
    Versioned(1)(Note);
    PartitionKey({ type: 'string' })(Note.prototype, 'id');
    Reflect.defineMetadata('design:type', enumeration, Note.prototype, 'value');
    Attribute()(Note.prototype, 'value');
    expect(compileModel(Note).byProperty.get('value')).toMatchObject({ type, typeGiven: false });
  });
});

describe('a key', () => {
  test.each<[AttributeTypeOption, string]>([
    ['string', 'string'],
    ['date', 'string'],
    ['number', 'number'],
    ['bigint', 'number'],
    ['epochSeconds', 'number'],
    ['epochMilliseconds', 'number'],
    ['bytes', 'bytes'],
    ['buffer', 'bytes'],
  ])('of the type %s is stored as %s', (type, keyType) => {
    class Note {}
    Entity({ table: 'notes' })(Note);
    Versioned(1)(Note);
    PartitionKey({ type: type as 'string' })(Note.prototype, 'id');
    expect(compileModel(Note).partitionKey).toMatchObject({ type, keyType });
  });
});
