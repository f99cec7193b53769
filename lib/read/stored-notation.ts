import { isDeepStrictEqual } from 'node:util';
import { equalItems, valueAt, type WireItem } from '../codec/wire.js';
import { type ErrorKey, MapperError } from '../errors.js';
import type { ItemContext } from './entity-context.js';
import { isSameRevision, readableItem, readStored } from './stored-item.js';

/** An item that was read, and its key. */
interface ReadItem {
  readonly key: ErrorKey;
  readonly keyItem: WireItem;
  /** The item as it was read. */
  readonly wire: WireItem;
}

/** Where an item is found after all. */
interface Found<T extends object> {
  /** A context whose requests name the number of the partition key as ScyllaDB keeps it. */
  readonly context: ItemContext<T>;
  readonly item: WireItem;
}

/**
 * Finds an item that was read, but isn't there under the number that the read showed for its partition key; `undefined`
 * if there is none under any notation. Throws `AMBIGUOUS_KEY` if it isn't certain that what is there is that item.
 */
export async function inStoredNotation<T extends object>(
  context: ItemContext<T>,
  { key, keyItem, wire }: ReadItem,
): Promise<Found<T> | undefined> {
  const table = await context.table.inStoredNotation(keyItem);
  if (table === undefined) return undefined;
  const found = table === 'several' ? undefined : { ...context, table };
  const item = found && (await readStored(found, keyItem));
  if (found && !item) return undefined;
  if (found && item && isSameItem(context, wire, item)) return { context: found, item };
  throw new MapperError('AMBIGUOUS_KEY', { entity: context.model.name, key });
}

/**
 * Nobody has changed it since it was read, but perhaps rewritten it in another version: another item would have another
 * revision, or other attributes. Throws what reading the found item can throw.
 */
function isSameItem<T extends object>(context: ItemContext<T>, read: WireItem, found: WireItem): boolean {
  const { revision } = context.model;
  const isRevised = revision !== undefined && valueAt(read, revision.attribute) !== undefined;
  if (isRevised) return isSameRevision(context, read, found);
  if (equalItems(read, found)) return true;
  const [before, now] = [readableItem(context, read), readableItem(context, found)];
  if (before.version === now.version) return false;
  const { reader } = context;
  return isDeepStrictEqual(reader.newestItem(now.wire, now.version), reader.newestItem(before.wire, before.version));
}
