import 'reflect-metadata';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  Attribute,
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
import { peersFolder } from '../../support/install-peers.js';
import { createTable } from './create-table.js';
import type { OldSession, Peer } from './peer.js';

interface EntityManager {
  create(entity: object, options: object): Promise<unknown>;
  update(target: object, key: object, changes: object): Promise<unknown>;
  findOne(target: object, key: object): Promise<TypedormSession | undefined>;
}

interface CommonModule {
  readonly Attribute: () => PropertyDecorator;
  readonly AutoGenerateAttribute: (options: object) => PropertyDecorator;
  readonly Entity: (options: object) => ClassDecorator;
  readonly Table: new (options: object) => object;
}

// its ES modules don't load in Node: they import files without their extension
const require = createRequire(join(peersFolder, '../package.json'));
const common = require('@typedorm/common') as CommonModule;
const { createConnection } = require('@typedorm/core') as {
  createConnection(options: object): { readonly entityManager: EntityManager };
};
const { DocumentClientV3 } = require('@typedorm/document-client') as {
  readonly DocumentClientV3: new (client: object) => object;
};

@Entity({ table: 'typedorm', discriminator: { attribute: '__en', value: 'session' } })
@Versioned(2)
class Session {
  @PartitionKey({ name: 'PK', template: 'SESSION#{sessionId}' }) pk!: string;
  @SortKey({ name: 'SK', template: 'SESSION#{sessionId}' }) sk!: string;
  @Attribute() sessionId!: string;
  @Attribute() title!: string;
  @Attribute({ default: 'open' }) sessionState!: 'open' | 'closed';
  @Attribute({ default: 'devassist' }) blueprint!: string;
  @Attribute({ optional: true }) lastSeen?: Date;
  @UpdatedAt({ type: 'epochSeconds' }) updatedAt!: Date;
  declare readonly [key]?: 'sessionId';

  @Upgrade(1, 2)
  static sessionState = steps(rename('state', 'sessionState'), setDefault('blueprint', 'devassist'));
}

const primary = 'SESSION#{{sessionId}}';

@common.Entity({ name: 'session', primaryKey: { partitionKey: primary, sortKey: primary } })
class TypedormSession {
  @common.Attribute() sessionId!: string;
  @common.Attribute() title!: string;
  @common.Attribute() state!: 'open' | 'closed';
  @common.Attribute() lastSeen?: string;
  @common.Attribute() notes?: string;
  @common.AutoGenerateAttribute({ strategy: 'EPOCH_DATE', autoUpdate: true }) updatedAt?: number;
}

export const typedorm: Peer = {
  name: 'TypeDORM',
  table: 'typedorm',
  Session,
  keyOf: (id) => ({ PK: { S: `SESSION#${id}` }, SK: { S: `SESSION#${id}` } }),
  marks: ['__en', 'updatedAt'],
  begin: async ({ client }) => {
    await createTable(client, 'typedorm', 'PK', 'SK');
    const { entityManager } = createConnection({
      table: new common.Table({ name: 'typedorm', partitionKey: 'PK', sortKey: 'SK' }),
      entities: [TypedormSession],
      documentClient: new DocumentClientV3(client),
    });
    return {
      put: ({ lastSeen, ...session }) => {
        const values = { ...session, ...(lastSeen && { lastSeen: lastSeen.toISOString() }) };
        return entityManager.create(Object.assign(new TypedormSession(), values), { overwriteIfExists: true });
      },
      rename: (sessionId, title) => entityManager.update(TypedormSession, { sessionId }, { title }),
      get: async (sessionId) => {
        const found = await entityManager.findOne(TypedormSession, { sessionId });
        if (!found) return undefined;
        const { lastSeen, notes, state, title } = found;
        return {
          sessionId,
          title,
          state,
          ...(notes !== undefined && { notes }),
          ...(lastSeen !== undefined && { lastSeen: new Date(lastSeen) }),
        } satisfies OldSession;
      },
    };
  },
};
