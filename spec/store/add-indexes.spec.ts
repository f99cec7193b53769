import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Attribute, type Class, Entity, Index, Mapper, PartitionKey, SortKey, Versioned } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { type Answer, type CannedEngine, failure, inTurn, startCannedEngine } from '../support/canned-engine.js';

@Entity({ table: 'events' })
@Versioned(1)
@Index('by_kind', { partitionKey: 'kind', sortKey: 'at' })
@Index('by_hash', { partitionKey: 'hash' })
class Happening {
  @PartitionKey() stream!: string;
  @SortKey() at!: number;
  @Attribute() kind!: string;
  @Attribute({ name: 'content_hash' }) hash!: Uint8Array;
}

@Entity({ table: 'events' })
@Versioned(1)
@Index('by_kind', { partitionKey: 'kind', sortKey: 'at' })
@Index('by_weight', { sortKey: 'weight' })
class Weighed {
  @PartitionKey() stream!: string;
  @SortKey() at!: number;
  @Attribute() kind!: string;
  @Attribute() weight!: number;
}

/** A table with global indexes in some states. */
const described = (indexes: Readonly<Record<string, string>>, status = 'ACTIVE') => ({
  Table: {
    TableStatus: status,
    GlobalSecondaryIndexes: Object.entries(indexes).map(([name, state]) => ({ IndexName: name, IndexStatus: state })),
  },
});

let canned: CannedEngine;
afterEach(() => canned?.close());
const start = async (entity: Class, answers: Record<string, Answer[]>) => {
  canned = await startCannedEngine(inTurn(answers));
  return new Mapper({ client: canned.client, entities: [entity] });
};
const updates = () => canned.requests.filter((one) => one.operation === 'UpdateTable').map((one) => one.body as object);

const projection = { ProjectionType: 'ALL' };
const byHash = {
  TableName: 'events',
  AttributeDefinitions: [{ AttributeName: 'content_hash', AttributeType: 'B' }],
  GlobalSecondaryIndexUpdates: [
    {
      Create: {
        IndexName: 'by_hash',
        KeySchema: [{ AttributeName: 'content_hash', KeyType: 'HASH' }],
        Projection: projection,
      },
    },
  ],
};
const byKind = {
  TableName: 'events',
  AttributeDefinitions: [
    { AttributeName: 'kind', AttributeType: 'S' },
    { AttributeName: 'at', AttributeType: 'N' },
  ],
  GlobalSecondaryIndexUpdates: [
    {
      Create: {
        IndexName: 'by_kind',
        KeySchema: [
          { AttributeName: 'kind', KeyType: 'HASH' },
          { AttributeName: 'at', KeyType: 'RANGE' },
        ],
        Projection: projection,
      },
    },
  ],
};

describe('addIndexes()', () => {
  test('adds each missing index with a request of its own that defines its keys alone', async () => {
    const mapper = await start(Happening, { DescribeTable: [described({})], UpdateTable: [{}] });
    expect(await mapper.addIndexes()).toEqual(['events/by_hash', 'events/by_kind']);
    expect(updates()).toEqual([byHash, byKind]);
  });

  test('adds what is missing and leaves the rest', async () => {
    const mapper = await start(Happening, { DescribeTable: [described({ by_kind: 'ACTIVE' })], UpdateTable: [{}] });
    expect(await mapper.addIndexes()).toEqual(['events/by_hash']);
    expect(updates()).toEqual([byHash]);
  });

  test('waits for each index before the next one, and for the last', async () => {
    const mapper = await start(Happening, {
      DescribeTable: [
        described({}),
        described({}, 'UPDATING'),
        described({}),
        described({ by_hash: 'CREATING' }),
        described({ by_hash: 'ACTIVE' }),
        described({ by_hash: 'ACTIVE', by_kind: 'CREATING' }, 'UPDATING'),
        described({ by_hash: 'ACTIVE', by_kind: 'ACTIVE' }),
      ],
      UpdateTable: [{}],
    });
    await mapper.addIndexes();
    const [ask, add] = ['DescribeTable', 'UpdateTable'];
    expect(canned.operations()).toEqual([ask, ask, ask, add, ask, ask, add, ask, ask]);
  });

  test('does nothing where all are there', async () => {
    const mapper = await start(Happening, { DescribeTable: [described({ by_hash: 'ACTIVE', by_kind: 'ACTIVE' })] });
    expect(await mapper.addIndexes()).toEqual([]);
    expect(canned.operations()).toEqual(['DescribeTable']);
  });

  test('refuses a missing local index before anything is changed: those only come with the table', async () => {
    const mapper = await start(Weighed, { DescribeTable: [described({})], UpdateTable: [{}] });
    await expect(mapper.addIndexes()).rejects.toMatchObject({
      code: 'TABLE_MISMATCH',
      details: {
        table: 'events',
        problem: "lacks the local index by_weight, and local indexes can't be added to a table that exists",
      },
    });
    expect(updates()).toEqual([]);
  });

  test('refuses a table that is not there', async () => {
    const mapper = await start(Happening, { DescribeTable: [failure('ResourceNotFoundException')] });
    await expect(mapper.addIndexes()).rejects.toMatchObject({
      code: 'TABLE_MISMATCH',
      details: { table: 'events', problem: 'does not exist; createTables() makes it' },
    });
  });

  test('leaves an index to somebody else who was faster', async () => {
    const mapper = await start(Happening, {
      DescribeTable: [
        described({}),
        described({}),
        described({ by_hash: 'CREATING' }, 'UPDATING'),
        described({ by_hash: 'ACTIVE' }),
      ],
      UpdateTable: [failure('ResourceInUseException'), {}],
    });
    expect(await mapper.addIndexes()).toEqual(['events/by_kind']);
    expect(updates()).toEqual([byHash, byKind]);
  });

  test('takes an index for added when the answer was lost', async () => {
    let isAdded = false;
    canned = await startCannedEngine(({ operation }) => {
      if (operation === 'DescribeTable') return described({ by_kind: 'ACTIVE', ...(isAdded && { by_hash: 'ACTIVE' }) });
      if (isAdded) return failure('ValidationException');
      isAdded = true;
      return (response) => response.destroy();
    });
    await new Mapper({ client: canned.client, entities: [Happening] }).addIndexes();
    expect(updates()).toEqual([byHash, byHash]);
  });

  test("rejects with the engine's refusal, and adds no more", async () => {
    const mapper = await start(Happening, {
      DescribeTable: [described({})],
      UpdateTable: [failure('ValidationException')],
    });
    await expect(mapper.addIndexes()).rejects.toMatchObject({
      code: 'REQUEST_FAILED',
      details: { operation: 'UpdateTable', table: 'events', reason: 'ValidationException' },
    });
    expect(updates()).toEqual([byHash]);
  });
});

describe('addIndexes() on an engine', () => {
  let engine: EmbeddedEngine;
  beforeAll(async () => {
    engine = await startEmbeddedEngine();
  });
  afterAll(() => engine.close());

  test('finds nothing to add after createTables(), local indexes included', async () => {
    const mapper = new Mapper({ client: engine.client, entities: [Weighed] });
    await mapper.createTables();
    expect(await mapper.addIndexes()).toEqual([]);
  });
});
