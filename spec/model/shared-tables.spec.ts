import { describe, expect, test } from '@jest/globals';
import {
  Attribute,
  type Class,
  Entity,
  type EntityOptions,
  Index,
  type IndexOptions,
  Mapper,
  PartitionKey,
  SortKey,
  TimeToLive,
  Versioned,
} from 'dynamo-evolve';
import { caught } from '../errors/caught.js';

const client = { send: () => Promise.reject(new Error('nothing is sent')) };

interface Shape {
  readonly table?: string;
  readonly discriminator?: EntityOptions['discriminator'];
  readonly versionAttribute?: string;
  readonly version?: number;
  readonly keys?: readonly [name: string, type: 'string' | 'number'][];
  readonly index?: IndexOptions;
  readonly expiry?: string;
}

/** An entity of the table that is to be shared. */
function entity(value: string, shape: Shape = {}): Class {
  const { table = 'shared', discriminator = { attribute: 'kind', value }, versionAttribute, version = 1 } = shape;
  class Shared {}
  Object.defineProperty(Shared, 'name', { value });
  Entity({ table, discriminator })(Shared);
  const attribute = versionAttribute === undefined ? {} : { attribute: versionAttribute };
  Versioned(version, { floor: version, ...attribute })(Shared);
  const [[partition, type] = ['id', 'string' as const], sort] = shape.keys ?? [];
  PartitionKey({ name: partition, type })(Shared.prototype, 'partition');
  if (sort) SortKey({ name: sort[0], type: sort[1] })(Shared.prototype, 'sort');
  Attribute({ type: 'string', optional: true })(Shared.prototype, 'author');
  if (shape.index) Index('by_author', shape.index)(Shared);
  if (shape.expiry) TimeToLive({ name: shape.expiry })(Shared.prototype, 'expires');
  return Shared;
}

/** Why the entities can't share their table. */
function problem(...entities: Class[]): string {
  const { details } = caught('SHARED_TABLE', () => new Mapper({ client, entities }));
  expect(details).toMatchObject({ table: 'shared', classes: entities.map((one) => one.name) });
  return details.problem;
}

describe('entities share a table', () => {
  test('if each has a discriminator of its own', () => {
    const [dog, cat] = [entity('dog'), entity('cat')];
    const mapper = new Mapper({ client, entities: [dog, cat] });
    expect(mapper.repository(dog)).not.toBe(mapper.repository(cat));
  });

  test('whatever their versions, properties and the order of their indexes', () => {
    const index = { partitionKey: 'author' };
    const keys = [
      ['pk', 'string'],
      ['sk', 'number'],
    ] as const;
    const dog = entity('dog', { version: 1, index, keys: [...keys] as never, expiry: 'expires' });
    const cat = entity('cat', { version: 7, keys: [...keys] as never, expiry: 'expires' });
    Index('by_name', { partitionKey: 'author', sortKey: 'author' })(cat);
    Index('by_author', index)(cat);
    expect(() => new Mapper({ client, entities: [dog, cat] })).not.toThrow();
  });

  test('if one of them is that of items without discriminator', () => {
    const dog = entity('dog', { discriminator: { attribute: 'kind', value: 'dog', default: true } });
    expect(() => new Mapper({ client, entities: [dog, entity('cat')] })).not.toThrow();
  });

  test('if only one of them expires', () => {
    const entities = [entity('dog'), entity('cat', { expiry: 'expires' })];
    expect(() => new Mapper({ client, entities })).not.toThrow();
  });
});

describe('entities of different tables', () => {
  test('have nothing to agree on', () => {
    const dog = entity('dog');
    const other = entity('dog', { table: 'other', versionAttribute: 'v', keys: [['pk', 'number']] });
    expect(() => new Mapper({ client, entities: [dog, other] })).not.toThrow();
  });
});

describe('entities cannot share a table', () => {
  test('without discriminators', () => {
    const plain = entity('plain');
    Entity({ table: 'shared' })(plain);
    expect(problem(entity('dog'), plain)).toBe('each needs a discriminator, @Entity({ table, discriminator })');
  });

  test('by different attributes', () => {
    const cat = entity('cat', { discriminator: { attribute: 'species', value: 'cat' } });
    expect(problem(entity('dog'), cat)).toBe('their discriminators are on different attributes');
  });

  test('with one value for two', () => {
    expect(problem(entity('dog'), entity('dog'))).toBe('two have the same discriminator value');
  });

  test('with a subclass that has the discriminator of its parent', () => {
    const dog = entity('dog') as new () => object;
    class Puppy extends dog {}
    expect(problem(dog, Puppy)).toBe('two have the same discriminator value');
  });

  test('if two are that of items without discriminator', () => {
    const byDefault = (value: string) => entity(value, { discriminator: { attribute: 'kind', value, default: true } });
    expect(problem(byDefault('dog'), byDefault('cat'))).toBe(
      'only one can be the default of items without discriminator',
    );
  });

  test('with different version attributes', () => {
    expect(problem(entity('dog'), entity('cat', { versionAttribute: 'v' }))).toBe('their version attributes differ');
  });

  test.each<[string, [string, 'string' | 'number'][], string]>([
    ['by name', [['pk', 'string']], 'their keys differ (id: string; pk: string)'],
    ['by type', [['id', 'number']], 'their keys differ (id: string; id: number)'],
    [
      'by number',
      [
        ['id', 'string'],
        ['sk', 'string'],
      ],
      'their keys differ (id: string; id: string, sk: string)',
    ],
  ])('with different keys, %s', (_how, keys, expected) => {
    expect(problem(entity('dog'), entity('cat', { keys }))).toBe(expected);
  });

  test('with different indexes of one name', () => {
    const dog = entity('dog', { index: { partitionKey: 'author' } });
    const cat = entity('cat', { index: { partitionKey: 'author', sortKey: 'partition' } });
    expect(problem(dog, cat)).toBe('they declare the index by_author differently');
  });

  test('that expire by different attributes: an engine takes one', () => {
    const [dog, cat] = [entity('dog', { expiry: 'expires' }), entity('cat', { expiry: 'dies' })];
    expect(problem(dog, cat)).toBe('a table has one attribute for @TimeToLive, but they have expires and dies');
  });
});
