import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Attribute, type Class, Mapper, type Repository } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { date, defineEntity, type EntityDefinition, upgrade } from 'dynamo-evolve/toolbox';
import { any, item, list, map, number, string, Table } from 'dynamodb-toolbox';
import { modelOf } from '../../lib/hydration/model-of.js';
import { caught } from '../errors/caught.js';
import { readStored } from '../support/raw-requests.js';

const schema = item({ id: string().key(), title: string() });
const valid = { name: 'Note', table: 'notes', version: 1, schema } as const;

/** Defines with what the types refuse. */
const define = (definition: unknown) => defineEntity(definition as EntityDefinition as typeof valid);

describe('a definition that cannot be meant is refused', () => {
  test.each<[option: string, value: unknown]>([
    ['name', ''],
    ['name', undefined],
    ['table', ''],
    ['table', {}],
    ['schema', undefined],
    ['schema', {}],
    ['schema', string()],
    ['schema', map({ id: string() })],
    ['upgrades', upgrade(1, 2, 'x', () => {})],
    ['upgrades', [{ from: 1 }]],
    ['downgrades', [() => {}]],
    ['indexes', 'by_title'],
    ['templates', { id: 1 }],
    ['createdAt', 1],
    ['createdAt', { name: 'x' }],
    ['revision', { property: 'r', typo: 'x' }],
    ['partitionKey', 'nothing'],
    ['sortKey', 'nothing'],
    ['deprecated', true],
    ['tabel', 'notes'],
  ])('%s: %p', (option, value) => {
    const error = caught('INVALID_OPTION', () => define({ ...valid, [option]: value }));
    expect(error.details).toMatchObject({ decorator: 'defineEntity', option });
    expect(error.details.class).toBe(option === 'name' ? 'An entity' : 'Note');
  });

  test.each([undefined, null, 'Note'])('%p', (definition) => {
    expect(caught('INVALID_OPTION', () => define(definition)).details.option).toBe('the definition');
  });

  const client = { send: () => Promise.reject(new Error('nothing is sent')) };
  const compiled = (definition: object) => () => {
    const target = define({ ...valid, ...definition });
    return new Mapper({ client, entities: [target] });
  };

  test('the rest is found as it is for a decorated class', () => {
    expect(caught('INVALID_CLASS_VERSION', compiled({ version: 0 })).details.class).toBe('Note');
    caught('INVALID_CLASS_VERSION', compiled({ floor: 2 }));
    caught('UPGRADE_GAP', compiled({ version: 2 }));
    caught('UPGRADE_BEYOND_VERSION', compiled({ upgrades: [upgrade(1, 2, 'x', () => {})] }));
    const twice = [upgrade(1, 2, 'x', () => {}), upgrade(1, 2, 'x', () => {})];
    caught('DUPLICATE_UPGRADE', compiled({ version: 2, upgrades: twice }));
    caught('ASYNC_UPGRADE', compiled({ version: 2, upgrades: [upgrade(1, 2, 'x', (async () => {}) as never)] }));
    caught('UPGRADE_NOT_A_METHOD', compiled({ version: 2, upgrades: [upgrade(1, 2, 'x', 'y' as never)] }));
    caught('UNKNOWN_INDEX_ATTRIBUTE', compiled({ indexes: { i: { partitionKey: 'nothing' } } }));
    caught('MISSING_PARTITION_KEY', compiled({ schema: item({ id: string() }) }));
    caught('INVALID_KEY', compiled({ schema: item({ id: any().key() }) }));
    caught('RESERVED_ATTRIBUTE', compiled({ attribute: 'title' }));
    caught('INVALID_MEMBER', compiled({ schema: item({ id: string().key(), constructor: string() }) }));
    caught('INVALID_MEMBER', compiled({ schema: item({ id: string().key(), ['__proto__']: string() }) }));
    caught('INVALID_MEMBER', compiled({ revision: { property: 'revision', type: 'number' } }));
    caught('INVALID_TEMPLATE', compiled({ templates: { id: 'X#{nothing}' } }));
  });

  test('too many keys for a table', () => {
    const keys = item({ a: string().key(), b: string().key(), c: string().key() });
    expect(caught('INVALID_OPTION', () => define({ ...valid, schema: keys })).message).toMatch('a, b, c');
    const target = define({ ...valid, schema: keys, partitionKey: 'c', sortKey: 'a' });
    expect(modelOf(target).keys.map(({ property }) => property)).toEqual(['c', 'a']);
  });
});

describe('a definition says', () => {
  test('all that decorators can say of a class', () => {
    const target = defineEntity({
      ...valid,
      version: 3,
      attribute: 'v',
      initial: 2,
      floor: 2,
      upgrades: [upgrade(2, 3, { description: 'nothing', repeatable: false, reads: ['title'] }, () => {})],
      discriminator: { attribute: 'kind', value: 'note', default: true },
      indexes: { by_kind: { partitionKey: 'kind', sortKey: 'title', since: 3, complete: true } },
      createdAt: { property: 'made', name: 'm', type: 'string' },
      updatedAt: { property: 'changed', type: 'number' },
      timeToLive: 'expires',
      revision: { property: 'rev', name: 'r' },
      deprecated: { title: { since: 2, reason: 'headings replaced it' } },
    });
    expect(modelOf(target)).toMatchObject({
      name: 'Note',
      version: 3,
      versionAttribute: 'v',
      discriminator: { attribute: 'kind', value: 'note', default: true },
      chain: { initial: 2, floor: 2 },
      indexes: [{ name: 'by_kind', kind: 'global', partitionKey: { attribute: 'kind' } }],
      createdAt: { property: 'made', attribute: 'm', type: 'string' },
      updatedAt: { property: 'changed', type: 'number' },
      timeToLive: { property: 'expires', type: 'epochSeconds', optional: true },
      revision: { property: 'rev', attribute: 'r', type: 'string' },
    });
    expect(modelOf(target).byProperty.get('title')?.deprecated).toEqual({ since: 2, reason: 'headings replaced it' });
    expect(modelOf(target).chain.steps).toMatchObject([
      { description: 'nothing', repeatable: false, reads: ['title'] },
    ]);
  });

  test('of a role, the type that its attribute has in the schema', () => {
    const target = defineEntity({
      ...valid,
      schema: item({ id: string().key(), made: string(), at: date('epochMilliseconds'), ends: number().optional() }),
      createdAt: 'made',
      updatedAt: 'at',
      timeToLive: 'ends',
    });
    const { createdAt, timeToLive, updatedAt } = modelOf(target);
    expect([createdAt, updatedAt, timeToLive].map((role) => role?.type)).toEqual([
      'string',
      'epochMilliseconds',
      'number',
    ]);
  });

  test('nothing by options that are undefined', () => {
    const nothing = defineEntity({
      ...valid,
      upgrades: undefined,
      downgrades: undefined,
      partitionKey: undefined,
      sortKey: undefined,
      indexes: undefined,
      discriminator: undefined,
      attribute: undefined,
      initial: undefined,
      floor: undefined,
      createdAt: undefined,
      revision: { property: 'revision', name: undefined, type: undefined },
      templates: undefined,
      deprecated: undefined,
    });
    const without = { ...modelOf(nothing), class: undefined };
    expect(without).toEqual({ ...modelOf(defineEntity({ ...valid, revision: 'revision' })), class: undefined });
  });

  test('the name of the class, and of its steps in messages', () => {
    const named = (stored: object) => void stored;
    const target = defineEntity({
      ...valid,
      version: 4,
      upgrades: [upgrade(1, 2, 'x', named), upgrade(2, 3, 'y', (stored) => stored), upgrade(3, 4, 'z', named)],
    });
    expect(target.name).toBe('Note');
    expect(target.schema).toBe(schema);
    const methods = modelOf(target).chain.steps.map(({ method }) => method);
    expect(methods).toEqual(['NoteUpgrades.named', 'NoteUpgrades.v2ToV3', 'NoteUpgrades.named2']);
  });
});

describe('a table of the toolbox', () => {
  const table = new Table({
    name: () => 'shared',
    partitionKey: { name: 'PK', type: 'string' },
    sortKey: { name: 'SK', type: 'number' },
    indexes: {
      by_title: { type: 'global', partitionKey: { name: 'title', type: 'string' } },
      by_place: { type: 'global', partitionKey: { name: 'place', type: 'string' } },
      by_size: { type: 'local', sortKey: { name: 'size', type: 'number' } },
    },
  });
  const attributes = { n: number().key().savedAs('SK'), id: string().key().savedAs('PK'), title: string() };

  test('says its name, keys and the indexes that an entity is in', () => {
    const schemaOfTable = item({ ...attributes, size: number() });
    const { indexes, keys, table: name } = modelOf(defineEntity({ ...valid, table, schema: schemaOfTable }));
    expect(name).toBe('shared');
    expect(keys.map(({ property }) => property)).toEqual(['id', 'n']);
    expect(indexes.map((index) => [index.name, index.kind])).toEqual([
      ['by_title', 'global'],
      ['by_size', 'local'],
    ]);
    expect(modelOf(defineEntity({ ...valid, table, schema: schemaOfTable, indexes: {} })).indexes).toEqual([]);
  });

  test('must fit', () => {
    const refuse = (definition: object) => caught('INVALID_OPTION', () => define({ ...valid, table, ...definition }));
    expect(refuse({ schema }).message).toMatch("partitionKey is PK, which isn't in the schema");
    const texts = item({ ...attributes, n: string().key().savedAs('SK') });
    expect(refuse({ schema: texts }).message).toMatch('says that SK is a number, but n is a string');
    const nameless = new Table({ partitionKey: { name: 'id', type: 'string' } });
    expect(refuse({ table: nameless, schema }).message).toMatch('without a name');
    const composite = new Table({
      name: 'notes',
      partitionKey: { name: 'id', type: 'string' },
      indexes: { both: { type: 'global', partitionKeys: [{ name: 'title', type: 'string' }] } },
    });
    const error = caught('UNSUPPORTED_SCHEMA', () => define({ ...valid, table: composite }));
    expect(error.details).toMatchObject({ path: 'the index both', feature: 'partitionKeys or sortKeys' });
  });
});

describe('a defined class', () => {
  let engine: EmbeddedEngine;
  beforeAll(async () => {
    engine = await startEmbeddedEngine();
  });
  afterAll(() => engine.close());

  async function repositoryOf<T extends object>(target: Class<T>): Promise<Repository<T>> {
    const mapper = new Mapper({ client: engine.client, entities: [target] });
    await mapper.createTables();
    return mapper.repository(target);
  }

  test('can be extended, by members and by decorators', async () => {
    class Note extends defineEntity({
      ...valid,
      table: 'extended',
      schema: item({ id: string().key(), title: string() }),
    }) {
      @Attribute({ type: 'string', default: 'white' }) colour!: string;
      get heading(): string {
        return this.title.toUpperCase();
      }
    }
    const notes = await repositoryOf(Note);
    await notes.insert(notes.create({ id: 'n', title: 'x' }));
    const note = await notes.getOrFail({ id: 'n' });
    expect(note).toBeInstanceOf(Note);
    expect([note.heading, note.colour]).toEqual(['X', 'white']);
    expect(await readStored(engine.endpoint, 'extended', { id: { S: 'n' } })).toMatchObject({ colour: { S: 'white' } });
  });

  test('can have members with classes of the application', async () => {
    class Part {
      name!: string;
      get size(): number {
        return this.name.length;
      }
    }
    class Note extends defineEntity({
      ...valid,
      table: 'parts',
      schema: item({ id: string().key(), parts: list(map({ name: string() })) }),
    }) {
      @Attribute({ type: 'array', items: Part }) declare parts: Part[];
    }
    const notes = await repositoryOf(Note);
    await notes.insert(notes.create({ id: 'n', parts: [{ name: 'abc' }] }));
    expect((await notes.getOrFail({ id: 'n' })).parts[0]?.size).toBe(3);
  });

  test('takes nothing that is not in the schema', async () => {
    const notes = await repositoryOf(defineEntity({ ...valid, table: 'unknown' }));
    const error = caught('UNKNOWN_ATTRIBUTE', () => notes.create({ id: 'n', title: 'x', body: 'y' } as never));
    expect(error.details).toMatchObject({ member: 'body', known: ['id', 'title'] });
  });
});
