import { inspect, isDeepStrictEqual, types } from 'node:util';
import { isPlainObject } from '../item/plain-object.js';
import type { Item } from '../item/item.js';

/** A difference between two items. */
export interface ItemDifference {
  /** The place, such as `tags` or `attachments[0].bytes`. */
  readonly path: string;
  /** The value before, as text; `undefined` if there was none. */
  readonly before: string | undefined;
  /** The value after, as text; `undefined` if there is none. */
  readonly after: string | undefined;
}

/** The differences between two items, sorted by name. Maps and lists are compared member by member. */
export function compareItems(before: Item, after: Item): ItemDifference[] {
  return compareMembers('', before, after);
}

/** Differences as lines: `- path: value before`, `+ path: value after`. */
export function formatDifferences(differences: readonly ItemDifference[]): string[] {
  return differences.flatMap(({ after, before, path }) => [
    ...(before === undefined ? [] : [`- ${path}: ${before}`]),
    ...(after === undefined ? [] : [`+ ${path}: ${after}`]),
  ]);
}

function compareMembers(path: string, before: Item, after: Item): ItemDifference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return names.flatMap((name) => {
    const at = /^[\w-]+$/.test(name) ? `${path === '' ? '' : `${path}.`}${name}` : `${path}[${JSON.stringify(name)}]`;
    return compare(at, valueOf(before, name), valueOf(after, name));
  });
}

function compare(path: string, before: unknown, after: unknown): ItemDifference[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isMap(before) && isMap(after)) return compareMembers(path, before, after);
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((member, at) => compare(`${path}[${at}]`, member, after[at]));
  }
  return [{ path, before: textOf(before), after: textOf(after) }];
}

function valueOf(item: Item, name: string): unknown {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

function isMap(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && isPlainObject(value);
}

/** A value on one line, as Node prints it, with bytes as base64. */
function textOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (types.isUint8Array(value)) return `base64 ${Buffer.from(value).toString('base64')}`;
  return inspect(value, { depth: null, breakLength: Infinity, maxStringLength: 200, maxArrayLength: 20 });
}
