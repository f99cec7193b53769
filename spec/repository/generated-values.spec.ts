import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import {
  Attribute,
  type Class,
  CreatedAt,
  Entity,
  Mapper,
  PartitionKey,
  Revision,
  TimeToLive,
  UpdatedAt,
  Versioned,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { type CannedEngine, failure, startCannedEngine } from '../support/canned-engine.js';
import { readStored, sendRaw, storeRaw } from '../support/raw-requests.js';

@Entity({ table: 'things' })
@Versioned(1)
class Thing {
  @PartitionKey() id!: string;
  @Attribute({ optional: true }) text?: string;
  @CreatedAt() created_at!: Date;
  @UpdatedAt() updated_at!: Date;
  @Revision() revision!: string;
}
@Entity({ table: 'things' })
@Versioned(1)
class InSeconds {
  @PartitionKey() id!: string;
  @CreatedAt({ type: 'epochSeconds' }) created_at!: Date;
  @UpdatedAt({ type: 'epochSeconds' }) updated_at!: Date;
}
@Entity({ table: 'things' })
@Versioned(1)
class InMilliseconds {
  @PartitionKey() id!: string;
  @CreatedAt({ type: 'epochMilliseconds', name: 'createdAt' }) created_at!: Date;
  @UpdatedAt({ type: 'epochMilliseconds', name: 'updatedAt' }) updated_at!: Date;
}
@Entity({ table: 'things' })
@Versioned(1)
class AsText {
  @PartitionKey() id!: string;
  @CreatedAt() created_at!: string;
  @UpdatedAt() updated_at!: string;
}
@Entity({ table: 'things' })
@Versioned(1)
class AsNumber {
  @PartitionKey() id!: string;
  @CreatedAt() created_at!: number;
  @UpdatedAt() updated_at!: number;
}
@Entity({ table: 'things' })
@Versioned(1)
class Expiring {
  @PartitionKey() id!: string;
  @TimeToLive({ name: 'expiry' }) expires_at?: Date;
}

const noon = new Date('2024-05-06T12:00:00.789Z');
const later = new Date('2024-05-06T12:00:05.432Z');

let engine: EmbeddedEngine;
const clock = jest.fn<() => Date>(() => noon);
const repositoryOf = <T extends object>(entity: Class<T>) =>
  new Mapper({ client: engine.client, entities: [entity], clock }).repository(entity);
const stored = (id: string) => readStored(engine.endpoint, 'things', { id: { S: id } });

beforeAll(async () => {
  engine = await startEmbeddedEngine();
  await new Mapper({ client: engine.client, entities: [Thing] }).createTables();
});
afterAll(() => engine.close());
afterEach(() => {
  clock.mockReset().mockReturnValue(noon);
});

const notations: [string, Class<{ id: string; created_at: unknown; updated_at: unknown }>, object, object, object][] = [
  [
    'ISO 8601 text',
    Thing,
    { created_at: noon, updated_at: later },
    { created_at: { S: noon.toISOString() }, updated_at: { S: later.toISOString() } },
    { created_at: noon, updated_at: later },
  ],
  [
    'seconds',
    InSeconds,
    { created_at: noon, updated_at: later },
    { created_at: { N: '1714996800' }, updated_at: { N: '1714996805' } },
    { created_at: new Date(1_714_996_800_000), updated_at: new Date(1_714_996_805_000) },
  ],
  [
    'milliseconds',
    InMilliseconds,
    { created_at: noon, updated_at: later },
    { createdAt: { N: '1714996800789' }, updatedAt: { N: '1714996805432' } },
    { created_at: noon, updated_at: later },
  ],
  [
    'text of the property',
    AsText,
    { created_at: noon.toISOString(), updated_at: later.toISOString() },
    { created_at: { S: noon.toISOString() }, updated_at: { S: later.toISOString() } },
    { created_at: noon.toISOString(), updated_at: later.toISOString() },
  ],
  [
    'a number of the property',
    AsNumber,
    { created_at: noon.getTime(), updated_at: later.getTime() },
    { created_at: { N: '1714996800789' }, updated_at: { N: '1714996805432' } },
    { created_at: noon.getTime(), updated_at: later.getTime() },
  ],
];

describe('the times of an entity', () => {
  test.each(notations)('are set and stored in its notation: %s', async (notation, entity, held, wire, readAgain) => {
    const repository = repositoryOf(entity);
    const one = await repository.insert(repository.create({ id: notation }));
    expect(one.updated_at).toEqual(one.created_at);
    clock.mockReturnValue(later);
    await repository.put(one);
    expect(one).toMatchObject(held);
    expect(await stored(notation)).toMatchObject(wire);
    expect(await repository.get({ id: notation })).toMatchObject(readAgain);
  });

  test('start with a given time of creation, and never with a given time of update', async () => {
    const things = repositoryOf(Thing);
    const thing = things.create({ id: 'given', created_at: new Date(0), updated_at: new Date(0) });
    await things.insert(thing);
    expect([thing.created_at, thing.updated_at]).toEqual([new Date(0), noon]);
    clock.mockReturnValue(later);
    await things.put(things.create({ id: 'given', created_at: new Date(1) }));
    expect(await stored('given')).toMatchObject({
      created_at: { S: new Date(1).toISOString() },
      updated_at: { S: later.toISOString() },
    });
  });

  test('keep the time of creation of a loaded entity, in the notation that is stored', async () => {
    const things = repositoryOf(Thing);
    const created = { S: '2024-03-01T09:15:07.123456+00:00' };
    await storeRaw(engine.endpoint, 'things', {
      id: { S: 'old' },
      created_at: created,
      updated_at: created,
      schema_version: { N: '1' },
    });
    const thing = await things.getOrFail({ id: 'old' });
    await things.put(thing);
    expect(await stored('old')).toMatchObject({ created_at: created, updated_at: { S: noon.toISOString() } });
    expect(thing.created_at).toEqual(new Date('2024-03-01T09:15:07.123Z'));
  });

  test('are written as today writes them, even where the stored time of update says the same', async () => {
    const things = repositoryOf(Thing);
    const updated = { S: '2024-05-06T12:00:00.789123+00:00' };
    await storeRaw(engine.endpoint, 'things', {
      id: { S: 'same' },
      updated_at: updated,
      schema_version: { N: '1' },
    });
    await things.put(await things.getOrFail({ id: 'same' }));
    expect(await stored('same')).toMatchObject({ updated_at: { S: noon.toISOString() } });
  });

  test('make up no time of creation for a loaded entity that never had one', async () => {
    const things = repositoryOf(Thing);
    await storeRaw(engine.endpoint, 'things', { id: { S: 'never' }, schema_version: { N: '1' } });
    const thing = await things.put(await things.getOrFail({ id: 'never' }));
    expect(thing.created_at).toBeUndefined();
    expect(await stored('never')).not.toHaveProperty('created_at');
    expect(await stored('never')).toHaveProperty('updated_at');
  });

  test('are Dates of their own', async () => {
    const things = repositoryOf(Thing);
    const thing = await things.insert(things.create({ id: 'own' }));
    thing.updated_at.setTime(0);
    thing.created_at.setTime(1);
    expect([thing.updated_at.getTime(), thing.created_at.getTime(), noon.getTime()]).toEqual([0, 1, 1_714_996_800_789]);
  });

  test("are the system's unless there is a clock", async () => {
    const things = new Mapper({ client: engine.client, entities: [Thing] }).repository(Thing);
    const before = Date.now();
    const { created_at: time } = await things.insert(things.create({ id: 'now' }));
    expect(time.getTime()).toBeGreaterThanOrEqual(before);
    expect(time.getTime()).toBeLessThanOrEqual(Date.now());
  });

  test('are an error where the clock has none', async () => {
    const things = repositoryOf(Thing);
    clock.mockReturnValue(new Date(Number.NaN));
    await expect(things.insert(things.create({ id: 'timeless' }))).rejects.toMatchObject({ code: 'ATTRIBUTE_TYPE' });
    expect(await stored('timeless')).toBeUndefined();
  });
});

test('the time to live is stored in whole seconds', async () => {
  const things = repositoryOf(Expiring);
  await things.insert(things.create({ id: 'expiring', expires_at: noon }));
  expect(await stored('expiring')).toMatchObject({ expiry: { N: '1714996800' } });
  expect(await things.get({ id: 'expiring' })).toEqual({
    id: 'expiring',
    expires_at: new Date('2024-05-06T12:00:00Z'),
  });
  await things.insert(things.create({ id: 'lasting' }));
  expect(await stored('lasting')).not.toHaveProperty('expiry');
});

test('every write stores a new revision, whatever the entity says', async () => {
  const things = repositoryOf(Thing);
  const thing = await things.insert(things.create({ id: 'revised', revision: 'mine' }));
  const revisions = [thing.revision];
  for (let at = 0; at < 3; at++) {
    await things.put(thing);
    revisions.push(thing.revision);
    expect(await stored('revised')).toMatchObject({ revision: { S: thing.revision } });
    thing.revision = 'mine';
  }
  expect(new Set(revisions).size).toBe(4);
  expect(revisions).not.toContain('mine');
});

describe('what a write makes is set on the entity only when it is stored', () => {
  let canned: CannedEngine;
  afterEach(() => canned?.close());

  test('not when the engine refuses', async () => {
    canned = await startCannedEngine(() => failure('ValidationException'));
    const things = new Mapper({ client: canned.client, entities: [Thing] }).repository(Thing);
    const thing = things.create({ id: 'refused' });
    await expect(things.insert(thing)).rejects.toMatchObject({ code: 'REQUEST_FAILED' });
    await expect(things.put(thing)).rejects.toMatchObject({ code: 'REQUEST_FAILED' });
    expect(Object.entries(thing)).toEqual([['id', 'refused']]);
    expect(things.stored(thing)).toBeUndefined();
  });

  test('not when the item was changed or deleted meanwhile', async () => {
    const things = repositoryOf(Thing);
    const thing = await things.insert(things.create({ id: 'contested' }));
    const before = Object.entries(thing);
    const storedBefore = things.stored(thing);
    clock.mockReturnValue(later);
    await things.put(await things.getOrFail({ id: 'contested' }));
    await expect(things.put(thing)).rejects.toMatchObject({ code: 'CONFLICT' });
    await sendRaw(engine.endpoint, 'DeleteItem', '{"TableName":"things","Key":{"id":{"S":"contested"}}}');
    await expect(things.put(thing)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(Object.entries(thing)).toEqual(before);
    expect(things.stored(thing)).toEqual(storedBefore);
  });

  test('not while the request is on its way', async () => {
    let answer = () => {};
    canned = await startCannedEngine(() => new Promise((resolve) => (answer = () => resolve({}))));
    const things = new Mapper({ client: canned.client, entities: [Thing] }).repository(Thing);
    const thing = things.create({ id: 'pending' });
    const inserting = things.insert(thing);
    while (canned.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(Object.entries(thing)).toEqual([['id', 'pending']]);
    answer();
    await inserting;
    expect(Object.keys(thing).toSorted()).toEqual(['created_at', 'id', 'revision', 'updated_at']);
  });
});
