import { type Mapper, Repository } from 'dynamo-evolve';
import { Message } from './message.js';

/** The messages of the chat application. */
export class MessageRepository extends Repository<Message> {
  constructor(mapper: Mapper) {
    super(mapper, Message);
  }

  /** The messages of a session, in the order in which they were sent. */
  ofSession(session_id: string) {
    return this.query({ partition: session_id });
  }

  /** The last `count` messages of a session, the newest first. */
  latest(session_id: string, count: number) {
    return this.query({ partition: session_id, reverse: true, limit: count }).all();
  }
}
