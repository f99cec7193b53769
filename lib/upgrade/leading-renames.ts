import type { Rename } from '../codec/decode.js';
import type { UpgradeChain, UpgradeStep } from './chain.js';

/**
 * What the first of some steps renames before it does anything else. This can just as well be done while an item is decoded, and then
 * the step finds nothing left to do. It saves much: an object that a member was deleted from is slow from then on.
 */
export function leadingRenames(
  [first]: readonly UpgradeStep[],
  { keyParts = [] }: Pick<UpgradeChain, 'keyParts'>,
): readonly Rename[] {
  const renames: Rename[] = [];
  // compared with what they were before the steps
  if (keyParts.length > 0) return renames;
  for (const { attribute: from, kind, to } of first?.declared?.steps ?? []) {
    // a name that an earlier one makes free is taken by a later one: they must follow each other
    if (kind !== 'rename' || to === undefined || renames.some((earlier) => earlier.from === to)) break;
    renames.push({ from, to });
  }
  return renames;
}
