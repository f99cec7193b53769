import type { WireItem } from '../codec/wire.js';
import { isMapperError } from '../errors.js';
import type { ItemContext } from '../read/entity-context.js';
import { readableItem } from '../read/stored-item.js';
import type { VersionedWire } from '../read/tracked-item.js';
import { isExpiring } from '../rewrite/expiry.js';
import { rewriteInTable } from '../rewrite/rewrite-in-table.js';
import type { SweepOutcome } from './sweep-counts.js';

/** Why an item needs no rewrite; `undefined` if it needs one. */
export function leftAlone<T extends object>(
  context: ItemContext<T>,
  { version, wire }: VersionedWire,
): 'alreadyThere' | 'expiring' | undefined {
  if (version === context.writeVersion()) return 'alreadyThere';
  return isExpiring(context, wire) ? 'expiring' : undefined;
}

/**
 * Brings a stored item to the version that the mapper writes, unless it has that or is about to expire. Waits for
 * `admit` before it writes; `undefined` if that resolves to false. Throws what reads and rewrites throw.
 */
export async function sweepItem<T extends object>(
  context: ItemContext<T>,
  wire: WireItem,
  admit: () => Promise<boolean>,
): Promise<SweepOutcome | undefined> {
  const stored = readableItem(context, wire);
  const reason = leftAlone(context, stored);
  if (reason) return reason;
  if (!(await admit())) return undefined;
  // asked again: another version may have been pinned while it waited
  const version = context.writeVersion();
  const { keys } = context;
  try {
    const rewritten = await rewriteInTable(context, {
      keyItem: keys.keyOf(wire),
      key: keys.nameOf(wire),
      stored,
      version,
    });
    if (!rewritten) return 'gone';
    return rewritten.isOurs ? 'rewritten' : 'raced';
  } catch (error) {
    if (isMapperError(error, 'WRONG_ENTITY')) return 'gone';
    throw error;
  }
}
