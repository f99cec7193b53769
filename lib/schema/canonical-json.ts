import { encodeItem } from '../codec/encode.js';
import type { Item } from '../codec/decode.js';

/** JSON that is the same for the same content: members by their names, two spaces, a line end. */
function canonicalJson(value: unknown): string {
  return `${JSON.stringify(sorted(value), undefined, 2)}\n`;
}

/** An item as canonical wire JSON, bytes as base64 text. Throws like `encodeItem`. */
export function wireJson(item: Item): string {
  return canonicalJson(encodeItem(item));
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  }
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, one]) => [name, isSet(name, one) ? sortedSet(one) : sorted(one)]));
}

/** The members of a stored set, which have no order. */
function isSet(name: string, value: unknown): value is unknown[] {
  return /^[SNB]S$/.test(name) && Array.isArray(value);
}

function sortedSet(members: readonly unknown[]): unknown[] {
  return (members.map(sorted) as string[]).toSorted();
}
