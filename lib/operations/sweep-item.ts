import type { WireItem } from '../codec/wire.js';
import { isMapperError } from '../errors.js';
import type { ItemContext } from '../read/entity-context.js';
import { readableItem } from '../read/stored-item.js';
import { isExpiring } from '../rewrite/expiry.js';
import { rewriteInTable } from '../rewrite/rewrite-in-table.js';
import type { SweepOutcome } from './sweep-counts.js';

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
  if (stored.version === context.writeVersion()) return 'alreadyThere';
  if (isExpiring(context, wire)) return 'expiring';
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
