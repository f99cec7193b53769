import type { ErrorKey } from '../errors.js';
import type { EntityContext } from '../read/entity-context.js';
import { type ShownItem, shownItem } from './shown-value.js';

/** The key that an error names: as text, and as the item's page takes it. */
export function keyOfError(
  { keys }: EntityContext<object>,
  key: ErrorKey,
): { readonly key: ShownItem | undefined; readonly label: string } {
  const label = Object.values(key).map(textOf).join(' · ');
  try {
    return { key: shownItem(keys.encode(key)), label };
  } catch {
    // a key that is no key of this class, such as one of another type
    return { key: undefined, label };
  }
}

function textOf(value: unknown): string {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : String(value);
}
