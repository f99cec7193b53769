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
import dynamoose from 'dynamoose';
import type { OldSession, Peer } from './peer.js';

@Entity({ table: 'dynamoose' })
@Versioned(2)
class Session {
  @PartitionKey() sessionId!: string;
  @Attribute() title!: string;
  @Attribute({ default: 'open' }) sessionState!: 'open' | 'closed';
  @Attribute({ default: 'devassist' }) blueprint!: string;
  @Attribute({ type: 'epochMilliseconds', optional: true }) lastSeen?: Date;
  @CreatedAt({ type: 'epochMilliseconds' }) createdAt!: Date;
  @UpdatedAt({ type: 'epochMilliseconds' }) updatedAt!: Date;
  declare readonly [key]?: 'sessionId';

  @Upgrade(1, 2)
  static sessionState = steps(rename('state', 'sessionState'), setDefault('blueprint', 'devassist'));
}

export const dynamoosePeer: Peer = {
  name: 'Dynamoose',
  table: 'dynamoose',
  Session,
  keyOf: (id) => ({ sessionId: { S: id } }),
  marks: ['createdAt', 'updatedAt'],
  begin: async ({ endpoint }) => {
    // the one client of the process
    const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
    dynamoose.aws.ddb.set(new dynamoose.aws.ddb.DynamoDB({ endpoint, region: 'local', credentials }));
    const schema = new dynamoose.Schema(
      {
        sessionId: { type: String, hashKey: true },
        title: { type: String, required: true },
        state: { type: String, default: 'open', enum: ['open', 'closed'] },
        lastSeen: Date,
        notes: String,
      },
      { timestamps: true },
    );
    const Model = dynamoose.model('dynamoose', schema);
    const table = new dynamoose.Table('dynamoose', [Model], { initialize: false });
    await table.initialize();
    return {
      put: (session) => new Model({ ...session }).save(),
      rename: (sessionId, title) => Model.update({ sessionId }, { title }),
      get: async (sessionId) => {
        const found = (await Model.get(sessionId)) as unknown as (OldSession & Record<string, unknown>) | undefined;
        if (!found) return undefined;
        const { createdAt: _createdAt, updatedAt: _updatedAt, ...session } = found;
        return { ...session };
      },
    };
  },
};
