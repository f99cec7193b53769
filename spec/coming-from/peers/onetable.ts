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
  UpdatedAt,
  Upgrade,
  Versioned,
} from 'dynamo-evolve';
import { Table } from 'dynamodb-onetable';
import { Dynamo } from 'dynamodb-onetable/Dynamo';
import type { Peer } from './peer.js';

@Entity({ table: 'onetable', discriminator: { attribute: '_type', value: 'Session' } })
@Versioned(2)
class Session {
  @PartitionKey({ template: 'session#{sessionId}' }) pk!: string;
  @SortKey({ template: 'session#' }) sk!: string;
  @Attribute() sessionId!: string;
  @Attribute() title!: string;
  @Attribute({ default: 'open' }) sessionState!: 'open' | 'closed';
  @Attribute({ default: 'devassist' }) blueprint!: string;
  @Attribute({ optional: true }) lastSeen?: Date;
  @CreatedAt() created!: Date;
  @UpdatedAt() updated!: Date;
  declare readonly [key]?: 'sessionId';

  @Upgrade(1, 2)
  static sessionState = steps(rename('state', 'sessionState'), setDefault('blueprint', 'devassist'));
}

const schema = {
  format: 'onetable:1.1.0',
  version: '0.0.1',
  indexes: { primary: { hash: 'pk', sort: 'sk' } },
  models: {
    Session: {
      pk: { type: String, value: 'session#${sessionId}' },
      sk: { type: String, value: 'session#' },
      sessionId: { type: String, required: true },
      title: { type: String, required: true },
      state: { type: String, default: 'open', enum: ['open', 'closed'] },
      lastSeen: { type: Date },
      notes: { type: String },
    },
  },
  params: { isoDates: true, timestamps: true },
} as const;

export const onetable: Peer = {
  name: 'OneTable',
  table: 'onetable',
  Session,
  keyOf: (id) => ({ pk: { S: `session#${id}` }, sk: { S: 'session#' } }),
  marks: ['_type', 'created', 'updated'],
  begin: async ({ client }) => {
    const table = new Table({ client: new Dynamo({ client }), name: 'onetable', schema, partial: false });
    await table.createTable();
    const sessions = table.getModel('Session');
    return {
      put: (session) => sessions.create({ ...session }, { exists: null }),
      rename: (sessionId, title) => sessions.update({ sessionId, title }),
      get: async (sessionId) => {
        const found = await sessions.get({ sessionId });
        if (!found) return undefined;
        const { created: _created, updated: _updated, ...session } = found as Record<string, unknown>;
        return session;
      },
    };
  },
};
