import { types } from 'node:util';
import { MapperError } from '../errors.js';
import { isPlainObject } from '../item/plain-object.js';
import type { Item } from '../item/item.js';
import { encodeNumber, isNumberValue, type NumberValue } from './number.js';
import { isOpaqueValue, opaqueWire } from './opaque-value.js';
import { pathOf, type Place, placeOf } from './place.js';
import type { WireItem, WireValue } from './wire.js';
import { setOwn } from '../item/own-value.js';

/** How deep engines nest values. */
const maximumDepth = 32;

const theItem = placeOf('the item');

/**
 * The wire value of a JavaScript value, with numbers as canonical plain decimals. Accepts what `decodeValue` returns,
 * and also `Map` (with string keys), `Buffer` and other views of bytes. A property that is `undefined` is left out.
 * Shares nothing with the value: bytes are copied.
 *
 * Throws an error naming the path of what can't be stored: `UNSUPPORTED_VALUE` (functions, symbols, undefined in a
 * list, class instances, mixed sets …), `INVALID_NUMBER`, `EMPTY_SET`, `INVALID_NAME`, `CIRCULAR_VALUE`, `TOO_DEEP`.
 */
export function encodeValue(value: unknown, name: string): WireValue {
  return encode(value, placeOf(name), 0);
}

/**
 * The wire item of plain values. Attributes that are `undefined` or an empty Set are left out: an empty Set isn't a
 * value. Throws like `encodeValue`.
 */
export function encodeItem(item: Item): WireItem {
  const wire = {};
  for (const name of Object.keys(item)) {
    const value = item[name];
    checkName(name, theItem);
    if (value !== undefined && !isEmptySet(value)) setOwn(wire, name, encodeValue(value, name));
  }
  return wire;
}

/**
 * Like `encodeValue`, for a value that was read: also accepts integers beyond 2^53 that aren't bigints, which stored
 * decimals are read as.
 */
export function encodeReadValue(value: unknown, name: string): WireValue {
  return encodeValue(withBigInts(value), name);
}

function withBigInts(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(withBigInts);
  if (types.isSet(value)) return new Set(Array.from(value, withBigInts));
  if (types.isMap(value)) return new Map(Array.from(value, ([name, member]) => [name, withBigInts(member)]));
  if (typeof value !== 'object' || value === null || !isPlainObject(value)) return value;
  return new Map(Object.entries(value).map(([name, member]) => [name, withBigInts(member)]));
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
  if (isNumberValue(value)) return { N: numberText(value, place) };
  if (isOpaqueValue(value)) return opaqueWire(value);
  if (types.isSet(value)) return encodeSet(value, place);

  if (depth >= maximumDepth) throw tooDeep(value, place);
  if (Array.isArray(value)) return { L: encodeList(value, place, depth) };
  if (types.isMap(value)) return { M: encodeEntries(value, value, place, depth) };
  if (isPlainObject(value)) return { M: encodeEntries(Object.entries(value), value, place, depth) };
  throw unsupported(place, `an instance of ${className(value)}`);
}

function encodeList(values: readonly unknown[], outer: Place, depth: number): WireValue[] {
  const place: Place = { name: 0, container: values, outer };
  const wire: WireValue[] = [];
  // visits holes, too: they are undefined, and refused
  for (const value of values) {
    place.name = wire.length;
    wire.push(encode(value, place, depth + 1));
  }
  return wire;
}

function encodeEntries(
  entries: Iterable<readonly [unknown, unknown]>,
  container: object,
  outer: Place,
  depth: number,
): WireItem {
  const wire = {};
  const place: Place = { name: '', container, outer };
  for (const [name, value] of entries) {
    if (typeof name !== 'string') throw unsupported(outer, "a Map with a key that isn't a string");
    checkName(name, outer);
    place.name = name;
    if (value !== undefined) setOwn(wire, name, encode(value, place, depth + 1));
  }
  return wire;
}

function encodeSet(set: ReadonlySet<unknown>, place: Place): WireValue {
  const members = [...set];
  if (members.length === 0) throw new MapperError('EMPTY_SET', { path: pathOf(place) });
  if (members.every((member) => typeof member === 'string'))
    return { SS: members.map((text) => checkedText(text, place)) };
  if (members.every(isStoredNumber)) return { NS: [...new Set(members.map((member) => numberText(member, place)))] };
  const bytes = members.map((member) => (typeof member === 'object' && member !== null ? bytesOf(member) : undefined));
  if (bytes.every((each) => each !== undefined)) {
    // members are equal by their content, not by identity
    return { BS: [...new Map(bytes.map((each) => [Buffer.from(each).toString('latin1'), each])).values()] };
  }
  throw unsupported(place, 'a Set of anything but only strings, only numbers or only bytes');
}

export function isStoredNumber(value: unknown): value is number | bigint | NumberValue {
  return typeof value === 'number' || typeof value === 'bigint' || isNumberValue(value);
}

export function bytesOf(value: object): Uint8Array | undefined {
  if (types.isUint8Array(value)) return new Uint8Array(value);
  if (ArrayBuffer.isView(value)) return bytesOf(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  return types.isAnyArrayBuffer(value) ? bytesOf(new Uint8Array(value)) : undefined;
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

function checkName(name: string, place: Place): void {
  if (name === '') throw new MapperError('INVALID_NAME', { path: pathOf(place) });
  if (!name.isWellFormed()) throw unsupported(place, 'a name with half a surrogate pair, which UTF-8 cannot hold');
}

function className(value: object): string {
  const { constructor } = Object.getPrototypeOf(value) as { constructor?: { readonly name?: unknown } };
  const name = constructor?.name;
  return typeof name === 'string' && name !== '' ? name : 'a class without a name';
}

function tooDeep(value: object, place: Place): MapperError {
  const inner = new Set([value]);
  let circular: Place | undefined;
  // a container that is also inside itself; the last one found is the outermost
  for (let at: Place | undefined = place; at?.container !== undefined; at = at.outer) {
    if (inner.has(at.container)) circular = at.outer ?? at;
    inner.add(at.container);
  }
  if (circular) return new MapperError('CIRCULAR_VALUE', { path: pathOf(circular) });
  return new MapperError('TOO_DEEP', { path: pathOf(place), limit: maximumDepth });
}

function unsupported(place: Place, found: string): MapperError {
  return new MapperError('UNSUPPORTED_VALUE', { path: pathOf(place), found });
}
