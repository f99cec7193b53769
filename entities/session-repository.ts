import { type Mapper, Repository } from 'dynamo-evolve';
import { Session } from './session.js';

/** The sessions of the chat application. */
export class SessionRepository extends Repository<Session> {
  constructor(mapper: Mapper) {
    super(mapper, Session);
  }

  /** The sessions of a user, the one used last first. */
  ofUser(user_id: string) {
    return this.query({ index: 'by_user', partition: user_id, reverse: true });
  }
}
