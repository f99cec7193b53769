import {
  Attribute,
  CreatedAt,
  Entity,
  isMapperError,
  type Item,
  Mapper,
  type MapperError,
  type MapperOptions,
  PartitionKey,
  type Repository,
  Revision,
  UpdatedAt,
  Upgrade,
  Versioned,
  type WireItem,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { readStored, storeRaw } from './raw-requests.js';
import { type RecordingClient, recordingClient } from './recording-client.js';

class NoteUpgrades {
  /** v1 → v2: `body` is now `text`; `colour` defaults to `white`. */
  @Upgrade(1, 2)
  static text(item: Item): void {
    item.text = item.body;
    delete item.body;
    item.colour ??= 'white';
  }
}

/** What specs change and store. */
@Entity({ table: 'notes' })
@Versioned(2, { upgrades: NoteUpgrades })
export class Note {
  @PartitionKey({ type: 'string' }) id!: string;
  @Attribute({ type: 'string' }) text!: string;
  @Attribute({ type: 'string', optional: true, default: 'white' }) colour?: string;
  /** Stored under another name. */
  @Attribute({ type: 'number', name: 'st', optional: true }) stars?: number;
  @Attribute({ type: 'any', optional: true }) tags?: Set<string>;
  @Attribute({ type: 'any', optional: true }) settings?: Record<string, unknown>;
  @Attribute({ type: 'any', optional: true }) list?: unknown[];
}

/** The same with everything that writes make themselves. */
@Entity({ table: 'revised_notes' })
@Versioned(2, { upgrades: NoteUpgrades })
export class RevisedNote extends Note {
  @CreatedAt({ type: 'string' }) created_at!: string;
  @UpdatedAt({ type: 'string' }) updated_at!: string;
  @Revision({ type: 'string' }) revision!: string;
}

/** An engine with the tables of both classes, and what specs do with it. */
export interface NoteEngine {
  readonly engine: EmbeddedEngine;
  readonly recording: RecordingClient;
  /** Repositories whose requests are recorded. */
  readonly notes: Repository<Note>;
  readonly revised: Repository<RevisedNote>;
  /** Repositories of somebody else, whose requests are not. */
  readonly others: Repository<Note>;
  readonly otherRevised: Repository<RevisedNote>;
  /** A mapper of both classes, recorded. */
  mapper(options?: Partial<MapperOptions>): Mapper;
  /** Stores a wire item to the letter. */
  store(table: 'notes' | 'revised_notes', item: WireItem): Promise<void>;
  /** What is stored under an id. */
  stored(table: 'notes' | 'revised_notes', id: string): Promise<WireItem | undefined>;
}

/** The time of every write of these repositories. */
export const now = '2026-01-02T03:04:05.000Z';

export async function startNoteEngine(): Promise<NoteEngine> {
  const engine = await startEmbeddedEngine();
  const recording = recordingClient(engine.client);
  const clock = () => new Date(now);
  const entities = [Note, RevisedNote];
  const other = new Mapper({ client: engine.client, entities, clock });
  await other.createTables();
  const mapper = (options: Partial<MapperOptions> = {}) =>
    new Mapper({ client: recording.client, entities, clock, ...options });
  const recorded = mapper();
  return {
    engine,
    recording,
    notes: recorded.repository(Note),
    revised: recorded.repository(RevisedNote),
    others: other.repository(Note),
    otherRevised: other.repository(RevisedNote),
    mapper,
    store: (table, item) => storeRaw(engine.endpoint, table, item),
    stored: (table, id) => readStored(engine.endpoint, table, { id: { S: id } }),
  };
}

/** A stored note of version 1. */
export function staleNote(id: string, more: WireItem = {}): WireItem {
  return { id: { S: id }, body: { S: 'Hello' }, ...more };
}

/** A stored note of version 2. */
export function storedNote(id: string, more: WireItem = {}): WireItem {
  return { id: { S: id }, text: { S: 'Hello' }, schema_version: { N: '2' }, ...more };
}

/** The error that a call rejects with. */
export async function errorOf(call: Promise<unknown>): Promise<MapperError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isMapperError(error)) throw new Error('the call did not reject with a MapperError', { cause: error });
  return error;
}
