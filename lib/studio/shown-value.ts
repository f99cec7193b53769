import { types } from 'node:util';
import { bytesOf } from '../codec/encode.js';
import { isNumberValue } from '../codec/number.js';
import type { WireItem, WireValue } from '../codec/wire.js';
import { setOwn } from '../item/own-value.js';

/**
 * A value as JSON, without losing a digit or a byte: a wire value with bytes as base64 text, or what only entities
 * have.
 */
export type ShownValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: boolean }
  | { readonly B: string }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] }
  | { readonly L: readonly ShownValue[] }
  /** With the name of the class, for an instance of one. */
  | { readonly M: ShownItem; readonly class?: string }
  | { readonly DATE: string }
  /** Anything else, as text. */
  | { readonly OTHER: string };

/** Values by their names. */
export interface ShownItem {
  readonly [name: string]: ShownValue;
}

/** How deep values are followed: stored ones have at most 32 levels, but a class can make a circle. */
const deepest = 40;

/** A stored item as JSON. */
export function shownItem(wire: WireItem): ShownItem {
  return shownMembers(Object.keys(wire).map((name) => [name, shownWire(wire[name] as WireValue)]));
}

/** A stored value as JSON. */
function shownWire(value: WireValue): ShownValue {
  if ('B' in value) return { B: base64(value.B) };
  if ('BS' in value) return { BS: value.BS.map(base64) };
  if ('L' in value) return { L: value.L.map(shownWire) };
  if ('M' in value) return { M: shownItem(value.M) };
  return value;
}

/** The properties of an entity as JSON. */
export function shownEntity(entity: object): ShownItem {
  return shownMembers(
    Object.entries(entity)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, shown(value, 0)]),
  );
}

function shown(value: unknown, depth: number): ShownValue {
  switch (typeof value) {
    case 'string':
      return { S: value };
    case 'number':
    case 'bigint':
      return { N: String(value) };
    case 'boolean':
      return { BOOL: value };
    case 'object':
      return value === null ? { NULL: true } : shownObject(value, depth);
    default:
      return { OTHER: typeof value };
  }
}

function shownObject(value: object, depth: number): ShownValue {
  const bytes = bytesOf(value);
  if (bytes) return { B: base64(bytes) };
  if (types.isDate(value)) return { DATE: Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString() };
  if (isNumberValue(value)) return { N: value.toString() };
  if (depth >= deepest) return { OTHER: '…' };
  if (types.isSet(value)) return shownSet([...value], depth);
  if (types.isMap(value))
    return { M: shownMembers([...value].map(([name, one]) => [String(name), shown(one, depth + 1)])) };
  if (Array.isArray(value)) return { L: value.map((one) => shown(one, depth + 1)) };
  const members = shownMembers(
    Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .map(([name, one]) => [name, shown(one, depth + 1)]),
  );
  const name = className(value);
  return name === undefined ? { M: members } : { M: members, class: name };
}

function shownSet(members: readonly unknown[], depth: number): ShownValue {
  const values = members.map((member) => shown(member, depth + 1));
  if (values.every((value) => 'S' in value)) return { SS: values.map(({ S }) => S) };
  if (values.every((value) => 'N' in value)) return { NS: values.map(({ N }) => N) };
  if (values.every((value) => 'B' in value)) return { BS: values.map(({ B }) => B) };
  return { L: values };
}

function className(value: object): string | undefined {
  const prototype = Object.getPrototypeOf(value) as { readonly constructor?: { readonly name?: unknown } } | null;
  if (prototype === null || prototype === Object.prototype) return undefined;
  const name = prototype.constructor?.name;
  return typeof name === 'string' && name !== 'Object' && name !== '' ? name : undefined;
}

/** Members by their names, which may be those that every object inherits. */
function shownMembers(members: readonly (readonly [string, ShownValue])[]): ShownItem {
  const item = {};
  for (const [name, value] of members) setOwn(item, name, value);
  return item;
}

function base64(bytes: string | Uint8Array): string {
  return typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('base64');
}
