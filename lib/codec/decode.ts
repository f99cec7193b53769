import { decodeNumber } from './number.js';
import { invalidWire, setOwn, wireBytes, type WireItem, type WireValue } from './wire.js';

/** One record as plain JavaScript values under stored attribute names, of any version: what upgrades receive and return. */
export interface Item {
  [attribute: string]: unknown;
}

/** Engines nest values 32 levels deep; far more than that is not from an engine and would exhaust the stack. */
const maximumDepth = 256;

/**
 * The JavaScript value of a wire value: string, number (`bigint` or the SDK's `NumberValue` where a number would lose
 * digits), boolean, null, `Uint8Array`, `Set`, array or plain object. Loses nothing.
 *
 * Throws `INVALID_WIRE_VALUE` if it is no wire value. `path` is where it stands, for the error.
 */
export function decodeValue(value: WireValue, path: string, depth = 0): unknown {
  for (const type in value) {
    const content = (value as Readonly<Record<string, unknown>>)[type];
    switch (type) {
      case 'S':
        if (typeof content === 'string') return content;
        break;
      case 'N':
        return number(content, path);
      case 'BOOL':
        if (typeof content === 'boolean') return content;
        break;
      case 'NULL':
        return null;
      case 'B':
        if (isBytes(content)) return wireBytes(content);
        break;
      case 'SS':
        if (isArray(content, isString)) return new Set(content);
        break;
      case 'NS':
        if (isArray(content, isString)) return new Set(content.map((text) => number(text, path)));
        break;
      case 'BS':
        if (isArray(content, isBytes)) return new Set(content.map(wireBytes));
        break;
      case 'L':
        if (Array.isArray(content)) return list(content as readonly WireValue[], path, depth);
        break;
      case 'M':
        if (isObject(content)) return map(content as WireItem, path, depth);
        break;
      default:
        throw invalidWire(path, `of the unknown type ${type.slice(0, 20)}`);
    }
    if (content !== undefined) throw invalidWire(path, `an AttributeValue whose ${type} is no such value`);
  }
  throw invalidWire(path, isObject(value) ? 'an AttributeValue without a type' : 'no AttributeValue');
}

/** The JavaScript values of a whole wire item, attribute by attribute. Throws `INVALID_WIRE_VALUE`. */
export function decodeItem(wire: WireItem): Item {
  if (!isObject(wire)) throw invalidWire('', 'no object');
  return map(wire, '', -1);
}

function map(wire: WireItem, path: string, depth: number): Item {
  if (depth > maximumDepth) throw invalidWire(path, `nested more than ${maximumDepth} levels deep`);
  const item: Item = {};
  for (const name of Object.keys(wire)) {
    setOwn(item, name, decodeValue(wire[name] as WireValue, name, depth + 1));
  }
  return item;
}

function list(values: readonly WireValue[], path: string, depth: number): unknown[] {
  if (depth > maximumDepth) throw invalidWire(path, `nested more than ${maximumDepth} levels deep`);
  return values.map((value) => decodeValue(value, path, depth + 1));
}

function number(text: unknown, path: string) {
  const decoded = typeof text === 'string' ? decodeNumber(text) : undefined;
  if (decoded === undefined) throw invalidWire(path, 'an AttributeValue whose number is none');
  return decoded;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
const isString = (value: unknown): value is string => typeof value === 'string';
const isBytes = (value: unknown): value is string | Uint8Array =>
  typeof value === 'string' || value instanceof Uint8Array;
const isArray = <T>(value: unknown, isMember: (one: unknown) => one is T): value is T[] =>
  Array.isArray(value) && value.every(isMember);
