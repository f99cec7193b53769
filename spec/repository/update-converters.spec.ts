import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Transform, Type } from 'class-transformer';
import { Attribute, Entity, isMapperError, Mapper, PartitionKey, type Repository, Versioned } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { readStored, storeRaw } from '../support/raw-requests.js';

class Address {
  city!: string;
  @Type(() => Date) since?: Date;
}

const sealed = (value: string) => `sealed ${value}`;
const opened = (value: string) => value.slice('sealed '.length);

@Entity({ table: 'people' })
@Versioned(1)
class Person {
  @PartitionKey() id!: string;
  @Attribute({ optional: true }) @Type(() => Date) visits?: Set<Date>;
  @Attribute({ optional: true }) @Type(() => Address) home?: Address;
  @Attribute({ optional: true }) @Type(() => Address) others?: Address[];
  @Attribute({ optional: true })
  @Transform(({ value }) => opened(value as string), { toClassOnly: true, groups: ['storage'] })
  @Transform(({ value }) => sealed(value as string), { toPlainOnly: true, groups: ['storage'] })
  secret?: string;
  @Attribute({ optional: true, type: 'number' }) balance?: number;
}

let engine: EmbeddedEngine;
let people: Repository<Person>;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
  const mapper = new Mapper({ client: engine.client, entities: [Person] });
  await mapper.createTables();
  people = mapper.repository(Person);
});
afterAll(() => engine.close());

const [first, second] = [new Date('2024-01-01T00:00:00.000Z'), new Date('2024-02-01T00:00:00.000Z')];
const stored = () => readStored(engine.endpoint, 'people', { id: { S: 'a' } });
beforeEach(() =>
  storeRaw(engine.endpoint, 'people', {
    id: { S: 'a' },
    visits: { SS: [first.toISOString()] },
    home: { M: { city: { S: 'Oslo' } } },
    others: { L: [{ M: { city: { S: 'Rome' } } }] },
    secret: { S: sealed('x') },
    balance: { N: '1' },
    schema_version: { N: '1' },
  }),
);

test('add and delete take members as the Set holds them', async () => {
  const added = await people.update({ id: 'a' }, { add: { visits: new Set([second]) } });
  expect([...(added.visits ?? [])].map((visit) => visit.toISOString()).toSorted()).toEqual([
    first.toISOString(),
    second.toISOString(),
  ]);
  await people.update({ id: 'a' }, { delete: { visits: new Set([first]) } });
  expect(await stored()).toMatchObject({ visits: { SS: [second.toISOString()] } });
});

test('set takes instances below an attribute', async () => {
  const since = first;
  const home = await people.update({ id: 'a' }, { set: { 'home.since': since } });
  expect(home.home).toEqual(Object.assign(new Address(), { city: 'Oslo', since }));
  await people.update({ id: 'a' }, { set: { 'others[0]': Object.assign(new Address(), { city: 'Bern', since }) } });
  expect(await stored()).toMatchObject({
    home: { M: { since: { S: since.toISOString() } } },
    others: { L: [{ M: { city: { S: 'Bern' }, since: { S: since.toISOString() } } }] },
  });
});

test('set stores what a storage transform makes', async () => {
  const person = await people.update({ id: 'a' }, { set: { secret: 'y' } });
  expect(person.secret).toBe('y');
  expect(await stored()).toMatchObject({ secret: { S: 'sealed y' } });
});

test.each<[string, object]>([
  ['a number that is added to a Set', { add: { visits: 1 } }],
  ['a Set that is added to a number', { add: { balance: new Set([1]) } }],
  ['text among dates', { add: { visits: new Set(['soon']) } }],
  ['a value of another type below an attribute', { set: { 'home.since': 'soon' } }],
])('%s is refused by name', async (_what, clauses) => {
  const error: unknown = await people.update({ id: 'a' }, clauses as never).catch((reason: unknown) => reason);
  expect(isMapperError(error, 'INVALID_ARGUMENT')).toBe(true);
  expect(await stored()).toMatchObject({ visits: { SS: [first.toISOString()] }, balance: { N: '1' } });
});
