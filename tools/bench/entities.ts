import {
  Attribute,
  CreatedAt,
  Entity,
  type Item,
  PartitionKey,
  rename,
  setDefault,
  steps,
  UpdatedAt,
  Upgrade,
  Versioned,
} from '../../lib/index.js';

/** How stored conversations of older versions become today's: four steps, as an application writes them. */
export class ConversationUpgrades {
  @Upgrade(1, 2, 'renamed state to status, added blueprint')
  static status(item: Item): void {
    item.status = item.state;
    delete item.state;
    item.blueprint ??= 'devassist';
  }

  @Upgrade(2, 3, 'renamed lang to language')
  static language(item: Item): void {
    item.language = item.lang ?? 'en';
    delete item.lang;
  }

  @Upgrade(3, 4, 'added the count of tokens')
  static tokens(item: Item): void {
    item.token_count = Number(item.message_count) * 37;
  }

  @Upgrade(4, 5, 'turned flags into properties of their own')
  static flags(item: Item): void {
    const flags = String(item.flags);
    item.pinned = flags.includes('p');
    item.archived = flags.includes('a');
    delete item.flags;
  }
}

/** What `documents.ts` calls a conversation: flat, without dates. */
@Entity({ table: 'conversations' })
@Versioned(5, { upgrades: ConversationUpgrades })
export class Conversation {
  @PartitionKey() conversation_id!: string;
  @Attribute() user_id!: string;
  @Attribute() title!: string;
  @Attribute() status!: string;
  @Attribute() blueprint!: string;
  @Attribute() model!: string;
  @Attribute() language!: string;
  @Attribute() channel!: string;
  @Attribute() summary!: string;
  @Attribute() message_count!: number;
  @Attribute() token_count!: number;
  @Attribute() pinned!: boolean;
  @Attribute() archived!: boolean;
}

/** The first upgrade of sessions, alone. */
class DeclaredUpgrades {
  @Upgrade(1, 2, 'renamed state to session_state, added blueprint')
  static sessionState = steps(rename('state', 'session_state'), setDefault('blueprint', 'devassist'));
}

/** How stored sessions become today's, as in the worked example. */
export class SessionUpgrades extends DeclaredUpgrades {
  @Upgrade(2, 3, 'turned the list of tags into a set')
  static tagSet(item: Item): void {
    if (!Array.isArray(item.tags)) return;
    const tags = new Set(item.tags.filter((tag) => typeof tag === 'string' && tag !== ''));
    if (tags.size > 0) item.tags = tags;
    else delete item.tags;
  }
}

/** What `documents.ts` calls a session, with a set for the list, and dates. */
@Entity({ table: 'sessions' })
@Versioned(3, { upgrades: SessionUpgrades })
export class Session {
  @PartitionKey() session_id!: string;
  @Attribute() user_id!: string;
  @Attribute() title!: string;
  @Attribute() session_state!: string;
  @Attribute() blueprint!: string;
  @Attribute() tags!: Set<string>;
  @CreatedAt() created_at!: Date;
  @UpdatedAt() updated_at!: Date;
}

/** A session of version 2: what declared steps alone lead to. */
@Entity({ table: 'renamed' })
@Versioned(2, { upgrades: DeclaredUpgrades })
export class RenamedSession {
  @PartitionKey() session_id!: string;
  @Attribute() session_state!: string;
  @Attribute() blueprint!: string;
}
