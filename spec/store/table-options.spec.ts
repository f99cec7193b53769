import { afterEach, describe, expect, test } from '@jest/globals';
import {
  Attribute,
  type Class,
  Entity,
  Index,
  Mapper,
  PartitionKey,
  SortKey,
  TimeToLive,
  Versioned,
} from 'dynamo-evolve';
import { type Answer, type CannedEngine, failure, inTurn, startCannedEngine } from '../support/canned-engine.js';

@Entity({ table: 'events' })
@Versioned(1)
@Index('by_kind', { partitionKey: 'kind' })
@Index('by_weight', { partitionKey: 'weight' })
class Happening {
  @PartitionKey() id!: string;
  @Attribute() kind!: string;
  @Attribute() weight!: number;
  @TimeToLive() expiry?: Date;
}

const described = {
  Table: {
    TableStatus: 'ACTIVE',
    TableArn: 'arn:scylla:alternator:alternator_events:scylla:table/events',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [
      { AttributeName: 'id', AttributeType: 'S' },
      { AttributeName: 'kind', AttributeType: 'S' },
      { AttributeName: 'weight', AttributeType: 'N' },
    ],
    GlobalSecondaryIndexes: [
      { IndexName: 'by_kind', KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }] },
      { IndexName: 'by_weight', KeySchema: [{ AttributeName: 'weight', KeyType: 'HASH' }] },
    ],
  },
};
const absent = failure('ResourceNotFoundException');
const expires = { TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expiry' } };
const refusal = (message: string) => failure('ValidationException', { message });

let engine: CannedEngine;
afterEach(() => engine.close());

async function start(answers: Record<string, readonly Answer[]>): Promise<Mapper> {
  engine = await startCannedEngine(inTurn({ DescribeTimeToLive: [expires], ...answers }));
  return mapperOf(Happening);
}
const mapperOf = (entity: Class, options: object = {}) =>
  new Mapper({ client: engine.client, entities: [entity], ...options });
const created = () => engine.requests.filter(({ operation }) => operation === 'CreateTable').map(({ body }) => body);

describe('createTables() asks for', () => {
  const creating = { DescribeTable: [absent, described], CreateTable: [{}] };

  test('tables billed by request, and tagged with their isolation', async () => {
    const mapper = await start(creating);
    await mapper.createTables();
    const [request] = created() as [{ Tags: unknown; BillingMode: string }];
    expect(request.BillingMode).toBe('PAY_PER_REQUEST');
    expect(request).not.toHaveProperty('ProvisionedThroughput');
    expect(request.Tags).toEqual([{ Key: 'system:write_isolation', Value: 'always_use_lwt' }]);
  });

  test('tags', async () => {
    const mapper = await start(creating);
    await mapper.createTables({ tags: { team: 'chat', stage: '' } });
    expect(created()).toMatchObject([
      { Tags: [{ Key: 'system:write_isolation' }, { Key: 'team', Value: 'chat' }, { Key: 'stage', Value: '' }] },
    ]);
  });

  test('a capacity, of the table and of each global index', async () => {
    const mapper = await start(creating);
    await mapper.createTables({ billing: { readCapacityUnits: 5, writeCapacityUnits: 2 } });
    const ProvisionedThroughput = { ReadCapacityUnits: 5, WriteCapacityUnits: 2 };
    const indexes = [
      { IndexName: 'by_weight', ProvisionedThroughput },
      { IndexName: 'by_kind', ProvisionedThroughput },
    ];
    expect(created()).toMatchObject([
      { BillingMode: 'PROVISIONED', ProvisionedThroughput, GlobalSecondaryIndexes: indexes },
    ]);
  });

  test.each([0, 8, 'none'] as const)('%s tablets, under both names of the tag', async (initialTablets) => {
    const mapper = await start(creating);
    await mapper.createTables({ initialTablets });
    const Value = String(initialTablets);
    expect(created()).toMatchObject([
      {
        Tags: [
          { Key: 'system:write_isolation' },
          { Key: 'system:initial_tablets', Value },
          { Key: 'experimental:initial_tablets', Value },
        ],
      },
    ]);
  });

  test('tablets under the old name alone, where the engine keeps the new one for itself', async () => {
    const reserved = refusal("Tag key 'system:initial_tablets' is reserved for internal use");
    const mapper = await start({ ...creating, CreateTable: [reserved, {}] });
    expect(await mapper.createTables({ initialTablets: 'none' })).toMatchObject([{ created: true }]);
    expect(created()[1]).toMatchObject({
      Tags: [{ Key: 'system:write_isolation' }, { Key: 'experimental:initial_tablets', Value: 'none' }],
    });
  });

  test('the same of the table of jobs', async () => {
    const jobs = { Table: { ...described.Table, TableArn: undefined } };
    const mapper = await start({ DescribeTable: [absent, absent, described, jobs], CreateTable: [{}] });
    await mapper.createTables({ jobs: true, tags: { team: 'chat' }, initialTablets: 'none' }).catch(() => {});
    expect(created()).toHaveLength(2);
    const tags = created().map((request) => (request as { Tags: { Key: string }[] }).Tags.map(({ Key }) => Key));
    expect(tags[0]).toEqual(tags[1]);
  });
});

describe('createTables() refuses', () => {
  test.each([
    [{ tags: ['team'] }, 'tags'],
    [{ tags: { team: 1 } }, "tags['team']"],
    [{ tags: { 'system:write_isolation': 'unsafe' } }, "tags['system:write_isolation']"],
    [{ tags: { 'system:initial_tablets': '1' } }, "tags['system:initial_tablets']"],
    [{ billing: 'PROVISIONED' }, 'billing'],
    [{ billing: { readCapacityUnits: 1 } }, 'billing'],
    [{ billing: { readCapacityUnits: 1, writeCapacityUnits: 0 } }, 'billing'],
    [{ billing: { readCapacityUnits: 1, writeCapacityUnits: 1, units: 1 } }, 'billing'],
    [{ initialTablets: -1 }, 'initialTablets'],
    [{ initialTablets: 1.5 }, 'initialTablets'],
    [{ initialTablets: 'some' }, 'initialTablets'],
  ])('%j, and sends nothing', async (options, argument) => {
    const mapper = await start({});
    await expect(mapper.createTables(options as never)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { argument },
    });
    expect(engine.requests).toEqual([]);
  });
});

describe('a name that ScyllaDB does not take', () => {
  @Entity({ table: 't'.repeat(192) })
  @Versioned(1)
  class Longest {
    @PartitionKey() id!: string;
  }

  @Entity({ table: 't'.repeat(192) })
  @Versioned(1)
  @Index('i'.repeat(29), { partitionKey: 'kind' })
  class LongestIndex extends Longest {
    @Attribute() kind!: string;
  }

  test('is refused before anything is created', async () => {
    await start({ DescribeTable: [absent] });
    await expect(mapperOf(Longest, { tablePrefix: 'p' }).createTables()).rejects.toMatchObject({
      code: 'NAME_TOO_LONG',
      details: { index: undefined, length: 193, limit: 192 },
    });
    expect(engine.operations()).toEqual(['DescribeTable']);
  });

  test('is one character longer than these: 192, and 221 together', async () => {
    await start({ DescribeTable: [absent, described], CreateTable: [{}] });
    await mapperOf(LongestIndex).createTables();
    expect(created()).toMatchObject([{ TableName: 't'.repeat(192) }]);
  });

  test('is refused for an index, local ones one character earlier', async () => {
    await start({ DescribeTable: [absent] });
    @Entity({ table: 't'.repeat(190) })
    @Versioned(1)
    @Index('i'.repeat(32), { partitionKey: 'kind' })
    class Global {
      @PartitionKey() id!: string;
      @Attribute() kind!: string;
    }
    @Entity({ table: 't'.repeat(190) })
    @Versioned(1)
    @Index('i'.repeat(31), { sortKey: 'kind' })
    class Local {
      @PartitionKey() id!: string;
      @SortKey() at!: number;
      @Attribute() kind!: string;
    }
    await expect(mapperOf(Global).createTables()).rejects.toMatchObject({
      code: 'NAME_TOO_LONG',
      details: { index: 'i'.repeat(32), length: 222, limit: 221 },
    });
    await expect(mapperOf(Local).createTables()).rejects.toMatchObject({ code: 'NAME_TOO_LONG' });
  });

  test('is refused where an index is added, and left alone where all is there', async () => {
    const { GlobalSecondaryIndexes: indexes, ...table } = described.Table;
    const mapper = await start({ DescribeTable: [{ Table: table }, described] });
    const long = mapperOf(Happening, { tablePrefix: 'p'.repeat(210) });
    await expect(long.addIndexes()).rejects.toMatchObject({ code: 'NAME_TOO_LONG' });
    expect(engine.operations()).toEqual(['DescribeTable']);
    expect(indexes).toHaveLength(2);
    expect(await long.createTables()).toMatchObject([{ created: false }]);
    expect(await mapper.addIndexes()).toEqual([]);
  });
});

describe('a refusal that comes from tablets', () => {
  const racks =
    'GlobalSecondaryIndexes and LocalSecondaryIndexes on a table using tablets require the number of racks in the cluster to be either 1 or 3';
  const rackValid =
    'GlobalSecondaryIndexes and LocalSecondaryIndexes with tablets require the rf_rack_valid_keyspaces option to be enabled.';
  const configured =
    "Cannot create table 'events' with tablets: the configuration option 'rf_rack_valid_keyspaces' is enabled, which enforces that …";
  const enforced =
    'Tag system:initial_tablets containing non-numerical value requests vnodes, but vnodes are forbidden by configuration option `tablets_mode_for_new_keyspaces: enforced`';
  const oldStreams =
    "Streams not yet supported on a table using tablets (issue #16317). If you want to use streams, create a table with vnodes by setting the tag 'experimental:initial_tablets' set to 'none'.";
  const streams =
    "Streams not yet supported on a table using tablets (issue #23838). If you want to use streams, create a table with vnodes by setting the tag 'system:initial_tablets' set to 'none'.";
  const mixed = 'Alternator Streams on tablet tables are not supported until all nodes in the cluster support …';

  test.each([
    ['2025.4', 'indexes', 'system:initial_tablets', rackValid],
    ['2026.1 and later', 'indexes', 'system:initial_tablets', racks],
    ['2026.1 and later', 'tablets', 'system:initial_tablets', configured],
    ['2025.4 and later', 'vnodes', 'system:initial_tablets', enforced],
    ['2025.1 to 2025.3', 'streams', 'experimental:initial_tablets', oldStreams],
    ['2025.4 to 2026.2', 'streams', 'system:initial_tablets', streams],
    ['2026.3 and later', 'streams', 'system:initial_tablets', mixed],
  ])('names %s, %s and the tag %s', async (versions, what, tag, message) => {
    const mapper = await start({ DescribeTable: [absent], CreateTable: [refusal(message)] });
    await expect(mapper.createTables()).rejects.toMatchObject({
      code: 'TABLETS_UNSUPPORTED',
      message: expect.stringContaining(`ScyllaDB ${versions}`),
      details: { table: 'events', versions, what, tag },
      cause: { code: 'REQUEST_FAILED' },
    });
  });

  test('may come when expiry is turned on', async () => {
    const message = 'TTL not yet supported on a table using tablets (issue #16567). Create a table with the tag …';
    const mapper = await start({
      DescribeTable: [described],
      DescribeTimeToLive: [{ TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } }],
      UpdateTimeToLive: [refusal(message)],
    });
    await expect(mapper.createTables()).rejects.toMatchObject({
      code: 'TABLETS_UNSUPPORTED',
      details: { what: 'time to live', versions: '2025.1 and 2025.2', tag: 'experimental:initial_tablets' },
    });
  });

  test('may come when an index is added, or a stream turned on', async () => {
    const { GlobalSecondaryIndexes: _, ...table } = described.Table;
    const mapper = await start({
      DescribeTable: [{ Table: table }],
      UpdateTable: [
        refusal('GlobalSecondaryIndexes on a table using tablets require the number of racks in …'),
        refusal(streams),
      ],
    });
    await expect(mapper.addIndexes()).rejects.toMatchObject({ details: { what: 'indexes' } });
    await expect(mapper.createTables({ streams: 'NEW_AND_OLD_IMAGES' })).rejects.toMatchObject({
      details: { what: 'streams' },
    });
  });

  test('is no other refusal', async () => {
    const mapper = await start({ DescribeTable: [absent], CreateTable: [refusal('One or more parameters are wrong')] });
    await expect(mapper.createTables()).rejects.toMatchObject({ code: 'REQUEST_FAILED' });
  });
});

describe('verifyTables() compares', () => {
  const tagged = (tags: Record<string, string>) => ({
    DescribeTable: [described],
    ListTagsOfResource: [{ Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }],
  });
  const found = async (tags: Record<string, string>, options: object = {}, mapperOptions: object = {}) => {
    await start(tagged(tags));
    const differences = await mapperOf(Happening, mapperOptions).verifyTables(options);
    return differences.map(({ expected, found: one, what }) => `${what}: ${expected}, ${one}`);
  };
  const isolation = (policy: string) => ({ 'system:write_isolation': policy });

  test.each(['always_use_lwt', 'a', 'only_rmw_uses_lwt', 'o'])('nothing of the isolation %s', async (policy) => {
    expect(await found(isolation(policy))).toEqual([]);
  });

  test.each([
    ['unsafe_rmw', 'unsafe_rmw'],
    ['u', 'unsafe_rmw'],
    ['forbid', 'forbid_rmw'],
  ])('an isolation that does not isolate conditions: %s', async (policy, name) => {
    expect(await found(isolation(policy))).toEqual([`write isolation: always_use_lwt, ${name}`]);
    await engine.close();
    expect(await found(isolation(policy), {}, { fence: false })).toEqual([]);
  });

  test('the isolation that is asked for', async () => {
    const options = { writeIsolation: 'always_use_lwt' };
    expect(await found(isolation('only_rmw_uses_lwt'), options)).toEqual([
      'write isolation: always_use_lwt, only_rmw_uses_lwt',
    ]);
    await engine.close();
    expect(await found(isolation('always'), options)).toEqual([]);
  });

  test('tablets by their tag', async () => {
    expect(await found({ 'system:initial_tablets': '8' }, { initialTablets: 'none' })).toEqual([
      'tablets: no tablets, tablets',
    ]);
    await engine.close();
    expect(await found({ 'experimental:initial_tablets': 'none' }, { initialTablets: 0 })).toEqual([
      'tablets: tablets, no tablets',
    ]);
    await engine.close();
    expect(await found({ 'system:initial_tablets': '0' }, { initialTablets: 4 })).toEqual([]);
  });

  test.each([
    [{ N: '8' }, ['events: expected no tablets, found tablets']],
    [{ NULL: true }, []],
  ])('tablets by what ScyllaDB notes of the table: %j', async (initial_tablets, messages) => {
    const Items = [{ keyspace_name: { S: 'alternator_events' }, initial_tablets }];
    const mapper = await start({ ...tagged({}), Query: [{ Items, Count: 1, ScannedCount: 1 }] });
    const differences = await mapper.verifyTables({ initialTablets: 'none' });
    expect(differences.map(({ message }) => message)).toEqual(messages);
    expect(engine.bodyAt(-1)).toMatchObject({ TableName: '.scylla.alternator.system_schema.scylla_keyspaces' });
  });

  test('nothing where the engine does not tell', async () => {
    const mapper = await start({ DescribeTable: [described], Query: [absent] });
    const asked = { initialTablets: 'none', writeIsolation: 'always_use_lwt' } as const;
    expect(await mapper.verifyTables(asked)).toEqual([]);
    await engine.close();
    const other = await start({ DescribeTable: [described], ListTagsOfResource: [failure('AccessDeniedException')] });
    expect(await other.verifyTables()).toEqual([]);
    // unless it was asked
    await expect(other.verifyTables(asked)).rejects.toMatchObject({ code: 'REQUEST_FAILED' });
  });
});
