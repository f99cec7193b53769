import { describe, expect, jest, test } from '@jest/globals';
import { Attribute, Entity, Mapper, PartitionKey, Upgrade, upgradeItem, Versioned } from 'dynamo-evolve';
import { compileModel } from '../../lib/model/entity-model.js';
import { caught } from '../errors/caught.js';

const client = { send: () => Promise.reject(new Error('nothing is sent')) };
const metadataKey = Symbol.for('dynamo-evolve:class');

type Constructor = new () => { id?: string };

/** Decorates a class as an entity of a table. */
function asEntity<T extends Constructor>(target: T, table: string): T {
  Entity({ table })(target);
  Versioned(1)(target);
  PartitionKey({ type: 'string' })(target.prototype, 'id');
  return target;
}

describe('classes are told apart by identity', () => {
  test('two of one name are two entities', () => {
    const [first, second] = ['first', 'second'].map((table) => {
      class Note {}
      Attribute({ type: 'string' })(Note.prototype, table);
      return asEntity(Note, table);
    }) as [Constructor, Constructor];
    expect(compileModel(first)).toMatchObject({ class: first, name: 'Note', table: 'first' });
    expect(compileModel(second)).toMatchObject({ class: second, name: 'Note', table: 'second' });
    expect([...compileModel(first).byProperty.keys()]).toEqual(['first', 'id']);

    const mapper = new Mapper({ client, entities: [first, second] });
    expect(mapper.repository(first)).not.toBe(mapper.repository(second));
    expect(mapper.repository(first).create({ id: 'a' })).toBeInstanceOf(first);
  });

  test('those without a name are entities like any other', () => {
    const classes = [asEntity(class {}, 'first'), asEntity(class {}, 'second')];
    const mapper = new Mapper({ client, entities: classes });
    for (const one of classes) expect(mapper.repository(one).create({ id: 'a' })).toBeInstanceOf(one);
    expect(classes.map((one) => compileModel(one))).toMatchObject([
      { name: 'a class without a name', table: 'first' },
      { name: 'a class without a name', table: 'second' },
    ]);
  });

  test('the steps of one without a name can be told in an error', () => {
    const Upgrades = (() => class {})();
    Upgrade(1, 2)(Upgrades, 'missing');
    const Note = asEntity(class Note {}, 'notes');
    Versioned(2, { upgrades: Upgrades })(Note);
    expect(caught('UPGRADE_NOT_A_METHOD', () => compileModel(Note)).details.method).toBe(
      'a class without a name.missing',
    );
  });

  test('a minifier may give all of them one letter', () => {
    const minified = (table: string, version: number) => {
      class a {}
      class b {
        static c(item: Record<string, unknown>): void {
          item[table] = version;
        }
      }
      Upgrade(1, 2)(b, 'c');
      asEntity(a, table);
      Versioned(2, { upgrades: b })(a);
      return a;
    };
    const [first, second] = [minified('first', 1), minified('second', 2)];
    expect(upgradeItem(first, { id: 'x' })).toEqual({ id: 'x', first: 1, schema_version: 2 });
    expect(upgradeItem(second, { id: 'x' })).toEqual({ id: 'x', second: 2, schema_version: 2 });
  });

  test('one that was named twice is one entity', () => {
    const Note = asEntity(class Note {}, 'notes');
    const mapper = new Mapper({ client, entities: [Note, [Note], () => Note] });
    expect(mapper.repository(Note)).toBe(mapper.repository(Note));
  });

  test('a class that only looks like an entity is none', () => {
    const Note = asEntity(class Note {}, 'notes');
    const Copy = { Note: class {} }.Note;
    expect(Copy.name).toBe(Note.name);
    caught('UNKNOWN_ENTITY', () => new Mapper({ client, entities: [Note] }).repository(Copy));
    caught('NOT_AN_ENTITY', () => compileModel(Copy));
  });
});

describe('a package that is loaded twice', () => {
  test('keeps what decorators say in one place', () => {
    const Note = asEntity(class Note {}, 'notes');
    expect(Reflect.getOwnMetadata(metadataKey, Note)).toMatchObject({ entity: { table: 'notes' } });

    class Reused {}
    Reflect.defineMetadata(metadataKey, Reflect.getOwnMetadata(metadataKey, Note), Reused);
    expect(compileModel(Reused)).toMatchObject({ class: Reused, table: 'notes' });
  });

  test('reads with either copy what was decorated with the other, or with both', async () => {
    jest.resetModules();
    const copy = await import('../../lib/index.js');
    expect(copy.Entity).not.toBe(Entity);

    const Note = asEntity(class Note {}, 'notes');
    copy.Versioned(2)(Note);
    copy.Upgrade(1, 2)(Note, 'first');
    Object.assign(Note, { first: (item: Record<string, unknown>) => ({ ...item, upgraded: true }) });
    const upgraded = { id: 'a', upgraded: true, schema_version: 2 };
    expect(copy.upgradeItem(Note, { id: 'a' })).toEqual(upgraded);
    expect(upgradeItem(Note, { id: 'a' })).toEqual(upgraded);
  });

  test('has errors that both copies know', async () => {
    jest.resetModules();
    const copy = await import('../../lib/index.js');
    const error = caught('NOT_AN_ENTITY', () => compileModel(class Note {}));
    expect(error).not.toBeInstanceOf(copy.MapperError);
    expect(copy.isMapperError(error)).toBe(true);
    expect(copy.isMapperError(error, 'NOT_AN_ENTITY')).toBe(true);
    expect(copy.isMapperError(error, 'SHARED_TABLE')).toBe(false);
  });
});
