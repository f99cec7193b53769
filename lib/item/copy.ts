import { types } from 'node:util';
import { setOwn } from './own-value.js';
import { isPlainObject } from './plain-object.js';

/**
 * A deep copy of an item, so that a step can't change the original. Objects, arrays, Maps, Sets and bytes are copied;
 * everything else (immutable values, class instances) is shared.
 */
export function copyPlain<T extends object>(item: T): T {
  return copyMembers(item) as T;
}

/** A deep copy of any plain value. */
export function copyValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyValue);
  if (types.isUint8Array(value)) return new Uint8Array(value);
  if (types.isSet(value)) return new Set([...value].map(copyValue));
  if (types.isMap(value)) return new Map([...value].map(([key, member]) => [key, copyValue(member)]));
  return isPlainObject(value) ? copyMembers(value) : value;
}

function copyMembers(value: object): object {
  const copy = {};
  for (const name of Object.keys(value)) setOwn(copy, name, copyValue((value as Record<string, unknown>)[name]));
  return copy;
}
