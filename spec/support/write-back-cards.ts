import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import {
  Attribute,
  channels,
  type Class,
  Entity,
  Index,
  type Item,
  Mapper,
  PartitionKey,
  Revision,
  SortKey,
  TimeToLive,
  Upgrade,
  type UpgradeOptions,
  Versioned,
  type WireItem,
  type WriteBackEvent,
} from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readStored, storeRaw } from './raw-requests.js';
import { type RecordingClient, recordingClient } from './recording-client.js';

/** What specs read and write back; its declared attributes can hold anything. */
export interface Card {
  deck: string;
  at: number;
  heading?: unknown;
  kind?: unknown;
  note?: unknown;
}

export interface CardOptions extends UpgradeOptions {
  readonly table?: string;
  readonly revision?: boolean;
  readonly timeToLive?: boolean;
}

/** v1 → v2: `title` is now `heading`; `kind` defaults to `plain`. */
export function renameTitle(item: Item): void {
  item['heading'] = item['title'];
  delete item['title'];
  item['kind'] ??= 'plain';
}

/** A class of version 2 with one upgrade. */
export function cardClass(
  upgrade: (item: Item) => unknown = renameTitle,
  { table = 'cards', revision = false, timeToLive = false, ...options }: CardOptions = {},
): Class<Card> {
  class CardOfTwo {}
  const { prototype } = CardOfTwo;
  // itself, not a method that calls it: what is asked of copies is only known of the method
  Object.defineProperty(CardOfTwo, 'upgrade', { value: upgrade });
  Entity({ table })(CardOfTwo);
  Versioned(2)(CardOfTwo);
  Upgrade(1, 2, options)(CardOfTwo, 'upgrade');
  Index('by_kind', { partitionKey: 'kind', sortKey: 'at', complete: true })(CardOfTwo);
  PartitionKey({ type: 'string' })(prototype, 'deck');
  SortKey({ type: 'number' })(prototype, 'at');
  Attribute({ type: 'string', optional: true })(prototype, 'kind');
  for (const name of ['heading', 'note']) Attribute({ type: 'any', optional: true })(prototype, name);
  if (revision) Revision({ type: 'string' })(prototype, 'revision');
  if (timeToLive) TimeToLive({ type: 'number' })(prototype, 'expires');
  return CardOfTwo as unknown as Class<Card>;
}

/** A stored card of version 1. */
export function staleCard(at: number, more: WireItem = {}): WireItem {
  return { deck: { S: 'a' }, at: { N: `${at}` }, title: { S: 'Hello' }, ...more };
}

/** Notes how write-backs end, until `stop()`. */
export function watchWriteBacks(): { readonly events: WriteBackEvent[]; outcomes(): string[]; stop(): void } {
  const events: WriteBackEvent[] = [];
  const note = (event: unknown) => void events.push(event as WriteBackEvent);
  subscribe(channels.writeBack, note);
  return {
    events,
    outcomes: () => events.map((one) => one.outcome),
    stop: () => void unsubscribe(channels.writeBack, note),
  };
}

/** The engine of a spec that calls `startCards()`, and its client, whose requests are recorded. */
export let engine: EmbeddedEngine;
export let recording: RecordingClient;
/** The write-backs of a test. */
export let watched: ReturnType<typeof watchWriteBacks>;

/** Gives the tests of a spec an engine with the tables of these classes; what they send and write back is noted. */
export function startCards(...classes: Class<Card>[]): void {
  beforeAll(async () => {
    engine = await startEmbeddedEngine();
    recording = recordingClient(engine.client);
    await new Mapper({ client: engine.client, entities: classes }).createTables();
  });
  afterAll(() => engine.close());
  beforeEach(() => {
    recording.reset();
    watched = watchWriteBacks();
  });
  afterEach(() => watched.stop());
}

export const keyOf = (at: number) => ({ deck: 'a', at });
export const updates = () => recording.of('UpdateItem');
export const store = (...items: WireItem[]) =>
  Promise.all(items.map((item) => storeRaw(engine.endpoint, 'cards', item)));
export const stored = (at: number) => readStored(engine.endpoint, 'cards', { deck: { S: 'a' }, at: { N: `${at}` } });
