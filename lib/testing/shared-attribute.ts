import { types } from 'node:util';
import type { Item } from '../item/item.js';

/**
 * The name of an attribute in which two items hold the identical list, map, set or bytes; `undefined` if there is none.
 * Frozen lists and maps don't count, because they can't be changed.
 */
export function sharedAttribute(first: Item, second: Item): string | undefined {
  const values = new Set<unknown>();
  for (const value of Object.values(first)) collect(value, values);
  return Object.keys(second).find((name) => isAmong(values, second[name]));
}

function isAmong(values: ReadonlySet<unknown>, value: unknown): boolean {
  const found = new Set<unknown>();
  collect(value, found);
  return [...found].some((container) => values.has(container));
}

/** Adds a value and the values inside it, except those that can't be changed. */
function collect(value: unknown, found: Set<unknown>): void {
  if (typeof value !== 'object' || value === null || found.has(value)) return;
  const isContainer = Array.isArray(value) || types.isSet(value) || types.isUint8Array(value);
  const isMap = Object.getPrototypeOf(value) === Object.prototype || types.isMap(value);
  if (!isContainer && !isMap) return;
  if (!Object.isFrozen(value) || types.isSet(value) || types.isMap(value)) found.add(value);
  if (!types.isUint8Array(value)) for (const member of Object.values(value)) collect(member, found);
}
