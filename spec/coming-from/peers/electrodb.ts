import {
  Attribute,
  CreatedAt,
  Entity,
  type key,
  PartitionKey,
  rename,
  setDefault,
  SortKey,
  steps,
  Upgrade,
  Versioned,
} from 'dynamo-evolve';
import { Entity as ElectroEntity } from 'electrodb';
import { createTable } from './create-table.js';
import type { Peer } from './peer.js';

@Entity({ table: 'electro', discriminator: { attribute: '__edb_e__', value: 'session' } })
@Versioned(2)
class Session {
  @PartitionKey({ template: '$chat#sessionid_{sessionId}' }) pk!: string;
  @SortKey({ template: '$session_1' }) sk!: string;
  @Attribute() sessionId!: string;
  @Attribute() title!: string;
  @Attribute({ default: 'open' }) sessionState!: 'open' | 'closed';
  @Attribute({ default: 'devassist' }) blueprint!: string;
  @Attribute({ optional: true }) lastSeen?: Date;
  @CreatedAt() createdAt!: Date;
  @Attribute({ name: '__edb_v__', default: '1' }) electroVersion!: string;
  declare readonly [key]?: 'sessionId';

  @Upgrade(1, 2)
  static sessionState = steps(rename('state', 'sessionState'), setDefault('blueprint', 'devassist'));
}

export const electrodb: Peer = {
  name: 'ElectroDB',
  table: 'electro',
  Session,
  keyOf: (id) => ({ pk: { S: `$chat#sessionid_${id}` }, sk: { S: '$session_1' } }),
  marks: ['__edb_e__', '__edb_v__'],
  begin: async ({ client }) => {
    await createTable(client, 'electro', 'pk', 'sk');
    const sessions = new ElectroEntity(
      {
        model: { service: 'chat', entity: 'session', version: '1' },
        attributes: {
          sessionId: { type: 'string', required: true },
          title: { type: 'string', required: true },
          state: { type: ['open', 'closed'] as const, required: true, default: 'open' },
          lastSeen: { type: 'string' },
          notes: { type: 'string' },
          createdAt: { type: 'string', required: true, default: () => new Date().toISOString() },
        },
        indexes: {
          primary: { pk: { field: 'pk', composite: ['sessionId'] }, sk: { field: 'sk', composite: [] } },
        },
      },
      { table: 'electro', client },
    );
    return {
      put: ({ lastSeen, ...session }) =>
        sessions.put({ ...session, ...(lastSeen && { lastSeen: lastSeen.toISOString() }) }).go(),
      rename: (sessionId, title) => sessions.patch({ sessionId }).set({ title }).go(),
      get: async (sessionId) => {
        const { data } = await sessions.get({ sessionId }).go();
        if (!data) return undefined;
        const { createdAt: _createdAt, lastSeen, ...session } = data;
        return { ...session, ...(lastSeen !== undefined && { lastSeen: new Date(lastSeen) }) };
      },
    };
  },
};
