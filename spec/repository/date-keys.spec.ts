import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  Entity,
  Index,
  type Item,
  Mapper,
  PartitionKey,
  type Repository,
  SortKey,
  Upgrade,
  Versioned,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { readStored, storeRaw } from '../support/raw-requests.js';

@Entity({ table: 'readings' })
@Versioned(1)
@Index('by_day', { partitionKey: 'day', sortKey: 'at' })
class Reading {
  @PartitionKey() sensor!: string;
  @SortKey() at!: Date;
  @Attribute({ optional: true }) day?: Date;
  @Attribute() value!: number;
}

@Entity({ table: 'logs' })
@Versioned(1)
class Log {
  @PartitionKey({ template: 'LOG#{at}' }) pk!: string;
  @Attribute() at!: Date;
  @Attribute({ optional: true }) value?: number;
}

let engine: EmbeddedEngine;
let readings: Repository<Reading>;
let logs: Repository<Log>;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
  const mapper = new Mapper({ client: engine.client, entities: [Reading, Log] });
  await mapper.createTables();
  readings = mapper.repository(Reading);
  logs = mapper.repository(Log);
});
afterAll(() => engine.close());

const all = async () => (await readings.scan().all()).map(({ at, value }) => `${at.toISOString()} ${value}`).toSorted();

describe.each(['2024-03-01T10:00:00+02:00', '2024-03-01T08:00:00Z', '2024-03-01 08:00:00.000000+00:00'])(
  'an entity whose key is stored as %s',
  (text) => {
    const time = '2024-03-01T08:00:00.000Z';
    const stored = () => readStored(engine.endpoint, 'readings', { sensor: { S: 'a' }, at: { S: text } });
    const read = async () => {
      const [reading] = await readings.query({ partition: 'a' }).all();
      return reading as Reading;
    };

    beforeEach(async () => {
      await readings.deleteMany(await readings.scan().all());
      const item = { sensor: { S: 'a' }, at: { S: text }, day: { S: '2024-03-01' }, value: { N: '1' } };
      await storeRaw(engine.endpoint, 'readings', item);
    });

    test('is found by the key that was read', async () => {
      const { at, day, sensor } = await read();
      expect(await readings.get({ sensor, at })).toMatchObject({ value: 1 });
      expect(await readings.getOrFail(await read())).toMatchObject({ value: 1 });
      expect(await readings.getMany([{ sensor, at }])).toMatchObject([{ value: 1 }]);
      expect(await readings.query({ index: 'by_day', partition: day as Date }).all()).toMatchObject([{ value: 1 }]);
    });

    test('is found by itself where it holds an equal Date', async () => {
      const reading = await read();
      reading.at = new Date(reading.at);
      expect(await readings.get(reading)).toMatchObject({ value: 1 });
      await readings.save(Object.assign(reading, { value: 2 }));
      await readings.put(Object.assign(reading, { value: 3 }));
      expect(await readings.update(reading, { set: { value: 4 } })).toMatchObject({ value: 4 });
      expect(await all()).toEqual([`${time} 4`]);
      expect(await readings.delete(reading)).toBe(true);
      expect(await stored()).toBeUndefined();
    });

    test('is saved, put, updated and deleted under its own key', async () => {
      const reading = await read();
      await readings.save(Object.assign(reading, { value: 2 }));
      expect(await stored()).toMatchObject({ value: { N: '2' } });
      await readings.put(Object.assign(reading, { value: 3 }));
      await readings.putMany([Object.assign(reading, { value: 4 })]);
      await readings.putMany([Object.assign(reading, { value: 5 })], { unconditional: true });
      expect(await stored()).toMatchObject({ at: { S: text }, value: { N: '5' } });
      const { at, sensor } = reading;
      await readings.update({ sensor, at }, { set: { value: 6 } });
      expect(await stored()).toMatchObject({ value: { N: '6' } });
      expect(await all()).toEqual([`${time} 6`]);
      expect(await readings.delete({ sensor, at })).toBe(true);
      expect(await all()).toEqual([]);
    });

    test('is deleted among many', async () => {
      await readings.deleteMany([await read()]);
      expect(await all()).toEqual([]);
    });

    test('is deleted in a batch', async () => {
      const { at, sensor } = await read();
      await readings.deleteMany([{ sensor, at }], { unconditional: true });
      expect(await all()).toEqual([]);
    });

    test('is replaced by a new one with the Date that was read', async () => {
      const { at, sensor } = await read();
      await readings.put(readings.create({ sensor, at, value: 7 }));
      expect(await stored()).toMatchObject({ at: { S: text }, value: { N: '7' } });
      expect(await all()).toEqual([`${time} 7`]);
    });

    test('is another one as soon as its Date is changed', async () => {
      const reading = await read();
      reading.at.setUTCMinutes(30);
      expect(await readings.get(reading)).toBeUndefined();
      await readings.put(reading);
      expect(await all()).toEqual([`${time} 1`, '2024-03-01T08:30:00.000Z 1']);
    });
  },
);

test('a key that is made of a date is the one of its item, whichever of both is in another notation', async () => {
  const [text, usual] = ['2024-03-01T10:00:00+02:00', '2024-03-01T08:00:00.000Z'];
  const keyOf = (at: string) => ({ pk: { S: `LOG#${at}` } });
  for (const [key, at] of [
    [text, text],
    [text, usual],
    [usual, text],
    [text, undefined],
  ] as const) {
    await storeRaw(engine.endpoint, 'logs', { ...keyOf(key), ...(at && { at: { S: at } }) });
    const [log] = await logs.scan().all();
    expect(log?.at.toISOString()).toBe(usual);
    await logs.save(Object.assign(log as Log, { value: 2 }));
    await logs.update(log as Log, { set: { value: 3 } });
    expect(await readStored(engine.endpoint, 'logs', keyOf(key))).toMatchObject({ value: { N: '3' } });
    expect(await logs.get(log as Log)).toMatchObject({ value: 3 });
    expect(await logs.delete(log as Log)).toBe(true);
    expect(await logs.scan().count()).toBe(0);
  }
});

test('an upgrade may write a date that is part of a key in another notation', () => {
  @Entity({ table: 'logs' })
  @Versioned(2)
  class Normalized {
    @PartitionKey({ template: 'LOG#{at}' }) pk!: string;
    @Attribute() at!: Date;

    @Upgrade(1, 2) static normalize(item: Item): void {
      item.at = item.later ? '2025-01-01T00:00:00.000Z' : new Date(String(item.at)).toISOString();
    }
  }
  const mapper = new Mapper({ client: engine.client, entities: [Normalized] });
  const text = '2024-03-01T10:00:00+02:00';
  const item = { pk: { S: `LOG#${text}` }, at: { S: text } };
  const repository = mapper.repository(Normalized);
  expect(repository.hydrate(item).at.toISOString()).toBe('2024-03-01T08:00:00.000Z');
  expect(() => repository.hydrate({ ...item, later: { BOOL: true } })).toThrow(
    expect.objectContaining({ cause: expect.objectContaining({ code: 'PROTECTED_ATTRIBUTE' }) }),
  );
});
