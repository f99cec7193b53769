/** The session as the release before had it: version 2, with a list of tags. */
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

@Entity({ table: 'chat_sessions' })
@Versioned(2, { upgrades: SessionUpgrades })
@Index('by_user', { partitionKey: 'user_id', sortKey: 'updated_at' })
export class Session {
  @PartitionKey() session_id!: string;
  @Attribute() user_id!: string;
  @Attribute() title!: string;
  @Attribute({ type: 'string', default: 'open' }) session_state!: 'open' | 'closed';
  @Attribute({ default: 'devassist' }) blueprint!: string;
  @Attribute({ optional: true }) tags?: string[];
  @CreatedAt() created_at!: Date;
  @UpdatedAt() updated_at!: Date;
  @Revision() revision!: string;
  declare readonly [key]?: 'session_id';
}
