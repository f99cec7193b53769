import { encodeItem } from '../codec/encode.js';
import type { Item } from '../item/item.js';

/** The longest line that an object or list is written on. */
const longestLine = 110;

/**
 * JSON that is always the same for the same content: members sorted by name, short objects of simple values on one
 * line.
 */
export function canonicalJson(value: unknown): string {
  return `${format(sorted(value), '')}\n`;
}

/** An item as canonical wire JSON, with bytes as base64. Throws what `encodeItem` throws. */
export function wireJson(item: Item): string {
  return `${JSON.stringify(sorted(encodeItem(item)), undefined, 2)}\n`;
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  }
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.map(([name, member]) => [name, isSet(name, member) ? sortedSet(member) : sorted(member)]),
  );
}

/** Whether a member is a set in wire JSON; the order of a set means nothing. */
function isSet(name: string, value: unknown): value is unknown[] {
  return /^[SNB]S$/.test(name) && Array.isArray(value);
}

function sortedSet(members: readonly unknown[]): unknown[] {
  return (members.map(sorted) as string[]).toSorted();
}

function format(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const members = Object.entries(value).map(([name, member]) => {
    return (Array.isArray(value) ? '' : `${JSON.stringify(name)}: `) + format(member, `${indent}  `);
  });
  if (members.length === 0) return `${open}${close}`;
  const isSimple = Object.values(value).every((member) => typeof member !== 'object' || member === null);
  const line = Array.isArray(value) ? `[${members.join(', ')}]` : `{ ${members.join(', ')} }`;
  if (isSimple && indent !== '' && line.length <= longestLine) return line;
  const inner = members.map((member) => `${indent}  ${member}`).join(',\n');
  return `${open}\n${inner}\n${indent}${close}`;
}
