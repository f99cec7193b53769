import { encodeItem } from '../codec/encode.js';
import type { Item } from '../item/item.js';

/** How long a line with a whole object may be. */
const longestLine = 110;

/** JSON that is the same for the same content: members by their names, short objects of simple values in a line. */
export function canonicalJson(value: unknown): string {
  return `${format(sorted(value), '')}\n`;
}

/** An item as canonical wire JSON, bytes as base64 text. Throws like `encodeItem`. */
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
    .filter(([, one]) => one !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, one]) => [name, isSet(name, one) ? sortedSet(one) : sorted(one)]));
}

/** The members of a stored set, which have no order. */
function isSet(name: string, value: unknown): value is unknown[] {
  return /^[SNB]S$/.test(name) && Array.isArray(value);
}

function sortedSet(members: readonly unknown[]): unknown[] {
  return (members.map(sorted) as string[]).toSorted();
}

function format(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const members = Object.entries(value).map(([name, one]) => {
    return (Array.isArray(value) ? '' : `${JSON.stringify(name)}: `) + format(one, `${indent}  `);
  });
  if (members.length === 0) return `${open}${close}`;
  const isSimple = Object.values(value).every((one) => typeof one !== 'object' || one === null);
  const line = Array.isArray(value) ? `[${members.join(', ')}]` : `{ ${members.join(', ')} }`;
  if (isSimple && indent !== '' && line.length <= longestLine) return line;
  const inner = members.map((one) => `${indent}  ${one}`).join(',\n');
  return `${open}\n${inner}\n${indent}${close}`;
}
