import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Class, Mapper, type Repository, toResponse } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { date, defineEntity } from 'dynamo-evolve/toolbox';
import {
  any,
  anyOf,
  item,
  jsonStringify,
  list,
  map,
  nul,
  number,
  prefix,
  record,
  set,
  string,
  tuple,
} from 'dynamodb-toolbox';
import { caught, rejected } from '../errors/caught.js';
import { readStored, storeRaw } from '../support/raw-requests.js';

let engine: EmbeddedEngine;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
});
afterAll(() => engine.close());

let tables = 0;
/** The repository of a defined class, in a table of its own. */
async function repositoryOf<T extends object>(define: (table: string) => Class<T>): Promise<[Repository<T>, string]> {
  const table = `features-${(tables += 1)}`;
  const target = define(table);
  const mapper = new Mapper({ client: engine.client, entities: [target] });
  await mapper.createTables();
  return [mapper.repository(target), table];
}

describe('what a schema says is done', () => {
  test('savedAs: attributes and members are stored under other names', async () => {
    const [notes, table] = await repositoryOf((name) =>
      defineEntity({
        name: 'Note',
        table: name,
        version: 1,
        schema: item({
          id: string().key().savedAs('pk'),
          title: string().savedAs('t'),
          meta: map({ author: string().savedAs('a'), at: date('epochSeconds').optional() }).savedAs('m'),
        }),
      }),
    );
    const at = new Date(5000);
    await notes.insert(notes.create({ id: 'n', title: 'x', meta: { author: 'Ada', at } }));
    expect(await readStored(engine.endpoint, table, { pk: { S: 'n' } })).toEqual({
      pk: { S: 'n' },
      t: { S: 'x' },
      m: { M: { a: { S: 'Ada' }, at: { N: '5' } } },
      schema_version: { N: '1' },
    });
    const byPath = { attr: 'meta.author', eq: 'Ada' } as const;
    expect(await notes.scan({ filter: byPath }).all()).toMatchObject([{ meta: { author: 'Ada', at } }]);
    expect(await notes.scan({ filter: { attr: 'meta.at', lt: new Date(6000) } }).count()).toBe(1);
    await notes.update({ id: 'n' }, { set: { 'meta.author': 'Bob' } });
    expect(await notes.get({ id: 'n' })).toMatchObject({ meta: { author: 'Bob', at } });
    await rejected('INVALID_ARGUMENT', notes.update({ id: 'n' }, { set: { 'meta.a': 'Eve' } }));
  });

  test('default: create fills in values and functions, at any depth', async () => {
    let calls = 0;
    const [notes] = await repositoryOf((name) =>
      defineEntity({
        name: 'Note',
        table: name,
        version: 1,
        schema: item({
          id: string()
            .key()
            .default(() => `id-${(calls += 1)}`),
          state: string().enum('open', 'closed').default('open'),
          kind: string().const('note'),
          tags: set(string()).default(() => new Set(['new'])),
          author: map({ name: string().default('nobody'), team: string().optional() }),
          parts: list(map({ n: number().default(7) })),
          places: record(string(), map({ n: number().default(8) })),
        }),
      }),
    );
    const note = notes.create({ author: { team: 'x' }, parts: [{}, { n: 1 }], places: { a: {} } });
    expect({ ...note }).toEqual({
      id: 'id-1',
      state: 'open',
      kind: 'note',
      tags: new Set(['new']),
      author: { name: 'nobody', team: 'x' },
      parts: [{ n: 7 }, { n: 1 }],
      places: { a: { n: 8 } },
    });
    expect(notes.create({ author: {}, parts: [], places: {} }).tags).not.toBe(note.tags);
    await notes.insert(note);
    expect(await notes.get({ id: 'id-1' })).toEqual(note);
  });

  test('a default is never applied on read', async () => {
    const [notes, table] = await repositoryOf((name) =>
      defineEntity({
        name: 'Note',
        table: name,
        version: 1,
        schema: item({ id: string().key(), state: string().default('open'), a: map({ b: string().default('x') }) }),
      }),
    );
    await storeRaw(engine.endpoint, table, { id: { S: 'n' }, a: { M: {} } });
    const note = await notes.getOrFail({ id: 'n' });
    expect([note.state, note.a]).toEqual([undefined, {}]);
  });

  test('hidden: it is on the entity, and left out of its JSON', async () => {
    const [notes] = await repositoryOf((name) =>
      defineEntity({
        name: 'Note',
        table: name,
        version: 1,
        schema: item({
          id: string().key(),
          secret: string().hidden(),
          author: map({ name: string(), phone: string().hidden() }),
          logins: list(map({ ip: string().hidden(), at: number() })),
          owner: anyOf(string(), map({ id: string(), key: string().hidden() })),
        }),
      }),
    );
    const values = {
      secret: 's',
      author: { name: 'Ada', phone: '1' },
      logins: [{ ip: '::1', at: 1 }],
      owner: { id: 'o', key: 'k' },
    };
    await notes.insert(notes.create({ id: 'n', ...values }));
    const note = await notes.getOrFail({ id: 'n' });
    expect({ ...note }).toEqual({ id: 'n', ...values });
    const shown = { id: 'n', author: { name: 'Ada' }, logins: [{ at: 1 }], owner: { id: 'o' } };
    expect(JSON.parse(JSON.stringify(note))).toEqual(shown);
    expect(JSON.parse(JSON.stringify(toResponse([note])))).toEqual([shown]);
    note.author.name = 'Bob';
    await notes.save(note);
    expect(await notes.get({ id: 'n' })).toMatchObject({ secret: 's', author: { name: 'Bob', phone: '1' } });
  });

  test('enum and const: other values are neither read nor written', async () => {
    const [notes, table] = await repositoryOf((name) =>
      defineEntity({
        name: 'Note',
        table: name,
        version: 1,
        schema: item({
          id: string().key(),
          state: string().enum('open', 'closed'),
          size: number().big().enum(1, 2n).optional(),
        }),
      }),
    );
    const bad = notes.create({ id: 'n', state: 'open' });
    bad.state = 'done' as 'open';
    const error = await rejected('ATTRIBUTE_TYPE', notes.insert(bad));
    expect(error.message).toMatch("one of 'open', 'closed'");
    await storeRaw(engine.endpoint, table, { id: { S: 'm' }, state: { S: 'done' } });
    await rejected('ATTRIBUTE_TYPE', notes.get({ id: 'm' }));
    await storeRaw(engine.endpoint, table, { id: { S: 'k' }, state: { S: 'open' }, size: { N: '2' } });
    // the value as the schema names it
    expect(await notes.get({ id: 'k' })).toMatchObject({ size: 2n });
    await rejected('INVALID_CONDITION', notes.scan({ filter: { attr: 'state', eq: 'done' as 'open' } }).all());
    await rejected('ATTRIBUTE_TYPE', notes.update({ id: 'k' }, { set: { state: 'done' as 'open' } }));
  });

  test('validate: every write asks it, at any depth, and no read', async () => {
    const isName = (name: string) => name.length > 1 || 'is too short';
    const [notes, table] = await repositoryOf((name) =>
      defineEntity({
        name: 'Note',
        table: name,
        version: 1,
        schema: item({
          id: string()
            .key()
            .validate((id) => id !== 'forbidden'),
          title: string().validate((title) => title !== ''),
          author: map({ name: string().validate(isName) }).optional(),
          tags: set(string().validate(isName)).optional(),
          links: record(string().validate(isName), list(string().validate(isName))).optional(),
          pair: tuple(number(), string().validate(isName)).optional(),
          owner: anyOf(number(), map({ name: string().validate(isName) })).optional(),
        }),
      }),
    );
    const note = (more: object) => notes.create({ id: 'n', title: 'x', ...more });
    const paths = async (entity: ReturnType<typeof note>) => {
      const { details } = await rejected('INVALID_VALUE', notes.put(entity));
      return [details.path, details.problem];
    };
    expect(await paths(note({ title: '' }))).toEqual(['title', "isn't what its validate() asks for"]);
    expect(await paths(note({ id: 'forbidden' }))).toEqual(['id', "isn't what its validate() asks for"]);
    expect(await paths(note({ author: { name: 'A' } }))).toEqual(['author.name', 'is too short']);
    expect(await paths(note({ author: {} }))).toEqual(['author.name', 'is missing']);
    expect(await paths(note({ tags: new Set(['ab', 'a']) }))).toEqual(['tags', 'is too short']);
    expect(await paths(note({ links: { a: [] } }))).toEqual(["links['a']", 'is too short']);
    expect(await paths(note({ links: { ab: ['cd', 'e'] } }))).toEqual(["links['ab'][1]", 'is too short']);
    expect(await paths(note({ pair: [1, 'a'] }))).toEqual(['pair[1]', 'is too short']);
    expect(await paths(note({ owner: { name: 'A' } }))).toEqual(['owner.name', 'is too short']);

    await storeRaw(engine.endpoint, table, { id: { S: 'n' }, title: { S: '' }, author: { M: {} } });
    const old = await notes.getOrFail({ id: 'n' });
    // what isn't written isn't asked about
    old.pair = [1, 'ab'];
    await notes.save(old);
    old.author = { name: 'B' };
    await rejected('INVALID_VALUE', notes.save(old));
    const key = { id: 'n' };
    await rejected('INVALID_VALUE', notes.update(key, { set: { title: '' } }));
    const nested = await rejected('INVALID_VALUE', notes.update(key, { set: { 'author.name': 'B' } }));
    expect(nested.details.path).toBe('author.name');
    await notes.update(key, { set: { 'author.name': 'Bob' } });
    // a filter isn't a write
    expect(await notes.scan({ filter: { attr: 'title', eq: '' } }).count()).toBe(1);
  });

  test('transform: values are stored as the transformer makes them', async () => {
    const [notes, table] = await repositoryOf((name) =>
      defineEntity({
        name: 'Note',
        table: name,
        version: 1,
        schema: item({
          id: string().key().transform(prefix('NOTE')),
          json: any().castAs<{ a: number }>().transform(jsonStringify()),
          users: list(map({ id: string().transform(prefix('USER')) })),
          byUser: record(string().transform(prefix('USER')), number()),
        }),
      }),
    );
    const values = { json: { a: 1 }, users: [{ id: 'u' }], byUser: { u: 1 } };
    await notes.insert(notes.create({ id: 'n', ...values }));
    expect(await readStored(engine.endpoint, table, { id: { S: 'NOTE#n' } })).toMatchObject({
      json: { S: '{"a":1}' },
      users: { L: [{ M: { id: { S: 'USER#u' } } }] },
      byUser: { M: { 'USER#u': { N: '1' } } },
    });
    expect({ ...(await notes.get({ id: 'n' })) }).toEqual({ id: 'n', ...values });
    expect(await notes.scan({ filter: { attr: 'users[0].id', eq: 'u' } }).count()).toBe(1);
    await notes.update({ id: 'n' }, { add: { 'byUser.u': 2 } });
    expect(await notes.get({ id: 'n' })).toMatchObject({ byUser: { u: 3 } });
    await rejected('INVALID_CONDITION', notes.scan({ filter: { attr: 'users[0].id', beginsWith: 'u' } }).all());
    await rejected('INVALID_ARGUMENT', notes.update({ id: 'n' }, { set: { 'json.a': 2 } }));
  });

  test('anyOf with null is nullable, and any other choice takes the first that fits', async () => {
    const [notes, table] = await repositoryOf((name) =>
      defineEntity({
        name: 'Note',
        table: name,
        version: 1,
        schema: item({
          id: string().key(),
          closed: anyOf(date(), nul()),
          shape: anyOf(
            map({ type: string().enum('circle'), radius: number().savedAs('r') }),
            map({ type: string().enum('square'), side: number().savedAs('s') }),
          ).discriminate('type'),
        }),
      }),
    );
    await notes.insert(notes.create({ id: 'n', closed: null, shape: { type: 'square', side: 2 } }));
    expect(await readStored(engine.endpoint, table, { id: { S: 'n' } })).toMatchObject({
      closed: { NULL: true },
      shape: { M: { type: { S: 'square' }, s: { N: '2' } } },
    });
    expect(await notes.get({ id: 'n' })).toMatchObject({ closed: null, shape: { type: 'square', side: 2 } });
    expect(await notes.scan({ filter: { attr: 'shape.side', eq: 2 } }).count()).toBe(1);
    await storeRaw(engine.endpoint, table, { id: { S: 'm' }, closed: { NULL: true }, shape: { S: 'blob' } });
    await rejected('ATTRIBUTE_TYPE', notes.get({ id: 'm' }));
  });

  test('members that a map does not declare stay', async () => {
    const [notes, table] = await repositoryOf((name) =>
      defineEntity({
        name: 'Note',
        table: name,
        version: 1,
        schema: item({ id: string().key(), author: map({ name: string().savedAs('n') }) }),
      }),
    );
    const author = { M: { n: { S: 'Ada' }, old: { L: [{ N: '1' }] }, constructor: { S: 'data' } } };
    await storeRaw(engine.endpoint, table, { id: { S: 'n' }, author });
    const note = await notes.getOrFail({ id: 'n' });
    note.author.name = 'Bob';
    await notes.save(note);
    const stored = await readStored(engine.endpoint, table, { id: { S: 'n' } });
    expect(JSON.stringify(stored?.['author'])).toBe(JSON.stringify({ M: { ...author.M, n: { S: 'Bob' } } }));
    // stored under the name of another member, it can't be told from that one
    await storeRaw(engine.endpoint, table, { id: { S: 'm' }, author: { M: { name: { S: 'x' } } } });
    await rejected('ATTRIBUTE_TYPE', notes.get({ id: 'm' }));
  });
});

describe('what a schema says is refused by name', () => {
  // oxlint-disable-next-line typescript/no-explicit-any -- schemas that the toolbox's types refuse, too
  type Loose = any;
  const value = string() as Loose;
  const refused: readonly (readonly [feature: string, path: string, schema: Loose])[] = [
    ["required('always')", 'x', { x: string().required('always') }],
    ["required('always')", 'x.y', { x: map({ y: string().required('always') }) }],
    ['link()', 'x', { x: value.link(() => 'x') }],
    ['link()', 'x', { x: value.putLink(() => 'x') }],
    ['link()', 'x', { x: value.updateLink(() => 'x') }],
    ['link()', 'k', { k: value.key().link(() => 'x') }],
    ['link()', 'x.y', { x: map({ y: value.link(() => 'x') }) }],
    ['updateDefault()', 'x', { x: value.updateDefault('x') }],
    ['updateValidate()', 'x', { x: value.updateValidate(() => true) }],
    ['keyDefault()', 'x', { x: value.keyDefault('x') }],
    ['putDefault()', 'k', { k: value.key().putDefault('x') }],
    ['keyValidate()', 'x', { x: value.keyValidate(() => true) }],
    ['putValidate()', 'k', { k: value.key().putValidate(() => true) }],
    ['key()', 'x.y', { x: map({ y: string().key() }) }],
    ['strict()', 'x', { x: map({ y: string() }).strict() }],
    ['what dynamodb-toolbox refuses', 'the item', { x: string().savedAs('y'), y: string() }],
    ['what dynamodb-toolbox refuses', 'the item', { x: list(string().optional() as Loose) }],
  ];

  test.each(refused)('%s at %s', (feature, path, attributes) => {
    const schema = item({ id: string().key(), ...attributes });
    const error = caught('UNSUPPORTED_SCHEMA', () =>
      defineEntity({ name: 'Note', table: 'notes', version: 1, schema }),
    );
    expect(error.details).toMatchObject({ class: 'Note', path, feature });
  });

  test('strict() of the item', () => {
    const schema = item({ id: string().key() }).strict();
    const error = caught('UNSUPPORTED_SCHEMA', () =>
      defineEntity({ name: 'Note', table: 'notes', version: 1, schema }),
    );
    expect(error.details).toMatchObject({ path: 'the item', feature: 'strict()' });
  });
});
