import { afterAll, beforeAll, beforeEach } from '@jest/globals';
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

async function startNoteEngine(): Promise<NoteEngine> {
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
    stored: (table, noteId) => readStored(engine.endpoint, table, { id: { S: noteId } }),
  };
}

/** The engine of a spec that calls `startNotes()`. */
export let on: NoteEngine;
/** The id of the note that a test is about. */
export let id: string;
let count = 0;

/**
 * Gives the tests of a spec an engine with the tables of notes, `on`, and each of them an `id`; what it sends is
 * recorded.
 */
export function startNotes(): void {
  beforeAll(async () => {
    on = await startNoteEngine();
  });
  afterAll(() => on.engine.close());
  beforeEach(() => {
    id = `note-${count++}`;
    on.recording.reset();
  });
}

/** The operations that a test has sent. */
export const operations = () => on.recording.sent.map(({ operation }) => operation);

/** The UpdateItem requests that a test has sent. */
export const updates = () => on.recording.of('UpdateItem').map(({ input }) => input);

/** A stored note of version 1. */
export function staleNote(noteId: string, more: WireItem = {}): WireItem {
  return { id: { S: noteId }, body: { S: 'Hello' }, ...more };
}

/** A stored note of version 2. */
export function storedNote(noteId: string, more: WireItem = {}): WireItem {
  return { id: { S: noteId }, text: { S: 'Hello' }, schema_version: { N: '2' }, ...more };
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
