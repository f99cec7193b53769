import { valueAt, type WireItem } from '../codec/wire.js';
import type { ItemContext } from '../read/entity-context.js';

/** Items that expire within so many seconds are left alone. */
const margin = 60;

/** Whether an item expires within a minute or has expired: the engine may delete it at any moment. */
export function isExpiring<T extends object>({ model, now }: ItemContext<T>, wire: WireItem): boolean {
  const value = model.timeToLive && valueAt(wire, model.timeToLive.attribute);
  // engines expire items by numbers alone
  if (value === undefined || !('N' in value)) return false;
  return Number(value.N) <= now().getTime() / 1000 + margin;
}
