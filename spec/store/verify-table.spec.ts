import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
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
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { type CannedEngine, failure, inTurn, startCannedEngine } from '../support/canned-engine.js';

@Entity({ table: 'events' })
@Versioned(1)
@Index('by_kind', { partitionKey: 'kind', sortKey: 'at' })
@Index('by_weight', { sortKey: 'weight' })
class Happening {
  @PartitionKey() stream!: string;
  @SortKey() at!: number;
  @Attribute() kind!: string;
  @Attribute() weight!: number;
}

/** The same table as another release sees it. */
@Entity({ table: 'events' })
@Versioned(1)
@Index('by_kind', { partitionKey: 'kind' })
@Index('by_weight', { partitionKey: 'weight' })
@Index('by_hash', { partitionKey: 'hash' })
class OtherHappening {
  @PartitionKey() stream!: Uint8Array;
  @SortKey({ name: 'happened_at' }) at!: Date;
  @Attribute() kind!: number;
  @Attribute() weight!: number;
  @Attribute() hash!: Uint8Array;
}

@Entity({ table: 'tokens' })
@Versioned(1)
class Token {
  @PartitionKey() id!: string;
  @TimeToLive({ name: 'expiry' }) expires_at?: Date;
}

describe('verifyTables()', () => {
  let engine: EmbeddedEngine;
  const mapperOf = (...entities: Class[]) => new Mapper({ client: engine.client, entities, tablePrefix: 'app_' });
  beforeAll(async () => {
    engine = await startEmbeddedEngine();
    await mapperOf(Happening).createTables();
  });
  afterAll(() => engine.close());

  test('finds nothing where the table is as wanted', async () => {
    expect(await mapperOf(Happening).verifyTables()).toEqual([]);
  });

  test('finds a table that is missing, and says no more about it', async () => {
    expect(await mapperOf(Happening, Token).verifyTables()).toEqual([
      {
        table: 'app_tokens',
        what: 'table',
        expected: 'a table',
        found: 'none',
        message: 'app_tokens: expected a table, found none',
      },
    ]);
  });

  test('finds other keys, other types, other index keys, another kind of index and a missing one', async () => {
    const differences = await mapperOf(OtherHappening).verifyTables();
    expect(differences.map((one) => one.what).toSorted()).toEqual([
      'index by_hash',
      'index by_kind',
      'index by_weight',
      'keys',
    ]);
    expect(differences.map((one) => one.message).toSorted()).toEqual([
      'app_events: expected the index by_hash global, hash (bytes), found none',
      'app_events: expected the index by_kind global, kind (number), found global, kind (string) and at (number)',
      'app_events: expected the index by_weight global, weight (number), ' +
        'found local, stream (string) and weight (number)',
      'app_events: expected the keys stream (bytes) and happened_at (string), found stream (string) and at (number)',
    ]);
    for (const { table, what, expected, found, message } of differences) {
      expect(message).toBe(`${table}: expected the ${what} ${expected}, found ${found}`);
    }
  });

  test('finds that items do not expire', async () => {
    const mapper = mapperOf(Token);
    await mapper.createTables();
    expect((await mapper.verifyTables()).map((one) => one.message)).toEqual([
      'app_tokens: expected the time to live expiry, found none',
    ]);
  });
});

describe('verifyTables() on an engine that expires items', () => {
  let canned: CannedEngine;
  afterEach(() => canned?.close());
  const verify = async (status: string, attribute: string) => {
    const table = {
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    };
    const answers = {
      DescribeTable: [{ Table: table }],
      DescribeTimeToLive: [{ TimeToLiveDescription: { TimeToLiveStatus: status, AttributeName: attribute } }],
    };
    canned = await startCannedEngine(inTurn(answers));
    const differences = await new Mapper({ client: canned.client, entities: [Token] }).verifyTables();
    return differences.map((one) => one.message);
  };

  test.each(['ENABLED', 'ENABLING'])('finds nothing where it is %s', async (status) => {
    expect(await verify(status, 'expiry')).toEqual([]);
  });

  test('finds another attribute', async () => {
    expect(await verify('ENABLED', 'ttl')).toEqual(['tokens: expected the time to live expiry, found ttl']);
  });

  test.each(['DISABLED', 'DISABLING'])('finds that it is %s', async (status) => {
    expect(await verify(status, 'expiry')).toEqual(['tokens: expected the time to live expiry, found none']);
  });

  test('rejects where the engine refuses to say', async () => {
    canned = await startCannedEngine(() => failure('AccessDeniedException'));
    const mapper = new Mapper({ client: canned.client, entities: [Token] });
    await expect(mapper.verifyTables()).rejects.toMatchObject({ code: 'REQUEST_FAILED' });
  });
});
