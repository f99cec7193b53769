import type { Rename } from '../codec/decode.js';
import type { VersionStep } from './version-step.js';

/**
 * The attributes that the first step renames before it does anything else. Decoding can rename them instead, and the
 * step then finds nothing to do. That saves time: V8 makes an object slow for good when a member is deleted from it.
 */
export function leadingRenames(
  [first]: readonly VersionStep[],
  { keyParts = [] }: { readonly keyParts?: readonly unknown[] },
): readonly Rename[] {
  const renames: Rename[] = [];
  // the parts of keys are compared with what they were before the first step
  if (keyParts.length > 0) return renames;
  for (const { attribute: from, kind, to } of first?.declared?.steps ?? []) {
    // renames follow each other: a later one may take the name that an earlier one makes free
    if (kind !== 'rename' || to === undefined || renames.some((earlier) => earlier.from === to)) break;
    renames.push({ from, to });
  }
  return renames;
}
