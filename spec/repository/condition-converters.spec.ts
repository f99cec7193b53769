import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Expose, Transform, Type } from 'class-transformer';
import { Attribute, type Condition, Entity, Mapper, PartitionKey, type Repository, Versioned } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { compiledCondition } from '../../lib/read/compiled-condition.js';
import { contextFor } from '../../lib/read/entity-context.js';
import { errorOf } from '../support/notes.js';

const storage = { groups: ['storage'] };

class Address {
  city!: string;
  @Expose({ name: 'z', ...storage }) zip?: string;
  @Type(() => Date) since?: Date;
  @Type(() => Date) visits?: Set<Date>;
  @Transform(({ value }) => String(value).toUpperCase(), { ...storage, toPlainOnly: true }) country?: string;
}

const sealed = (value: string) => `sealed ${value}`;

@Entity({ table: 'people' })
@Versioned(1)
class Person {
  @PartitionKey() id!: string;
  @Attribute() name!: string;
  @Attribute({ type: 'epochSeconds' }) seen!: Date;
  @Attribute({ type: 'epochMilliseconds', nullable: true }) left!: Date | null;
  @Attribute() tags!: Set<string>;
  @Attribute() @Type(() => Date) days!: Set<Date>;
  @Attribute() @Type(() => Date) times!: Date[];
  @Attribute() @Type(() => Date) byName!: Map<string, Date>;
  @Attribute() @Type(() => Address) home!: Address;
  @Attribute() @Type(() => Address) others!: Address[];
  @Attribute() born!: Date;
  @Attribute()
  @Transform(({ value }) => (value as string).slice(sealed('').length), { ...storage, toClassOnly: true })
  @Transform(({ value }) => sealed(value as string), { ...storage, toPlainOnly: true })
  secret!: string;
  @Attribute()
  @Transform(({ value }) => new Set([...(value as Set<string>)].map((tag) => tag.toUpperCase())), {
    ...storage,
    toPlainOnly: true,
  })
  upper!: Set<string>;
}

const [day, later] = [new Date('2024-01-01T00:00:00.000Z'), new Date('2024-02-01T00:00:00.000Z')];
const address = Object.assign(new Address(), {
  city: 'Oslo',
  zip: '0150',
  since: day,
  visits: new Set([day]),
  country: 'no',
});

let engine: EmbeddedEngine;
let mapper: Mapper;
let people: Repository<Person>;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
  mapper = new Mapper({ client: engine.client, entities: [Person] });
  await mapper.createTables();
  people = mapper.repository(Person);
  await people.insert(
    people.create({
      id: 'a',
      name: 'Ann',
      seen: day,
      left: null,
      tags: new Set(['x']),
      days: new Set([day]),
      times: [day],
      byName: new Map([['first', day]]),
      home: address,
      others: [address],
      born: day,
      secret: 'word',
      upper: new Set(['a']),
    }),
  );
});
afterAll(() => engine.close());

/** By property or path: conditions that hold on the person, and conditions that don't. */
const conditions: Record<string, [holding: Condition<Person>[], failing: Condition<Person>[]]> = {
  'contains: a member of a Set of dates': [[{ attr: 'days', contains: day }], [{ attr: 'days', contains: later }]],
  'contains: a member of a list of dates': [[{ attr: 'times', contains: day }], [{ attr: 'times', contains: later }]],
  'contains: a member of a nested Set of dates': [
    [{ attr: 'home.visits', contains: day }],
    [{ attr: 'home.visits', contains: later }],
  ],
  'contains: a member of a Set of strings': [[{ attr: 'tags', contains: 'x' }], [{ attr: 'tags', contains: 'y' }]],
  'contains: a part of a text': [[{ attr: 'name', contains: 'nn' }], [{ attr: 'name', contains: 'x' }]],
  'contains: a part of the text of a date': [
    [{ attr: 'born', contains: '01-01' }],
    [{ attr: 'born', contains: '02-01' }],
  ],
  'contains: a member that a transform stores': [
    [{ attr: 'upper', contains: 'a' }],
    [{ attr: 'upper', contains: 'b' }],
  ],
  'beginsWith: text, and text of dates': [
    [
      { attr: 'name', beginsWith: 'A' },
      { attr: 'born', beginsWith: '2024-01' },
      { attr: 'home.since', beginsWith: '2024-01' },
    ],
    [
      { attr: 'name', beginsWith: 'n' },
      { attr: 'born', beginsWith: '2024-02' },
    ],
  ],
  'dates as numbers': [
    [
      { attr: 'seen', eq: day },
      { attr: 'seen', in: [later, day] },
      { attr: 'seen', between: [day, later] },
    ],
    [
      { attr: 'seen', ne: day },
      { attr: 'seen', gte: later },
    ],
  ],
  'null where it is a value': [[{ attr: 'left', eq: null }], [{ attr: 'left', ne: null }]],
  'dates below an attribute': [
    [
      { attr: 'home.since', eq: day },
      { attr: 'home.since', in: [day, later] },
      { attr: 'home.since', lt: later },
      { attr: 'home.since', between: [day, later] },
      { attr: 'others[0].since', lte: day },
      { attr: 'times[0]', eq: day },
      { attr: 'byName.first', gte: day },
      { attr: "byName['first']", ne: later },
    ],
    [
      { attr: 'home.since', ne: day },
      { attr: 'home.since', gt: day },
      { attr: 'others[0].since', lt: day },
      { attr: 'times[0]', eq: later },
      { attr: 'byName.first', gt: day },
    ],
  ],
  'properties that are stored under another name': [
    [
      { attr: 'home.zip', eq: '0150' },
      { attr: 'home.z', eq: '0150' },
      { attr: 'others[0].zip', beginsWith: '01' },
      { size: 'home.zip', eq: 4 },
      { attr: 'home.zip', exists: true },
    ],
    [{ attr: 'home.zip', eq: '0151' }],
  ],
  'values that a transform stores': [
    [
      { attr: 'secret', eq: 'word' },
      { attr: 'secret', in: ['x', 'word'] },
      { attr: 'home.country', eq: 'no' },
    ],
    [
      { attr: 'secret', eq: 'sealed word' },
      { attr: 'home.country', ne: 'NO' },
    ],
  ],
};

describe.each(Object.entries(conditions))('%s', (_name, [holding, failing]) => {
  test.each(holding)('%j holds', async (filter) => {
    expect(await people.scan({ filter }).count()).toBe(1);
    await expect(people.update({ id: 'a' }, { set: { name: 'Ann' } }, { condition: filter })).resolves.toBeDefined();
  });

  test.each(failing)('%j doesn’t hold', async (filter) => {
    expect(await people.scan({ filter }).count()).toBe(0);
    const error = await errorOf(people.update({ id: 'a' }, { set: { name: 'Bob' } }, { condition: filter }));
    expect(error.code).toBe('CONDITION_FAILED');
  });
});

// the embedded engine finds no maps in lists, and takes none for equal
test('an instance is compared as it is stored, alone and as the member of a list', () => {
  const text = day.toISOString();
  const M = { city: { S: 'Oslo' }, z: { S: '0150' }, since: { S: text }, visits: { SS: [text] }, country: { S: 'NO' } };
  const compiled = (condition: Condition<Person>) => compiledCondition(mapper[contextFor](Person), condition, 'filter');
  expect(compiled({ attr: 'home', eq: address })).toMatchObject({ attribute: 'home', eq: { M } });
  expect(compiled({ attr: 'others', contains: address })).toMatchObject({ attribute: 'others', contains: { M } });
  expect(compiled({ attr: 'others[0]', in: [address] })).toMatchObject({ within: [0], in: [{ M }] });
});

test('what a transform throws is an error that says where', async () => {
  const operand = {
    toString: (): string => {
      throw new Error('no country');
    },
  };
  const condition = { attr: 'home.country', eq: operand } as unknown as Condition<Person>;
  const reading = await errorOf(people.scan({ filter: condition }).all());
  expect(reading).toMatchObject({ code: 'HYDRATION_FAILED', details: { member: 'home' } });
  const writing = await errorOf(people.update({ id: 'a' }, { set: { 'home.country': operand } }));
  expect(writing).toMatchObject({ code: 'HYDRATION_FAILED', details: { member: 'home' } });
});

describe('an operand that has no meaning is refused', () => {
  test.each<[unknown, string]>([
    [{ attr: 'days', contains: 'x' }, 'filter.contains is a string, but each member is what @Type names'],
    [
      { attr: 'secret', beginsWith: 'w' },
      'filter.beginsWith is stored through a @Transform, so what is stored for a part of it is unknown',
    ],
    [
      { attr: 'home.country', contains: 'n' },
      'filter.contains is stored through a @Transform, so what is stored for a part of it is unknown',
    ],
    [
      { attr: 'upper[0]', eq: 'a' },
      'filter.attr is inside a value that is stored through a @Transform; use that one as a whole',
    ],
    [{ attr: 'home.since', gt: '2024' }, 'filter.gt is a string, but its type is what @Type names'],
    [{ attr: 'home.since', in: [day, 5] }, 'filter.in[1] is a number, but its type is what @Type names'],
    [
      { attr: 'born', eq: null },
      'filter.eq is null, but the type of born is Date (ISO 8601 text); declare it { nullable: true } if it can be null',
    ],
  ])('%j', async (filter, message) => {
    const error = await errorOf(people.scan({ filter: filter as Condition<Person> }).all());
    expect(error).toMatchObject({ code: 'INVALID_CONDITION', message: expect.stringContaining(message) });
  });
});
