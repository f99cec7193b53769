import { randomUUID } from 'node:crypto';
import { type Mapper, type PagingOptions, Repository } from 'dynamo-evolve';
import { Session } from './session.js';

/** The sessions of the chat application. */
export class SessionRepository extends Repository<Session> {
  constructor(mapper: Mapper) {
    super(mapper, Session);
  }

  /** The sessions of a user, the last used first. */
  ofUser(user_id: string, paging: PagingOptions = {}) {
    return this.query({ index: 'by_user', partition: user_id, reverse: true, ...paging });
  }

  /** Stores a new session under a new id. */
  open({ tags = [], title, user_id }: { user_id: string; title: string; tags?: readonly string[] }) {
    const session = this.create({ session_id: randomUUID(), user_id, title });
    if (tags.length > 0) session.tags = new Set(tags);
    return this.insert(session);
  }
}
