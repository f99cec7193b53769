import { types } from 'node:util';

/**
 * A deep copy of a default, so that entities share nothing. Copies have the class of the original, at any depth.
 * Instances are copied member by member, without their constructor. Private fields can't be copied; such defaults must
 * be functions.
 */
export function copyDefault<T>(value: T): T {
  return copy(value, new Map()) as T;
}

/** `copies` has the objects that were already copied, because a default can refer to itself, or to one object twice. */
function copy(value: unknown, copies: Map<object, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (copies.has(value)) return copies.get(value);
  const copied = emptyCopy(value);
  copies.set(value, copied);
  if (types.isMap(value)) {
    for (const [key, member] of value) (copied as Map<unknown, unknown>).set(copy(key, copies), copy(member, copies));
  } else if (types.isSet(value)) {
    for (const member of value) (copied as Set<unknown>).add(copy(member, copies));
  }
  if (types.isArrayBufferView(value) || types.isAnyArrayBuffer(value)) return copied;
  for (const name of Reflect.ownKeys(value)) {
    const descriptor = Object.getOwnPropertyDescriptor(value, name) as PropertyDescriptor;
    // an array already has its length
    if (Object.getOwnPropertyDescriptor(copied, name)?.configurable === false) continue;
    const isData = 'value' in descriptor;
    Object.defineProperty(copied, name, isData ? { ...descriptor, value: copy(descriptor.value, copies) } : descriptor);
  }
  return copied;
}

/** An object of the same kind and class, with its content only where that can't be added later. */
function emptyCopy(value: object): object {
  if (Buffer.isBuffer(value)) return Buffer.from(value);
  let empty: object;
  if (types.isDate(value)) empty = new Date(value.getTime());
  else if (types.isMap(value)) empty = new Map();
  else if (types.isSet(value)) empty = new Set();
  else if (types.isTypedArray(value)) empty = value.slice();
  else if (types.isRegExp(value)) empty = new RegExp(value.source, value.flags);
  else if (Array.isArray(value)) empty = Array.from({ length: value.length });
  else return Object.create(Object.getPrototypeOf(value) as object | null) as object;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return Object.getPrototypeOf(empty) === prototype ? empty : Object.setPrototypeOf(empty, prototype);
}
