import { CreateTableCommand, type Projection, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  Attribute,
  Entity,
  Index,
  type Item,
  Mapper,
  PartitionKey,
  type Repository,
  Upgrade,
  Versioned,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { whyNoDynamoDBLocal } from '../../tools/engines/dynamodb-local-package.js';
import { startDynamoDBLocal } from '../../tools/engines/dynamodb-local.js';

class NoteUpgrades {
  @Upgrade(1, 2) static text(item: Item): void {
    item.text ??= 'x';
  }
}

@Entity({ table: 'notes', discriminator: { attribute: 'type', value: 'note', default: true } })
@Versioned(2, { upgrades: NoteUpgrades })
@Index('by_kind', { partitionKey: 'kind' })
class Note {
  @PartitionKey() id!: string;
  @Attribute() kind!: string;
  @Attribute() text!: string;
}

const projections: [string, Projection][] = [
  ['KEYS_ONLY', { ProjectionType: 'KEYS_ONLY' }],
  ['INCLUDE', { ProjectionType: 'INCLUDE', NonKeyAttributes: ['text'] }],
];

let engine: Pick<EmbeddedEngine, 'client' | 'close'>;
beforeAll(async () => {
  // the embedded engine filters by attributes that an index doesn't hold; DynamoDB refuses to
  engine = await ((await whyNoDynamoDBLocal()) === undefined ? startDynamoDBLocal() : startEmbeddedEngine());
}, 60_000);
afterAll(() => engine.close());

async function notesIn(name: string, projection: Projection): Promise<Repository<Note>> {
  const TableName = `${name}_notes`;
  await engine.client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: ['id', 'kind'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by_kind',
          KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }],
          Projection: projection,
        },
      ],
    }),
  );
  for (const [id, version] of Object.entries({ a: '1', b: '2', c: '2' })) {
    const Item = { id: { S: id }, kind: { S: 'k' }, text: { S: `text of ${id}` }, schema_version: { N: version } };
    await engine.client.send(new PutItemCommand({ TableName, Item }));
  }
  return new Mapper({ client: engine.client, entities: [Note], tablePrefix: `${name}_` }).repository(Note);
}

test.each(projections)('an index of %s is counted and read like one that holds whole items', async (...projection) => {
  const notes = await notesIn(...projection);
  const query = { index: 'by_kind', partition: 'k' };
  expect(await notes.query(query).count()).toBe(3);
  expect(await notes.scan({ index: 'by_kind' }).count()).toBe(3);
  expect((await notes.query(query).all()).map(({ text }) => text).toSorted()).toEqual([
    'text of a',
    'text of b',
    'text of c',
  ]);
  const filter = { attr: 'text', beginsWith: 'text of b' } as const;
  expect(await notes.query({ ...query, filter }).count()).toBe(1);
  expect(await notes.query({ ...query, filter }).all()).toMatchObject([{ id: 'b' }]);
});
