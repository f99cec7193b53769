import type { WireItem } from '../codec/wire.js';
import type { ItemContext } from './entity-context.js';
import { trackedOf } from './tracked-item.js';

/**
 * The stored key that an object says: its own properties, and of an entity that was read the key of its item, whose
 * dates can be in another notation than they are written in. Throws `INVALID_KEY_VALUE`.
 */
export function keyItemOf<T extends object>({ keys, table }: ItemContext<T>, key: object): WireItem {
  const encoded = keys.encode(key);
  const tracked = trackedOf(key, table.name);
  return tracked && keys.isSame(encoded, tracked.wire) ? keys.keyOf(tracked.wire) : encoded;
}

/** The item of an entity that was read, if the entity still has its key. */
export function readItemOf<T extends object>(
  { keys, table }: ItemContext<T>,
  entity: object,
  keyItem: WireItem,
): WireItem | undefined {
  const wire = trackedOf(entity, table.name)?.wire;
  return wire && keys.isSame(keyItem, wire) ? wire : undefined;
}
