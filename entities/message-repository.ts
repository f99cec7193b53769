import { randomUUID } from 'node:crypto';
import { type Mapper, type PagingOptions, Repository } from 'dynamo-evolve';
import { Message } from './message.js';

/** The messages of the chat application. */
export class MessageRepository extends Repository<Message> {
  constructor(mapper: Mapper) {
    super(mapper, Message);
  }

  /** The messages of a session, in the order in which they were sent. */
  ofSession(session_id: string, paging: PagingOptions = {}) {
    return this.query({ partition: session_id, ...paging });
  }

  /** The last `count` messages of a session, the newest first. */
  latest(session_id: string, count: number) {
    return this.query({ partition: session_id, reverse: true, limit: count }).all();
  }

  /** Stores a new message under an id that sorts after those of earlier messages. */
  post(session_id: string, { content, role }: Pick<Message, 'content' | 'role'>) {
    const message_id = `${new Date().toISOString()}#${randomUUID().slice(0, 8)}`;
    return this.insert(this.create({ session_id, message_id, role, content }));
  }
}
