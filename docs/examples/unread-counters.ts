import type { DynamoDBStreams } from '@aws-sdk/client-dynamodb-streams';
import {
  Attribute,
  type Change,
  type Condition,
  Entity,
  isChangeOf,
  isMapperError,
  type key,
  type Mapper,
  PartitionKey,
  Repository,
  type UpdateClauses,
  Versioned,
} from 'dynamo-evolve';
import { Message } from '../../entities/message.js';

/** What the user of a session hasn't read. */
@Entity({ table: 'chat_unread' })
@Versioned(1)
export class Unread {
  @PartitionKey() session_id!: string;
  @Attribute({ optional: true }) message_ids?: Set<string>;
  /** The last message that the user has read. */
  @Attribute({ optional: true }) read_to?: string;
  declare readonly [key]?: 'session_id';
}

/** Counts unread messages. A change may come twice: a set has each id once, and what was read stays read. */
export class UnreadCounters extends Repository<Unread> {
  constructor(mapper: Mapper) {
    super(mapper, Unread);
  }

  async count(session_id: string): Promise<number> {
    return (await this.get({ session_id }, { consistent: true }))?.message_ids?.size ?? 0;
  }

  /** Takes note of a change of the messages. */
  async take(change: Change): Promise<void> {
    if (!isChangeOf(change, Message)) return;
    const { message_id, session_id } = change.key;
    const message_ids = new Set([message_id]);
    if (change.kind === 'insert' && change.after.role !== 'user') {
      const isUnread = {
        or: [
          { attr: 'read_to', exists: false },
          { attr: 'read_to', lt: message_id },
        ],
      } as const;
      await this.#change(session_id, { add: { message_ids } }, isUnread);
    }
    if (change.kind === 'remove') await this.#change(session_id, { delete: { message_ids } });
  }

  /** The user has read all messages up to this one. */
  async markRead(session_id: string, message_id: string): Promise<void> {
    await this.#change(session_id, { set: { read_to: message_id } });
    const { message_ids = [] } = await this.getOrFail({ session_id }, { consistent: true });
    const read = [...message_ids].filter((id) => id <= message_id);
    if (read.length > 0) await this.#change(session_id, { delete: { message_ids: new Set(read) } });
  }

  async #change(session_id: string, clauses: UpdateClauses<Unread>, condition?: Condition<Unread>): Promise<void> {
    try {
      await this.update({ session_id }, clauses, condition && { condition });
    } catch (error) {
      if (isMapperError(error, 'CONDITION_FAILED')) return;
      if (!isMapperError(error, 'NOT_FOUND')) throw error;
      await this.insert(this.create({ session_id })).catch((failure: unknown) => {
        // somebody was faster
        if (!isMapperError(failure, 'ALREADY_EXISTS')) throw failure;
      });
      await this.#change(session_id, clauses, condition);
    }
  }
}

/** Keeps the counters up to date until the signal aborts. Any number of processes can do that together. */
export async function keepUnreadCounters(mapper: Mapper, streams: DynamoDBStreams, signal: AbortSignal): Promise<void> {
  const counters = new UnreadCounters(mapper);
  const changes = mapper.changes({ streams, entities: [Message], consumer: 'unread', from: 'oldest', signal });
  try {
    for await (const change of changes) if (!change.onlyUpgraded) await counters.take(change);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
