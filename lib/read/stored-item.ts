import { isSameValue, valueAt, type WireItem } from '../codec/wire.js';
import { type ErrorKey, MapperError } from '../errors.js';
import type { ItemContext } from './entity-context.js';
import type { VersionedWire } from './tracked-item.js';

/** What is stored under a key, read consistently. */
export function readStored<T extends object>(context: ItemContext<T>, key: WireItem): Promise<WireItem | undefined> {
  return context.table.get(key, { consistent: true });
}

/**
 * A stored item that didn't meet a write's condition, if this code can read it. Throws `WRONG_ENTITY`,
 * `INVALID_VERSION`, `NEWER_VERSION` or `TOO_OLD_VERSION`, which is why the write wasn't done.
 */
export function readableItem<T extends object>({ reader }: ItemContext<T>, wire: WireItem): VersionedWire {
  if (!reader.owns(wire)) throw reader.wrongEntity(wire);
  return { wire, version: reader.versionOf(wire) };
}

/** Whether an item has a revision. If so, the write that generated it was done, although its answer was lost. */
export function hasRevision<T extends object>(
  { model }: ItemContext<T>,
  wire: WireItem | undefined,
  revision: unknown,
): boolean {
  const stored = model.revision && wire?.[model.revision.attribute];
  return stored !== undefined && 'S' in stored && stored.S === revision;
}

/** Whether two states of an item have the same revision, so that no write that changes the revision came in between. */
export function isSameRevision<T extends object>({ model }: ItemContext<T>, before: WireItem, now: WireItem): boolean {
  const { revision } = model;
  return !revision || isSameValue(valueAt(before, revision.attribute), valueAt(now, revision.attribute));
}

/** The error for a write that came too late. It can read what is stored now. */
export function conflict<T extends object>(
  { model, reader }: ItemContext<T>,
  key: ErrorKey,
  stored: WireItem | undefined,
): MapperError {
  return new MapperError('CONFLICT', { entity: model.name, key }).withCurrent(() => stored && reader.read(stored));
}
