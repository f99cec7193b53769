import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import {
  Attribute,
  CreatedAt,
  Entity,
  type key,
  PartitionKey,
  rename,
  setDefault,
  steps,
  UpdatedAt,
  Upgrade,
  Versioned,
} from 'dynamo-evolve';
import {
  Entity as ToolboxEntity,
  GetItemCommand,
  item,
  PutItemCommand,
  string,
  Table,
  UpdateItemCommand,
} from 'dynamodb-toolbox';
import { createTable } from './create-table.js';
import type { Peer } from './peer.js';

@Entity({ table: 'toolbox', discriminator: { attribute: '_et', value: 'Session' } })
@Versioned(2)
class Session {
  @PartitionKey({ name: 'pk' }) sessionId!: string;
  @Attribute() title!: string;
  @Attribute({ default: 'open' }) sessionState!: 'open' | 'closed';
  @Attribute({ default: 'devassist' }) blueprint!: string;
  @Attribute({ optional: true }) lastSeen?: Date;
  @CreatedAt({ name: '_ct' }) created!: Date;
  @UpdatedAt({ name: '_md' }) modified!: Date;
  declare readonly [key]?: 'sessionId';

  @Upgrade(1, 2)
  static sessionState = steps(rename('state', 'sessionState'), setDefault('blueprint', 'devassist'));
}

export const dynamodbToolbox: Peer = {
  name: 'dynamodb-toolbox',
  table: 'toolbox',
  Session,
  keyOf: (id) => ({ pk: { S: id } }),
  marks: ['_et', '_ct', '_md'],
  begin: async ({ client }) => {
    await createTable(client, 'toolbox', 'pk');
    const sessions = new ToolboxEntity({
      name: 'Session',
      table: new Table({
        name: 'toolbox',
        partitionKey: { name: 'pk', type: 'string' },
        documentClient: DynamoDBDocumentClient.from(client),
      }),
      schema: item({
        sessionId: string().key().savedAs('pk'),
        title: string(),
        state: string().enum('open', 'closed').default('open'),
        lastSeen: string().optional(),
        notes: string().optional(),
      }).strict(),
    });
    return {
      put: ({ lastSeen, ...session }) => {
        const values = { ...session, ...(lastSeen && { lastSeen: lastSeen.toISOString() }) };
        return sessions.build(PutItemCommand).item(values).send();
      },
      rename: (sessionId, title) => sessions.build(UpdateItemCommand).item({ sessionId, title }).send(),
      get: async (sessionId) => {
        const { Item } = await sessions.build(GetItemCommand).key({ sessionId }).send();
        if (!Item) return undefined;
        const { created: _created, lastSeen, modified: _modified, ...session } = Item;
        return { ...session, ...(lastSeen !== undefined && { lastSeen: new Date(lastSeen) }) };
      },
    };
  },
};
