import type { WireItem } from 'dynamo-evolve';
import type { EmbeddedEngine } from 'dynamo-evolve/testing';
import type { Class } from '../../../lib/model/class.js';

/** A session as the other libraries know it: the shape that is version 1 for dynamo-evolve. */
export interface OldSession {
  readonly sessionId: string;
  readonly title: string;
  readonly state: 'open' | 'closed';
  readonly lastSeen?: Date;
  /** Unknown to the ported class. */
  readonly notes?: string;
}

/** A session in the shape of version 2. */
export interface NewSession {
  sessionId: string;
  title: string;
  sessionState: 'open' | 'closed';
  blueprint: string;
  lastSeen?: Date;
}

/** A table of another library, through that library. */
export interface PeerTable {
  /** Stores a whole item. */
  put(session: OldSession): Promise<unknown>;
  /** Changes one attribute. */
  rename(sessionId: string, title: string): Promise<unknown>;
  get(sessionId: string): Promise<object | undefined>;
}

/** Another library, and the class that its guide ports. */
export interface Peer {
  readonly name: string;
  readonly table: string;
  /** The ported class, of version 2. */
  readonly Session: Class<NewSession>;
  /** The key of an item as it is stored. */
  readonly keyOf: (sessionId: string) => WireItem;
  /** What the library itself adds to each item, by the names of the attributes. */
  readonly marks: readonly string[];
  /** Creates the table, and what the library needs to use it. */
  readonly begin: (engine: EmbeddedEngine) => Promise<PeerTable>;
}
