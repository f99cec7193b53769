import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import {
  Attribute,
  Entity,
  Index,
  type key,
  Mapper,
  PartitionKey,
  type Repository,
  SortKey,
  Versioned,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { Entity as ElectroEntity } from 'electrodb';

@Entity({ table: 'electro', discriminator: { attribute: '__edb_e__', value: 'session' } })
@Versioned(1)
@Index('gsi1', { partitionKey: 'gsi1pk', sortKey: 'gsi1sk' })
class Session {
  @PartitionKey({ template: '$chat#sessionid_{sessionId}' }) pk!: string;
  @SortKey({ template: '$session_1' }) sk!: string;
  @Attribute({ template: '$chat#userid_{userId}' }) gsi1pk!: string;
  @Attribute({ template: '$session_1#state_{state}' }) gsi1sk!: string;
  @Attribute() sessionId!: string;
  @Attribute() userId!: string;
  @Attribute() state!: string;
  @Attribute({ name: '__edb_v__', default: '1' }) electroVersion!: string;
  declare readonly [key]?: 'sessionId';
}

/** The same items, whose keys are made in a repository: in small letters, as ElectroDB makes them. */
@Entity({ table: 'electro', discriminator: { attribute: '__edb_e__', value: 'session' } })
@Versioned(1)
class PlainSession {
  @PartitionKey() pk!: string;
  @SortKey() sk!: string;
  @Attribute() sessionId!: string;
  @Attribute() state!: string;
  declare readonly [key]?: 'pk' | 'sk';
}

const names = ['pk', 'sk', 'gsi1pk', 'gsi1sk'] as const;

async function electroSessions({ client }: EmbeddedEngine) {
  const KeySchema = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  await client.send(
    new CreateTableCommand({
      TableName: 'electro',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: KeySchema('pk', 'sk'),
      GlobalSecondaryIndexes: [
        { IndexName: 'gsi1', KeySchema: KeySchema('gsi1pk', 'gsi1sk'), Projection: { ProjectionType: 'ALL' } },
      ],
    }),
  );
  return new ElectroEntity(
    {
      model: { service: 'chat', entity: 'session', version: '1' },
      attributes: {
        sessionId: { type: 'string', required: true },
        userId: { type: 'string', required: true },
        state: { type: 'string', required: true },
      },
      indexes: {
        primary: { pk: { field: 'pk', composite: ['sessionId'] }, sk: { field: 'sk', composite: [] } },
        byUser: {
          index: 'gsi1',
          pk: { field: 'gsi1pk', composite: ['userId'] },
          sk: { field: 'gsi1sk', composite: ['state'] },
        },
      },
    },
    { table: 'electro', client },
  );
}

describe('keys that ElectroDB has made', () => {
  let engine: EmbeddedEngine;
  let theirs: Awaited<ReturnType<typeof electroSessions>>;
  let sessions: Repository<Session>;
  beforeAll(async () => {
    engine = await startEmbeddedEngine();
    theirs = await electroSessions(engine);
    sessions = new Mapper({ client: engine.client, entities: [Session] }).repository(Session);
  });
  afterAll(() => engine.close());

  test('of an index are read as a template, and made again when their parts change', async () => {
    await theirs.put({ sessionId: 's-1', userId: 'u-1', state: 'open' }).go();
    const query = () => sessions.query({ index: 'gsi1', partition: { userId: 'u-1' }, range: { state: 'open' } }).all();
    const [session] = await query();
    expect(session).toMatchObject({ sessionId: 's-1', gsi1pk: '$chat#userid_u-1' });
    await sessions.update({ sessionId: 's-1' }, { set: { state: 'closed', userId: 'u-1' } });
    expect(await query()).toEqual([]);
    const { data } = await theirs.query.byUser({ userId: 'u-1', state: 'closed' }).go();
    expect(data).toEqual([{ sessionId: 's-1', userId: 'u-1', state: 'closed' }]);
  });

  test('are in small letters, so that a template finds nothing where ids have capitals, and plain keys do', async () => {
    await theirs.put({ sessionId: 'ABC', userId: 'u-2', state: 'open' }).go();
    expect(await sessions.get({ sessionId: 'ABC' })).toBeUndefined();
    const plain = new Mapper({ client: engine.client, entities: [PlainSession] }).repository(PlainSession);
    const found = await plain.getOrFail({ pk: `$chat#sessionid_${'ABC'.toLowerCase()}`, sk: '$session_1' });
    expect(found.sessionId).toBe('ABC');
    found.state = 'closed';
    await plain.save(found);
    expect((await theirs.get({ sessionId: 'ABC' }).go()).data?.state).toBe('closed');
  });
});
