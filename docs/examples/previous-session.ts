import { Attribute, CreatedAt, Entity, PartitionKey, Revision, UpdatedAt, Upgrade, Versioned } from 'dynamo-evolve';
import { SessionUpgrades } from '../../upgrades/session-upgrades.js';

class PreviousUpgrades {
  @Upgrade(1, 2) static sessionState = SessionUpgrades.sessionState;
}

/** The session as the previous release knows it: version 2, with a list of tags. */
@Entity({ table: 'chat_sessions' })
@Versioned(2, { upgrades: PreviousUpgrades })
export class PreviousSession {
  @PartitionKey() session_id!: string;
  @Attribute() user_id!: string;
  @Attribute() title!: string;
  @Attribute() session_state!: string;
  @Attribute({ default: 'devassist' }) blueprint!: string;
  @Attribute({ optional: true }) tags?: string[];
  @CreatedAt() created_at!: Date;
  @UpdatedAt() updated_at!: Date;
  @Revision() revision!: string;
}
