import {
  Attribute,
  CreatedAt,
  Entity,
  Index,
  type key,
  PartitionKey,
  Revision,
  UpdatedAt,
  Versioned,
} from 'dynamo-evolve';
import { SessionUpgrades } from '../upgrades/session-upgrades.js';

/** A chat session: who talks, under which title, and whether it is still open. */
@Entity({ table: 'chat_sessions' })
@Versioned(3, { upgrades: SessionUpgrades })
@Index('by_user', { partitionKey: 'user_id', sortKey: 'updated_at' })
export class Session {
  @PartitionKey({ type: 'string' }) session_id!: string;
  @Attribute({ type: 'string' }) user_id!: string;
  @Attribute({ type: 'string' }) title!: string;
  @Attribute({ type: 'string', default: 'open' }) session_state!: 'open' | 'closed';
  @Attribute({ type: 'string', default: 'devassist' }) blueprint!: string;
  @Attribute({ type: 'set', optional: true }) tags?: Set<string>;
  @CreatedAt() created_at!: Date;
  @UpdatedAt() updated_at!: Date;
  @Revision() revision!: string;
  declare readonly [key]?: 'session_id';
}
