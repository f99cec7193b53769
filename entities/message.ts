import { Attribute, CreatedAt, Entity, type key, PartitionKey, SortKey, Versioned } from 'dynamo-evolve';
import { MessageUpgrades } from '../upgrades/message-upgrades.js';

/** A file that was sent along with a message. */
export class Attachment {
  name!: string;
  media_type!: string;
  bytes!: number;

  /** Whether a browser can show it in place. */
  get isImage(): boolean {
    return this.media_type.startsWith('image/');
  }
}

/** One message of a session; messages sort by `message_id`, which starts with the time they were sent at. */
@Entity({ table: 'chat_messages' })
@Versioned(2, { upgrades: MessageUpgrades })
export class Message {
  @PartitionKey({ type: 'string' }) session_id!: string;
  @SortKey({ type: 'string' }) message_id!: string;
  @Attribute({ type: 'string' }) role!: 'user' | 'assistant' | 'system';
  @Attribute({ type: 'string' }) content!: string;
  @Attribute({ type: 'array', items: Attachment, optional: true }) attachments?: Attachment[];
  @Attribute({ type: 'number', optional: true }) tokens?: number;
  @CreatedAt() created_at!: Date;
  declare readonly [key]?: 'session_id' | 'message_id';
}
