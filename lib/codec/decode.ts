import { types } from 'node:util';
import type { Item } from '../item/item.js';
import { setOwn } from '../item/own-value.js';
import { decodeNumber, shortInteger, type StoredNumber } from './number.js';
import { readOpaque } from './opaque-value.js';
import { pathOf, type Place, placeOf } from './place.js';
import { invalidWire, wireBytes, type WireItem, type WireValue } from './wire.js';

/** Engines nest values 32 levels deep; far more than that is not from an engine and would exhaust the stack. */
const maximumDepth = 256;

/**
 * The JavaScript value of a wire value: string, number (`bigint` or the SDK's `NumberValue` where a number would lose
 * digits), boolean, null, `Uint8Array`, `Set`, array or plain object; an `OpaqueValue` where its type isn't known.
 * Loses nothing, and shares nothing with the wire value.
 *
 * Throws `INVALID_WIRE_VALUE` if it isn't a wire value. `path` is its place in the error.
 */
export function decodeValue(value: WireValue, path: string): unknown {
  const scalar = scalarOf(value);
  return scalar === undefined ? decode(value, placeOf(path), 1) : scalar;
}

/** Another name for an attribute. */
export interface Rename {
  readonly from: string;
  readonly to: string;
}

/**
 * The JavaScript values of a whole wire item, attribute by attribute. Throws `INVALID_WIRE_VALUE`. `renames` gives
 * attributes other names, unless an item has attributes of both.
 */
export function decodeItem(wire: WireItem, renames: readonly Rename[] = []): Item {
  if (!isObject(wire)) throw invalidWire('', 'not an object');
  const isRenamed = renames.length > 0 && !hasBoth((name) => Object.hasOwn(wire, name), renames);
  return isRenamed ? renamedMap(wire, renames) : map(wire, undefined, 0);
}

/** Whether an item has attributes of both names of a rename. */
export function hasBoth(has: (name: string) => boolean, renames: readonly Rename[]): boolean {
  return renames.some(({ from, to }) => has(from) && has(to));
}

function decode(value: WireValue, place: Place, depth: number): unknown {
  const scalar = scalarOf(value);
  return scalar === undefined ? decodeByType(value, place, depth) : scalar;
}

/** Decodes what most values are: text, a short integer or a boolean. Tried first, because it is fast. */
function scalarOf(value: WireValue): string | number | boolean | undefined {
  const { S: text, N: digits, BOOL: truth } = (value ?? {}) as { S?: unknown; N?: unknown; BOOL?: unknown };
  if (typeof text === 'string') return text;
  if (typeof digits === 'string') return shortInteger(digits);
  return typeof truth === 'boolean' ? truth : undefined;
}

function decodeByType(value: WireValue, place: Place, depth: number): unknown {
  for (const type in value) {
    const content = (value as Readonly<Record<string, unknown>>)[type];
    if (content === undefined) continue;
    switch (type) {
      case 'S':
      case 'BOOL':
        // scalarOf has read all that are text or booleans
        break;
      case 'N':
        return number(content, place);
      case 'NULL':
        if (typeof content === 'boolean') return null;
        break;
      case 'B':
        return bytes(content, place);
      case 'SS':
        if (Array.isArray(content) && content.every(isString)) return new Set(content);
        break;
      case 'NS':
        if (Array.isArray(content)) return new Set(content.map((text) => number(text, place)));
        break;
      case 'BS':
        if (Array.isArray(content)) return new Set(content.map((member) => bytes(member, place)));
        break;
      case 'L':
        if (Array.isArray(content)) return list(content as readonly WireValue[], place, depth);
        break;
      case 'M':
        if (isObject(content)) return map(content as WireItem, place, depth);
        break;
      default:
        return opaque(value, type, place);
    }
    throw noSuchValue(type, place);
  }
  throw invalidWire(pathOf(place), isObject(value) ? 'an AttributeValue without a type' : notAValue);
}

/** Engines have types that aren't known here, and will have more. Their values are passed through unchanged. */
function opaque(value: WireValue, type: string, place: Place): unknown {
  if (!isObject(value)) throw invalidWire(pathOf(place), notAValue);
  const read = readOpaque(value);
  if (read === undefined) throw invalidWire(pathOf(place), `of the type ${type.slice(0, 20)}, which isn't one`);
  return read;
}

const notAValue = 'not an AttributeValue';

function map(wire: WireItem, outer: Place | undefined, depth: number): Item {
  if (outer !== undefined && depth > maximumDepth) throw tooDeep(outer);
  // a copy has room for all members from the start, and own ones of every name
  const item: Item = { ...wire };
  const place: Place = { name: '', container: wire, outer };
  for (const name in item) {
    if (!Object.hasOwn(item, name)) continue;
    place.name = name;
    item[name] = decode(item[name] as WireValue, place, depth + 1);
  }
  return item;
}

function renamedMap(wire: WireItem, renames: readonly Rename[]): Item {
  const item: Item = {};
  const place: Place = { name: '', container: wire, outer: undefined };
  for (const name in wire) {
    if (!Object.hasOwn(wire, name)) continue;
    place.name = name;
    setOwn(item, renamed(name, renames), decode(wire[name] as WireValue, place, 1));
  }
  return item;
}

/** The name that an attribute gets. */
export function renamed(name: string, renames: readonly Rename[]): string {
  for (const { from, to } of renames) if (from === name) return to;
  return name;
}

function list(values: readonly WireValue[], outer: Place, depth: number): unknown[] {
  if (depth > maximumDepth) throw tooDeep(outer);
  const place: Place = { name: 0, container: values, outer };
  // of its full length at once: a list that grows is copied again and again
  const items: unknown[] = values.slice();
  for (let at = 0; at < items.length; at++) {
    place.name = at;
    items[at] = decode(items[at] as WireValue, place, depth + 1);
  }
  return items;
}

function number(text: unknown, place: Place): StoredNumber {
  const decoded = typeof text === 'string' ? decodeNumber(text) : undefined;
  if (decoded === undefined) throw invalidWire(pathOf(place), "an AttributeValue whose number isn't a number");
  return decoded;
}

function bytes(content: unknown, place: Place): Uint8Array {
  if (types.isUint8Array(content)) return wireBytes(content);
  if (typeof content !== 'string') throw noSuchValue('B', place);
  const decoded = wireBytes(content);
  // Node skips whatever isn't base64: then there are fewer bytes than the text has room for
  const isBase64 = content.length % 4 === 0 && decoded.length === Buffer.byteLength(content, 'base64');
  if (!isBase64) throw invalidWire(pathOf(place), "an AttributeValue whose bytes aren't base64 text");
  return decoded;
}

function noSuchValue(type: string, place: Place) {
  return invalidWire(pathOf(place), `an AttributeValue whose ${type} isn't such a value`);
}

function tooDeep(place: Place) {
  return invalidWire(pathOf(place), `nested more than ${maximumDepth} levels deep`);
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
const isString = (value: unknown): value is string => typeof value === 'string';
