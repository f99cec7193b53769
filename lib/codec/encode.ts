import { types } from 'node:util';
import { MapperError } from '../errors.js';
import type { Item } from './decode.js';
import { encodeNumber, NumberValue } from './number.js';
import { setOwn, type WireItem, type WireValue } from './wire.js';

/** How deep engines nest values. */
const maximumDepth = 32;

/** Where a value stands: the containers around it, innermost first. Only read when something is wrong. */
interface Place {
  readonly name: string | number;
  readonly container?: object;
  readonly outer?: Place;
}

/**
 * The wire value of a JavaScript value, with numbers as canonical plain decimals. Takes what `decodeValue` gives,
 * and `Map` (string keys), `Buffer` and other views of bytes. A property that is `undefined` is left out.
 *
 * Throws an error naming the path of what can't be stored: `UNSUPPORTED_VALUE` (functions, symbols, undefined in a
 * list, class instances, mixed sets …), `INVALID_NUMBER`, `EMPTY_SET`, `INVALID_NAME`, `CIRCULAR_VALUE`, `TOO_DEEP`.
 */
export function encodeValue(value: unknown, name: string): WireValue {
  return encode(value, { name }, 0);
}

/**
 * The wire item of plain values. Attributes that are `undefined` or an empty Set are left out: an empty Set is no value.
 * Throws like `encodeValue`.
 */
export function encodeItem(item: Item): WireItem {
  const wire = {};
  for (const name of Object.keys(item)) {
    const value = item[name];
    if (name === '') throw new MapperError('INVALID_NAME', { path: 'the item' });
    if (value !== undefined && !isEmptySet(value)) setOwn(wire, name, encodeValue(value, name));
  }
  return wire;
}

/** Whether a value is a Set without members, which engines don't store. */
export function isEmptySet(value: unknown): boolean {
  return types.isSet(value) && value.size === 0;
}

function encode(value: unknown, place: Place, depth: number): WireValue {
  switch (typeof value) {
    case 'string':
      return { S: checkedText(value, place) };
    case 'number':
    case 'bigint':
      return { N: numberText(value, place) };
    case 'boolean':
      return { BOOL: value };
    case 'object':
      return value === null ? { NULL: true } : encodeObject(value, place, depth);
    default:
      throw unsupported(place, value === undefined ? 'undefined' : `a ${typeof value}`);
  }
}

function encodeObject(value: object, place: Place, depth: number): WireValue {
  const bytes = bytesOf(value);
  if (bytes !== undefined) return { B: bytes };
  if (value instanceof NumberValue) return { N: numberText(value, place) };
  if (types.isSet(value)) return encodeSet(value, place);

  if (depth >= maximumDepth) throw tooDeep(value, place);
  if (Array.isArray(value)) return { L: encodeList(value, place, depth) };
  if (types.isMap(value)) return { M: encodeEntries(value, value, place, depth) };
  if (isPlainObject(value)) return { M: encodeEntries(Object.entries(value), value, place, depth) };
  throw unsupported(place, `an instance of ${className(value)}`);
}

function encodeList(values: readonly unknown[], outer: Place, depth: number): WireValue[] {
  // Array.from visits holes, too: they are undefined, and refused
  return Array.from(values, (value, name) => encode(value, { name, container: values, outer }, depth + 1));
}

function encodeEntries(
  entries: Iterable<readonly [unknown, unknown]>,
  container: object,
  outer: Place,
  depth: number,
): WireItem {
  const wire = {};
  for (const [name, value] of entries) {
    if (typeof name !== 'string') throw unsupported(outer, 'a Map with a key that is no string');
    if (name === '') throw new MapperError('INVALID_NAME', { path: pathOf(outer) });
    if (value !== undefined) setOwn(wire, name, encode(value, { name, container, outer }, depth + 1));
  }
  return wire;
}

function encodeSet(set: ReadonlySet<unknown>, place: Place): WireValue {
  const members = [...set];
  if (members.length === 0) throw new MapperError('EMPTY_SET', { path: pathOf(place) });
  if (members.every((one) => typeof one === 'string')) return { SS: members.map((text) => checkedText(text, place)) };
  if (members.every(isStoredNumber)) return { NS: [...new Set(members.map((one) => numberText(one, place)))] };
  const bytes = members.map((one) => (typeof one === 'object' && one !== null ? bytesOf(one) : undefined));
  if (bytes.every((one) => one !== undefined)) {
    // members are equal by their content, not by identity
    return { BS: [...new Map(bytes.map((one) => [Buffer.from(one).toString('latin1'), one])).values()] };
  }
  throw unsupported(place, 'a Set of anything but only strings, only numbers or only bytes');
}

function isStoredNumber(value: unknown): value is number | bigint | NumberValue {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof NumberValue;
}

function bytesOf(value: object): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return types.isAnyArrayBuffer(value) ? new Uint8Array(value) : undefined;
}

function numberText(value: number | bigint | NumberValue, place: Place): string {
  const encoded = encodeNumber(value);
  if ('N' in encoded) return encoded.N;
  throw new MapperError('INVALID_NUMBER', { path: pathOf(place), found: encoded.problem });
}

function checkedText(text: string, place: Place): string {
  if (!text.isWellFormed()) throw unsupported(place, 'text with half a surrogate pair, which UTF-8 cannot hold');
  return text;
}

/** Whether an object has no class of its own; by the shape of its prototype, since it may come from another realm. */
function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function className(value: object): string {
  const { constructor } = Object.getPrototypeOf(value) as { constructor?: unknown };
  return typeof constructor === 'function' && constructor.name !== '' ? constructor.name : 'a class';
}

function tooDeep(value: object, place: Place): MapperError {
  for (let at: Place | undefined = place; at !== undefined; at = at.outer) {
    if (at.container === value) return new MapperError('CIRCULAR_VALUE', { path: pathOf(at.outer ?? at) });
  }
  return new MapperError('TOO_DEEP', { path: pathOf(place), limit: maximumDepth });
}

function unsupported(place: Place, found: string): MapperError {
  return new MapperError('UNSUPPORTED_VALUE', { path: pathOf(place), found });
}

function pathOf(place: Place): string {
  if (place.outer === undefined) return String(place.name);
  const outer = pathOf(place.outer);
  return typeof place.name === 'number' ? `${outer}[${place.name}]` : `${outer}.${place.name}`;
}
