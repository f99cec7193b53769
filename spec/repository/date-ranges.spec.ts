import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  Entity,
  Index,
  Mapper,
  PartitionKey,
  type QueryOptions,
  type Repository,
  SortKey,
  Versioned,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import fc from 'fast-check';
import { modelOf } from '../../lib/hydration/model-of.js';
import { shapeOf } from '../../lib/schema/entity-shape.js';
import { describe as describeShape } from '../../lib/schema/shape-difference.js';
import { textsOf, times } from '../support/date-texts.js';
import { cases } from '../support/effort.js';
import { errorOf } from '../support/notes.js';
import { storeRaw } from '../support/raw-requests.js';
import { recordingClient } from '../support/recording-client.js';

@Entity({ table: 'readings' })
@Versioned(1)
@Index('by_seen', { partitionKey: 'kind', sortKey: 'seen' })
class Reading {
  @PartitionKey() sensor!: string;
  @SortKey() at!: Date;
  @Attribute() kind!: string;
  @Attribute() seen!: Date;
}

@Entity({ table: 'strict_readings' })
@Versioned(1)
class StrictReading {
  @PartitionKey() sensor!: string;
  @SortKey({ notation: 'canonical' }) at!: Date;
  @Attribute({ notation: 'canonical', optional: true }) seen?: Date;
}

const { DATE_RANGE_CASES: count = cases(150), DATE_RANGE_SEED: seed = '1' } = process.env;
// engines have no place for other years among sorted texts
const stored = times.filter((time) => /^\d/.test(new Date(time).toISOString())).flatMap((time) => textsOf(time));
const timeOf = new Map(times.flatMap((time) => textsOf(time).map((text) => [text, time] as const)));

let engine: EmbeddedEngine;
let recording: ReturnType<typeof recordingClient>;
let readings: Repository<Reading>;
let strict: Repository<StrictReading>;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
  recording = recordingClient(engine.client);
  const mapper = new Mapper({ client: recording.client, entities: [Reading, StrictReading], cursorSecret: 'secret' });
  await mapper.createTables();
  readings = mapper.repository(Reading);
  strict = mapper.repository(StrictReading);
  for (const S of stored.filter((text) => /^\d/.test(text))) {
    await storeRaw(engine.endpoint, 'readings', { sensor: { S: 'a' }, at: { S }, kind: { S: 'k' }, seen: { S } });
  }
}, 300_000);
afterAll(() => engine.close());

const all = stored.filter((text) => /^\d/.test(text));
const arbitraryTime = fc.constantFrom(...times, Date.parse('2024-02-29T09:15:00.500Z'));
const text = (time: number) => new Date(time).toISOString();
type Range = NonNullable<QueryOptions<Reading>['range']>;

/** A range, and whether a time is in it. */
const arbitraryRange: fc.Arbitrary<readonly [Range, (time: number) => boolean]> = fc.oneof(
  arbitraryTime.map((operand) => [new Date(operand), (time: number) => time === operand] as const),
  fc.tuple(fc.constantFrom('eq', 'lt', 'lte', 'gt', 'gte'), arbitraryTime).map(([operator, operand]) => {
    const holds = (time: number) => {
      if (operator === 'eq') return time === operand;
      if (operator === 'lt') return time < operand;
      if (operator === 'lte') return time <= operand;
      return operator === 'gt' ? time > operand : time >= operand;
    };
    return [{ [operator]: new Date(operand) }, holds] as const;
  }),
  fc.tuple(arbitraryTime, arbitraryTime).map(([a, b]) => {
    const [from, to] = [Math.min(a, b), Math.max(a, b)];
    return [{ between: [new Date(from), new Date(to)] }, (time: number) => time >= from && time <= to] as const;
  }),
  fc
    .constantFrom(
      '2',
      '2024',
      '2024-',
      '2024-0',
      '2024-02',
      '2024-02-29',
      '2024-02-29T',
      '2024-02-29T09:1',
      '2024-02-30',
      '9999',
      '0000',
    )
    .map((prefix) => [{ beginsWith: prefix }, (time: number) => text(time).startsWith(prefix)] as const),
);

describe.each<[string, Pick<QueryOptions<Reading>, 'partition' | 'index'>]>([
  ['the table', { partition: 'a' }],
  ['an index', { partition: 'k', index: 'by_seen' }],
])('a range of dates of %s', (_name, options) => {
  test('finds the dates in it, in whatever notation they are stored, in the order of the texts', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryRange, fc.boolean(), async ([range, holds], reverse) => {
        const wanted = all.filter((each) => holds(timeOf.get(each) as number)).toSorted();
        const query = readings.query({ ...options, range, reverse });
        const found = (await query.all()).map((reading) => readings.stored(reading)?.item['at']);
        expect(found).toEqual(reverse ? wanted.toReversed() : wanted);
        expect(await query.count()).toBe(wanted.length);
      }),
      { numRuns: Number(count), seed: Number(seed) },
    );
  }, 300_000);

  test('comes in pages of as many as were asked for', async () => {
    const range: Range = { between: [new Date('2024-02-29T09:15:00.000Z'), new Date('2024-02-29T23:00:00.000Z')] };
    const expected = (await readings.query({ ...options, range }).all()).length;
    const sizes: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await readings.query({ ...options, range, limit: 4, pageSize: 3, ...(cursor && { cursor }) }).page();
      sizes.push(page.items.length);
      ({ cursor } = page);
    } while (cursor !== undefined);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(expected);
    expect(sizes.slice(0, -1).every((size) => size === 4)).toBe(true);
  });

  test('has cursors of its own, although the engine is asked the same for others', async () => {
    const range = (hour: string): Range => ({ gte: new Date(`2024-02-29T${hour}:00:00.000Z`) });
    const { cursor } = await readings.query({ ...options, range: range('09'), limit: 2 }).page();
    const error = await errorOf(
      readings.query({ ...options, range: range('10'), limit: 2, ...(cursor && { cursor }) }).page(),
    );
    expect(error.code).toBe('INVALID_CURSOR');
  });
});

test('a sort key is a date of a year that engines sort', async () => {
  const at = new Date('+010000-01-01T00:00:00.000Z');
  const reading = readings.create({ sensor: 'b', at, kind: 'k', seen: new Date() });
  expect((await errorOf(readings.insert(reading))).code).toBe('INVALID_KEY_VALUE');
  const seen = { set: { seen: new Date('-000001-01-01T00:00:00.000Z') } };
  expect((await errorOf(readings.update({ sensor: 'a', at: new Date() }, seen))).code).toBe('INVALID_KEY_VALUE');
});

describe('dates that are all stored as they are written', () => {
  const at = new Date('2024-02-29T09:15:00.000Z');

  test('are compared by the engine alone', async () => {
    await strict.insert(strict.create({ sensor: 'a', at, seen: at }));
    recording.reset();
    const found = await strict.query({ partition: 'a', range: { gte: at }, filter: { attr: 'seen', lte: at } }).all();
    expect(found.map((reading) => reading.at)).toEqual([at]);
    const [{ input }] = recording.of('Query') as unknown as [{ input: Record<string, unknown> }];
    expect(Object.values(input['ExpressionAttributeValues'] as object)).toEqual([
      { S: 'a' },
      { S: at.toISOString() },
      { S: at.toISOString() },
      { N: '1' },
    ]);
  });

  test.each(['2024-02-29T09:15:00Z', '2024-02-29T11:15:00.000+02:00', '2024-02-29'])(
    'are of the wrong type in another notation: %s',
    async (seen) => {
      const wire = { sensor: { S: 'a' }, at: { S: at.toISOString() }, seen: { S: seen } };
      expect(() => strict.hydrate(wire)).toThrow(/declared type is Date \(ISO 8601 text as toISOString writes it\)/);
    },
  );

  test('stand in the schema lock', () => {
    const { seen } = shapeOf(modelOf(StrictReading)).attributes;
    expect(seen && describeShape(seen)).toBe('date, canonical, optional');
  });

  test('are declared by the one notation that there is', () => {
    class Wrong {
      sensor!: string;
    }
    Entity({ table: 'wrong' })(Wrong);
    Versioned(1)(Wrong);
    PartitionKey({ type: 'date', notation: 'iso' as 'canonical' })(Wrong.prototype, 'sensor');
    expect(() => new Mapper({ client: engine.client, entities: [Wrong] })).toThrow(
      /notation isn't a notation; the only one/,
    );
  });

  test('are dates that are stored as text', () => {
    class Wrong {
      sensor!: string;
      seen!: Date;
    }
    Entity({ table: 'wrong' })(Wrong);
    Versioned(1)(Wrong);
    PartitionKey({ type: 'string' })(Wrong.prototype, 'sensor');
    Attribute({ type: 'epochSeconds', notation: 'canonical' })(Wrong.prototype, 'seen');
    expect(() => new Mapper({ client: engine.client, entities: [Wrong] })).toThrow(
      /a notation, which only dates as text/,
    );
  });
});
