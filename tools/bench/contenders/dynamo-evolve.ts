import { type EngineClient, Mapper, type MapperOptions, type Repository } from '../../../lib/index.js';
import { clientOf } from '../clients.js';
import type { Contender } from '../contender.js';
import { session, sessionOfVersion1 } from '../documents.js';
import { Conversation, RenamedSession, Session } from '../entities.js';

/** A mapper of the classes that are measured. */
export function mapperOf(client: EngineClient, options: Partial<MapperOptions> = {}): Mapper {
  return new Mapper({ client, entities: [Session, Conversation, RenamedSession], ...options });
}

function sessionsOf(endpoint: string): Repository<Session> {
  return mapperOf(clientOf(endpoint)).repository(Session);
}

/** An entity as an application makes it, current and complete. */
export function newSession(sessions: Repository<Session>, at: number): Session {
  const { session_id, user_id, title, session_state, blueprint, tags } = session.values(at);
  return sessions.create({
    ...({ session_id, user_id, title, session_state, blueprint } as Partial<Session>),
    tags: new Set(tags as string[]),
  });
}

export const dynamoEvolve: Contender = {
  name: 'dynamo-evolve',
  packages: [],
  table: 'sessions',
  stored: sessionOfVersion1,
  query: async (endpoint) => {
    const sessions = sessionsOf(endpoint);
    return () => sessions.query({ partition: 'session-0' }).all();
  },
  get: async (endpoint) => {
    const sessions = sessionsOf(endpoint);
    return (at) => sessions.get({ session_id: `session-${at}` });
  },
  put: async (endpoint) => {
    const sessions = sessionsOf(endpoint);
    return (at) => sessions.put(newSession(sessions, at));
  },
  save: async (endpoint) => {
    const sessions = sessionsOf(endpoint);
    const loaded = await sessions.getOrFail({ session_id: 'session-0' });
    return (at) => {
      loaded.title = `Title ${at}`;
      return sessions.save(loaded);
    };
  },
};

/** A client that reads through its own deserialiser: without our way for our commands. */
export function plainPathClient(endpoint: string): EngineClient {
  const client = clientOf(endpoint);
  const send = (command: { resolveMiddleware?: unknown }, options: object) => {
    delete command.resolveMiddleware;
    return client.send(command as never, options);
  };
  return { send } as EngineClient;
}
