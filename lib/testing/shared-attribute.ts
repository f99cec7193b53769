import { types } from 'node:util';
import type { Item } from '../item/item.js';

/**
 * The name of an attribute in which two items hold the very same list, map, set or bytes; `undefined` if there is none.
 * Frozen lists and maps don't count: nobody changes them.
 */
export function sharedAttribute(first: Item, second: Item): string | undefined {
  const values = new Set<unknown>();
  for (const value of Object.values(first)) collect(value, values);
  return Object.keys(second).find((name) => isAmong(values, second[name]));
}

function isAmong(values: ReadonlySet<unknown>, value: unknown): boolean {
  const own = new Set<unknown>();
  collect(value, own);
  return [...own].some((one) => values.has(one));
}

/** Adds a value, and what is in it, as far as it can be changed. */
function collect(value: unknown, found: Set<unknown>): void {
  if (typeof value !== 'object' || value === null || found.has(value)) return;
  const isContainer = Array.isArray(value) || types.isSet(value) || types.isUint8Array(value);
  const isMap = Object.getPrototypeOf(value) === Object.prototype || types.isMap(value);
  if (!isContainer && !isMap) return;
  if (!Object.isFrozen(value) || types.isSet(value) || types.isMap(value)) found.add(value);
  if (!types.isUint8Array(value)) for (const one of Object.values(value)) collect(one, found);
}
