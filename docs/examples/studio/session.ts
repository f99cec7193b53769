import {
  Attribute,
  CreatedAt,
  Deprecated,
  Entity,
  Index,
  type key,
  PartitionKey,
  Revision,
  UpdatedAt,
  Versioned,
} from 'dynamo-evolve';
import { SessionUpgrades } from './session-upgrades.js';

/** The session of the chat application, some releases later. */
@Entity({ table: 'chat_sessions' })
@Versioned(4, { upgrades: SessionUpgrades })
@Index('by_user', { partitionKey: 'user_id', sortKey: 'updated_at' })
export class Session {
  @PartitionKey() session_id!: string;
  @Attribute() user_id!: string;
  @Attribute() title!: string;
  @Attribute({ type: 'string', default: 'open' }) session_state!: 'open' | 'closed';
  @Attribute({ default: 'devassist' })
  @Deprecated({ since: 4, reason: 'every session has its own agents now' })
  blueprint!: string;
  @Attribute({ optional: true }) tags?: Set<string>;
  @Attribute({ optional: true }) budget_cents?: number;
  @CreatedAt() created_at!: Date;
  @UpdatedAt() updated_at!: Date;
  @Revision() revision!: string;
  declare readonly [key]?: 'session_id';
}
