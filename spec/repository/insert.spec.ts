import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  Entity,
  isMapperError,
  Mapper,
  type MapperError,
  PartitionKey,
  type Repository,
  Revision,
  Versioned,
} from 'dynamo-evolve';
import type { EmbeddedEngine } from 'dynamo-evolve/testing';
import { type CannedEngine, startCannedEngine } from '../support/canned-engine.js';
import { engines } from '../support/engines.js';
import { readRaw, readStored, storeRaw } from '../support/raw-requests.js';

class Place {
  city = 'Paris';
}

@Entity({ table: 'people' })
@Versioned(1, { attribute: 'v' })
class Person {
  @PartitionKey({ name: 'person_id' }) id!: string;
  @Attribute() name!: string;
  @Attribute({ type: 'any' }) anything!: unknown;
  @Attribute({ optional: true }) age?: number;
  @Attribute({ optional: true, name: 'home town' }) town?: string;
  @Attribute({ optional: true }) tags?: Set<string>;
  @Attribute({ optional: true }) place?: Place;
  @Revision() revision!: string;
  secret = 'not stored';
}
class Employee extends Person {}

async function errorOf(work: Promise<unknown>): Promise<MapperError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (isMapperError(error)) return error;
  throw new Error('no MapperError was thrown', { cause: error });
}

describe.each(engines)('insert() on %s', (_what, start) => {
  let engine: EmbeddedEngine;
  let people: Repository<Person>;
  beforeAll(async () => {
    engine = await start();
    const mapper = new Mapper({ client: engine.client, entities: [Person] });
    await mapper.createTables();
    people = mapper.repository(Person);
  });
  afterAll(() => engine.close());

  let count = 0;
  const newPerson = (more: Partial<Person> = {}) =>
    people.create({ id: `person ${++count}`, name: 'Ada', anything: 1, ...more });
  const keyOf = ({ id }: Person) => ({ person_id: { S: id } });

  test('stores the attributes under their stored names, and the version, and resolves to the entity', async () => {
    const person = newPerson({ age: 36, town: 'London', tags: new Set(['maths']), anything: { deep: [null] } });
    expect(await people.insert(person)).toBe(person);
    expect(await readStored(engine.endpoint, 'people', keyOf(person))).toEqual({
      person_id: { S: person.id },
      name: { S: 'Ada' },
      anything: { M: { deep: { L: [{ NULL: true }] } } },
      age: { N: '36' },
      'home town': { S: 'London' },
      tags: { SS: ['maths'] },
      revision: { S: person.revision },
      v: { N: '1' },
    });
    expect(await people.get({ id: person.id })).toEqual(person);
  });

  test('leaves out what is undefined, and an empty Set', async () => {
    const person = await people.insert(newPerson({ tags: new Set(), anything: new Set() }));
    expect(Object.keys((await readStored(engine.endpoint, 'people', keyOf(person))) ?? {}).toSorted()).toEqual([
      'name',
      'person_id',
      'revision',
      'v',
    ]);
  });

  test.each([
    ['of this version', { N: '1' }],
    ['of a newer version', { N: '9' }],
    ['without a version', undefined],
    ['whose version is broken', { S: '1' }],
  ])('refuses where there is an item %s', async (_which, version) => {
    const person = newPerson();
    await storeRaw(engine.endpoint, 'people', { ...keyOf(person), ...(version && { v: version }) });
    const before = await readRaw(engine.endpoint, 'people', keyOf(person));
    expect(await errorOf(people.insert(person))).toMatchObject({
      code: 'ALREADY_EXISTS',
      details: { entity: 'Person', key: { person_id: person.id } },
    });
    expect(await readRaw(engine.endpoint, 'people', keyOf(person))).toBe(before);
    expect([person.revision, people.stored(person)]).toEqual([undefined, undefined]);
  });

  test('stores an entity once', async () => {
    const person = await people.insert(newPerson());
    expect((await errorOf(people.insert(person))).code).toBe('ALREADY_EXISTS');
  });

  test('lets one of many win', async () => {
    const { id } = newPerson();
    const rivals = Array.from({ length: 5 }, (_, at) => people.create({ id, name: `rival ${at}`, anything: at }));
    const outcomes = await Promise.allSettled(rivals.map((rival) => people.insert(rival)));
    const winners = rivals.filter((_, at) => outcomes[at]?.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    expect(await people.get({ id })).toEqual(winners[0]);
  });

  test('takes an instance of a subclass', async () => {
    const employee = Object.assign(new Employee(), { id: `person ${++count}`, name: 'Grace', anything: 0 });
    await people.insert(employee);
    expect(await people.get({ id: employee.id })).toMatchObject({ name: 'Grace' });
  });
});

describe.each(['insert', 'put'] as const)('%s() sends nothing', (call) => {
  let canned: CannedEngine;
  afterEach(() => canned.close());
  const refuse = async (person: unknown) => {
    canned = await startCannedEngine(() => ({}));
    const people = new Mapper({ client: canned.client, entities: [Person] }).repository(Person);
    const error = await errorOf(people[call](person as Person));
    expect(canned.requests).toEqual([]);
    return error;
  };
  const person = (members: object) => Object.assign(new Person(), { id: 'a', name: 'Ada', anything: 1 }, members);

  test.each([
    ['a plain object', { id: 'a', name: 'Ada', anything: 1 }],
    ['an instance of another class', new Place()],
    ['nothing', undefined],
    ['null', null],
    ['text', 'a'],
  ])("for %s: it isn't an entity", async (_what, value) => {
    expect(await refuse(value)).toMatchObject({ code: 'INVALID_ARGUMENT', details: { argument: 'the entity' } });
  });

  test('while required attributes are missing, and names them all', async () => {
    const error = await refuse(person({ name: undefined, anything: undefined }));
    expect(error).toMatchObject({
      code: 'MISSING_ATTRIBUTE',
      details: { entity: 'Person', key: { person_id: 'a' }, members: ['name', 'anything'] },
    });
  });

  test.each([
    ['absent', undefined],
    ['null', null],
    ['empty', ''],
    ['a number', 7],
    ['a Date', new Date(0)],
  ])('while the key is %s', async (_what, id) => {
    expect(await refuse(person({ id }))).toMatchObject({
      code: 'INVALID_KEY_VALUE',
      details: { class: 'Person', member: 'id' },
    });
  });

  test.each<[string, object, string, object]>([
    ['has another type', { age: '36' }, 'ATTRIBUTE_TYPE', { attribute: 'age', key: { person_id: 'a' } }],
    ['is null where the type has none', { name: null }, 'ATTRIBUTE_TYPE', { attribute: 'name' }],
    ["isn't a number", { age: Number.NaN }, 'INVALID_NUMBER', { path: 'age' }],
    ['is a number that would lose digits', { anything: [2 ** 60] }, 'INVALID_NUMBER', { path: 'anything[0]' }],
    ['is a function', { anything: { deep: [() => {}] } }, 'UNSUPPORTED_VALUE', { path: 'anything.deep[0]' }],
    ['is an instance of an unknown class', { anything: new Place() }, 'UNSUPPORTED_VALUE', { path: 'anything' }],
    ['is an empty Set inside', { anything: [new Set()] }, 'EMPTY_SET', { path: 'anything[0]' }],
    ['is a Set of several types', { tags: new Set(['a', 1]) }, 'UNSUPPORTED_VALUE', { path: 'tags' }],
  ])('while a value %s', async (_what, members, code, details) => {
    expect(await refuse(person(members))).toMatchObject({ code, details });
  });
});
