import { types } from 'node:util';

/**
 * A deep copy of plain values, so that a step can't change the original: objects, arrays, Maps, Sets and bytes are
 * copied, anything else (immutable values, class instances) is shared.
 */
export function copyPlain<T>(value: T): T {
  return copy(value) as T;
}

function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copy);
  if (types.isUint8Array(value)) return new Uint8Array(value);
  if (types.isSet(value)) return new Set([...value].map(copy));
  if (types.isMap(value)) return new Map([...value].map(([key, one]) => [key, copy(one)]));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return value;
  // from entries: unlike an assignment, it takes __proto__ for a name like any other
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, copy(one)]));
}
