import { invalid } from './refusal.js';
import type { Tag } from './tags.js';
import type { Body } from './upstream.js';

/** The version and the cluster that the profile stands for. */
export interface Release {
  /** Such as `2026.1`. */
  readonly version: string;
  /** The racks of the cluster. */
  readonly racks: number;
  /** Whether the configuration says `rf_rack_valid_keyspaces`. */
  readonly isRackValid: boolean;
}

/** Where all that the product needs is taken. */
export const permissiveRelease: Release = { version: '2026.1', racks: 3, isRackValid: false };

/** Whether a table that is created gets tablets: by its tag, else by the default of the version. */
export function hasTablets({ version }: Release, { Tags: tags = [] }: Body): boolean {
  const name = version < '2025.4' ? 'experimental:initial_tablets' : 'system:initial_tablets';
  const tag = (tags as Tag[]).find(({ Key: key }) => key === name)?.Value;
  return tag === undefined ? version >= '2025.4' : /^\s*[+-]?\d/.test(tag);
}

/** Throws the refusal of tags that a version keeps for itself. */
export function refuseTags({ version }: Release, { Tags: tags = [] }: Body): void {
  const reserved = (tags as Tag[]).find(({ Key: key }) => {
    if (!key.startsWith('system:') || key === 'system:write_isolation' || version < '2025.2') return false;
    return version < '2025.4' || key !== 'system:initial_tablets';
  });
  if (reserved) throw invalid(`Tag key '${reserved.Key}' is reserved for internal use`);
}

/** Throws the refusal of indexes on a table with tablets. */
export function refuseIndexes({ isRackValid, racks, version }: Release, which: string): void {
  if (version < '2025.4') return;
  if (version < '2026.1') {
    if (!isRackValid) throw invalid(`${which} with tablets require the rf_rack_valid_keyspaces option to be enabled.`);
  } else if (racks !== 1 && racks !== 3) {
    throw invalid(`${which} on a table using tablets require the number of racks in the cluster to be either 1 or 3`);
  }
}

/** Throws the refusal of expiry on a table with tablets. */
export function refuseExpiry({ version }: Release): void {
  if (version >= '2025.3') return;
  throw invalid(
    'TTL not yet supported on a table using tablets (issue #16567). ' +
      "Create a table with the tag 'experimental:initial_tablets' set to 'none' to use vnodes.",
  );
}
