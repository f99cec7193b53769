import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  type Class,
  Entity,
  Index,
  Mapper,
  PartitionKey,
  type QueryOptions,
  type Repository,
  SortKey,
  Upgrade,
  Versioned,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { type CannedEngine, startCannedEngine } from '../support/canned-engine.js';
import { storeRaw } from '../support/raw-requests.js';

@Entity({ table: 'texts' })
@Versioned(1)
@Index('by_group', { partitionKey: 'group', sortKey: 'sort' })
@Index('by_rank', { sortKey: 'rank' })
@Index('by_group_alone', { partitionKey: 'group' })
class ByText {
  @PartitionKey() part!: string;
  @SortKey() sort!: string;
  @Attribute() group!: number;
  @Attribute() rank!: number;
}
@Entity({ table: 'numbers' })
@Versioned(1)
class ByNumber {
  @PartitionKey() part!: number;
  @SortKey() sort!: number;
}
@Entity({ table: 'bigints' })
@Versioned(1)
class ByBigint {
  @PartitionKey() part!: bigint;
  @SortKey() sort!: bigint;
}
@Entity({ table: 'bytes' })
@Versioned(1)
class ByBytes {
  @PartitionKey() part!: Uint8Array;
  @SortKey({ name: 's' }) sort!: Uint8Array;
}
@Entity({ table: 'dates' })
@Versioned(1)
class ByDate {
  @PartitionKey() part!: Date;
  @SortKey() sort!: Date;
}
@Entity({ table: 'seconds' })
@Versioned(1)
class BySeconds {
  @PartitionKey() part!: string;
  @SortKey({ type: 'number' }) sort!: number;
  @Attribute({ type: 'epochSeconds' }) due!: Date;
}
@Entity({ table: 'singles' })
@Versioned(1)
class Single {
  @PartitionKey() id!: string;
}

let engine: EmbeddedEngine;
let mapper: Mapper;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
  mapper = new Mapper({
    client: engine.client,
    entities: [ByText, ByNumber, ByBigint, ByBytes, ByDate, BySeconds, Single],
  });
  await mapper.createTables();
});
afterAll(() => engine.close());

interface Sorted {
  part: unknown;
  sort: unknown;
}

/** Sort keys of every type, in order; the operators are tried on the third and the fifth of seven. */
const kinds: [string, Class<Sorted>, unknown, readonly unknown[]][] = [
  ['text', ByText, 'p', ['a', 'aa', 'ab', 'b', 'ba', 'ä', '優']],
  ['numbers', ByNumber, 7, [-1e20 / 1e5, -0.5, 0, 1e-7, 2, 10, 100]],
  ['integers beyond 2^53', ByBigint, 2n ** 80n, [-(2n ** 100n), -1n, 0n, 2n, 10n, 2n ** 53n + 1n, 2n ** 100n]],
  ['bytes', ByBytes, bytes(0, 255), [bytes(0), bytes(0, 1), bytes(1), bytes(1, 0), bytes(2), bytes(200), bytes(255)]],
  ['Dates', ByDate, new Date(0), [-1, 0, 999, 1000, 60_000, 1e12, 2e12].map((time) => new Date(time))],
];

function bytes(...values: number[]): Uint8Array {
  return new Uint8Array(values);
}

describe.each(kinds)('a query by keys that are %s', (_kind, entity, part, sorts) => {
  let repository: Repository<Sorted>;
  beforeAll(async () => {
    repository = mapper.repository(entity);
    for (const sort of sorts.toReversed()) {
      await repository.insert(repository.create({ part, sort, ...(entity === ByText && { group: 1, rank: 1 }) }));
    }
  });
  const find = async (options: object) => {
    const found = await repository.query({ partition: part, ...options } as QueryOptions).all();
    return found.map((one) => one.sort);
  };
  const [low, high] = [sorts[2], sorts[4]];

  test('finds the whole partition in order, and in reverse', async () => {
    expect(await find({})).toEqual(sorts);
    expect(await find({ reverse: false })).toEqual(sorts);
    expect(await find({ reverse: true })).toEqual(sorts.toReversed());
  });

  test.each<[string, unknown, readonly unknown[]]>([
    ['the value itself', low, [low]],
    ['eq', { eq: low }, [low]],
    ['lt', { lt: low }, sorts.slice(0, 2)],
    ['lte', { lte: low }, sorts.slice(0, 3)],
    ['gt', { gt: low }, sorts.slice(3)],
    ['gte', { gte: low }, sorts.slice(2)],
    ['between', { between: [low, high] }, sorts.slice(2, 5)],
    ['between one and the same', { between: [high, high] }, [high]],
  ])('finds a range: %s', async (_operator, range, expected) => {
    expect(await find({ range })).toEqual(expected);
    expect(await find({ range, reverse: true })).toEqual(expected.toReversed());
  });

  test('finds nothing where nothing is', async () => {
    expect(await find({ range: { gt: sorts.at(-1) } })).toEqual([]);
  });

  test.each([
    ['of another type', Symbol('x')],
    ['missing', null],
    ['undefined', { gt: undefined }],
  ])('refuses a range whose value is %s', async (_what, range) => {
    await expect(find({ range })).rejects.toMatchObject({ code: 'INVALID_KEY_VALUE', details: { member: 'sort' } });
  });
});

describe('beginsWith', () => {
  test('finds text by how it begins', async () => {
    const texts = mapper.repository(ByText);
    const found = await texts.query({ partition: 'p', range: { beginsWith: 'a' } }).all();
    expect(found.map((one) => one.sort)).toEqual(['a', 'aa', 'ab']);
  });

  test('finds bytes by how they begin', async () => {
    const found = await mapper
      .repository(ByBytes)
      .query({ partition: bytes(0, 255), range: { beginsWith: bytes(1) } })
      .all();
    expect(found.map((one) => [...one.sort])).toEqual([[1], [1, 0]]);
  });

  test('finds Dates by how their text begins', async () => {
    const dates = mapper.repository(ByDate);
    const found = await dates.query({ partition: new Date(0), range: { beginsWith: '1970-01-01T00:00:0' } }).all();
    expect(found.map((one) => one.sort.getTime())).toEqual([0, 999, 1000]);
  });

  test.each<[string, Class<Sorted>, object]>([
    ['numbers have not', ByNumber, { partition: 7, range: { beginsWith: 1 } }],
    ["isn't text", ByText, { partition: 'p', range: { beginsWith: 7 } }],
    ["isn't text but a Date", ByDate, { partition: new Date(0), range: { beginsWith: new Date(0) } }],
    ['is undefined', ByText, { partition: 'p', range: { beginsWith: undefined } }],
  ])('is refused where it %s', async (_why, entity, options) => {
    const result = mapper.repository(entity).query(options as QueryOptions);
    await expect(result.all()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

test.each<[string, unknown]>([
  ['several operators', { gt: 'a', lt: 'b' }],
  ['no operator', {}],
  ['an unknown operator', { ne: 'a' }],
  ['an operator that every object has', { constructor: 'a' }],
  ['a list', ['a', 'b']],
  ['between without a pair', { between: 'a' }],
  ['between with three', { between: ['a', 'b', 'c'] }],
  ['between with the higher value first', { between: ['b', 'a'] }],
  ['between with the higher value first, by its UTF-8', { between: ['🦊', '\uffff'] }],
])('a range with %s is refused', async (_what, range) => {
  const result = mapper.repository(ByText).query({ partition: 'p', range: range as never });
  await expect(result.all()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', details: { argument: 'range' } });
});

test('a range is refused where there is no sort key', async () => {
  const problem = { code: 'INVALID_ARGUMENT', details: { argument: 'range' } };
  await expect(mapper.repository(Single).query({ partition: 'a', range: 'b' }).all()).rejects.toMatchObject(problem);
  const result = mapper.repository(ByText).query({ index: 'by_group_alone', partition: 1, range: 'b' });
  await expect(result.all()).rejects.toMatchObject(problem);
});

describe('a query of an index', () => {
  let texts: Repository<ByText>;
  beforeAll(async () => {
    texts = mapper.repository(ByText);
    for (const [at, part] of ['x', 'y', 'z', 'x'].entries()) {
      await texts.insert(texts.create({ part, sort: `sort ${at}`, group: 2, rank: 10 - at }));
    }
  });
  const places = async (options: QueryOptions) =>
    (await texts.query(options).all()).map(({ part, sort }) => `${part} ${sort}`);

  test('finds across partitions, in the order of its sort key', async () => {
    const expected = ['x sort 0', 'y sort 1', 'z sort 2', 'x sort 3'];
    expect(await places({ index: 'by_group', partition: 2 })).toEqual(expected);
    expect(await places({ index: 'by_group', partition: 2, reverse: true })).toEqual(expected.toReversed());
  });

  test('finds a range of its sort key', async () => {
    const partition = 2;
    const range = { between: ['sort 1', 'sort 2'] } as const;
    expect(await places({ index: 'by_group', partition, range })).toEqual(['y sort 1', 'z sort 2']);
    expect(await places({ index: 'by_group', partition, range: { beginsWith: 'sort' }, limit: 1 })).toEqual([
      'x sort 0',
    ]);
  });

  test('finds in one partition where it is local, consistently if asked', async () => {
    for (const consistent of [true, false]) {
      const options = { index: 'by_rank', partition: 'x', consistent };
      expect(await places(options)).toEqual(['x sort 3', 'x sort 0']);
      expect(await places({ ...options, range: { gt: 7 } })).toEqual(['x sort 0']);
    }
  });

  test('scans it', async () => {
    expect(await texts.scan({ index: 'by_group' }).count()).toBe(await texts.scan().count());
  });

  test('is not read consistently where it is global', async () => {
    const refused = { code: 'INVALID_ARGUMENT', details: expect.objectContaining({ argument: 'consistent' }) };
    const options = { index: 'by_group', consistent: true };
    await expect(texts.query({ ...options, partition: 2 }).all()).rejects.toMatchObject(refused);
    await expect(texts.scan(options).all()).rejects.toMatchObject(refused);
    expect(await texts.query({ ...options, consistent: false, partition: 2 }).all()).not.toEqual([]);
  });
});

describe('an index that older items may be missing from', () => {
  const declare = (options: object, floor = 1) => {
    @Entity({ table: 'people' })
    @Versioned(3, { floor })
    @Index('by_mail', { partitionKey: 'mail', ...options })
    class Person {
      @PartitionKey() id!: string;
      @Attribute() mail!: string;

      @Upgrade(1, 2)
      static first(): void {}

      @Upgrade(2, 3)
      static second(): void {}
    }
    return new Mapper({ client: engine.client, entities: [Person], tablePrefix: 'x' }).repository(Person);
  };

  test('is refused to queries and scans', async () => {
    const people = declare({ since: 3 });
    const expected = {
      code: 'INDEX_MAY_MISS_ITEMS',
      details: { class: 'Person', index: 'by_mail', since: 3, floor: 1 },
    };
    await expect(people.query({ index: 'by_mail', partition: 'a@b' }).all()).rejects.toMatchObject(expected);
    await expect(people.scan({ index: 'by_mail' }).count()).rejects.toMatchObject(expected);
    await expect(people.query({ partition: 'a' }).all()).rejects.not.toMatchObject({ code: 'INDEX_MAY_MISS_ITEMS' });
  });

  test.each<[string, object, number]>([
    ['is complete', { since: 3, complete: true }, 1],
    ['is as old as the floor', { since: 2 }, 2],
    ['says nothing', {}, 1],
  ])('is not refused where it %s', async (_what, options, floor) => {
    const people = declare(options, floor);
    // there is no such table: the request was sent
    const result = people.query({ index: 'by_mail', partition: 'a@b' });
    await expect(result.all()).rejects.toMatchObject({ code: 'REQUEST_FAILED' });
  });
});

describe('what a query sends', () => {
  let canned: CannedEngine;
  afterEach(() => canned.close());

  test.each<[string, object, object]>([
    ['consistent', { consistent: true }, { ConsistentRead: true }],
    ['reverse', { reverse: true }, { ScanIndexForward: false }],
    ['a limit as the size of the page', { limit: 5 }, { Limit: 5 }],
    ['the size of the page', { limit: 5, pageSize: 3 }, { Limit: 3 }],
    ['an index', { index: 'by_rank' }, { IndexName: 'by_rank' }],
  ])('%s', async (_what, options, expected) => {
    canned = await startCannedEngine(() => ({ Items: [] }));
    const texts = new Mapper({ client: canned.client, entities: [ByText], tablePrefix: 'app_' }).repository(ByText);
    await texts.query({ partition: 'p', ...options }).all();
    expect(canned.requests[0]).toMatchObject({ operation: 'Query', body: { TableName: 'app_texts', ...expected } });
  });

  test('keys of any notation as canonical numbers', async () => {
    canned = await startCannedEngine(() => ({ Items: [] }));
    const numbers = new Mapper({ client: canned.client, entities: [ByNumber] }).repository(ByNumber);
    await numbers.query({ partition: -0, range: { between: [1e-7, 1.5e3] } }).all();
    const { ExpressionAttributeValues: values } = canned.bodyAt(0) as { ExpressionAttributeValues: object };
    expect(Object.values(values)).toEqual([{ N: '0' }, { N: '0.0000001' }, { N: '1500' }]);
  });
});

test('a stale item is found by its keys, whatever its other attributes', async () => {
  const item = { part: { S: 'old' }, sort: { S: 'a' }, group: { N: '3' }, rank: { N: '1E+2' } };
  await storeRaw(engine.endpoint, 'texts', item);
  const texts = mapper.repository(ByText);
  expect(await texts.query({ index: 'by_group', partition: 3 }).all()).toMatchObject([{ part: 'old', rank: 100 }]);
});
