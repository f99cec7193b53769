import type { Item } from '../item/item.js';
import { setOwn } from '../item/own-value.js';
import { decodeItem, decodeValue, hasBoth, type Rename, renamed } from './decode.js';
import { valueAt, type WireItem, type WireValue } from './wire.js';

/**
 * A value of a row. Text, integers of at most 15 digits, booleans and null stand for themselves. Everything else is
 * wrapped like a wire value; in lists and maps, the same holds for their members.
 */
export type RowValue = string | number | boolean | null | WrappedValue;

/** Has one member, named for the type, as wire values have. */
interface WrappedValue {
  readonly L?: readonly RowValue[];
  readonly M?: { readonly [name: string]: RowValue };
  readonly SS?: readonly string[];
}

/** The names of the attributes of an item, in order. Items of the same names share it. */
export class Shape {
  readonly names: readonly string[];
  readonly #places: ReadonlyMap<string, number>;

  constructor(names: readonly string[]) {
    this.names = names;
    this.#places = new Map(names.map((name, at) => [name, at]));
  }

  /** Where the value of an attribute is in a row, if it is there. */
  placeOf(name: string): number | undefined {
    return this.#places.get(name);
  }
}

/** An item of a page or batch: its values. Takes a third of the memory of its wire item, which is made when asked for. */
export class Row {
  readonly values: readonly RowValue[];
  readonly shape: Shape;
  /** The version of the item, once it has been read; 0 until then. */
  version = 0;
  #wire: WireItem | undefined;

  constructor(values: readonly RowValue[], shape: Shape) {
    this.values = values;
    this.shape = shape;
  }

  get wire(): WireItem {
    return (this.#wire ??= wireItemOf(this.shape.names, this.values));
  }

  valueAt(name: string): RowValue | undefined {
    const place = this.shape.placeOf(name);
    return place === undefined ? undefined : this.values[place];
  }
}

/** An item as the engine sent it. */
export type StoredItem = WireItem | Row;

export function isRow(item: StoredItem): item is Row {
  return item instanceof Row;
}

/** The wire item of a stored one: always the same object. */
export function wireOf(item: StoredItem): WireItem {
  return isRow(item) ? item.wire : item;
}

/** The wire value of an attribute; `undefined` where there is none. */
export function wireValueAt(item: StoredItem, name: string): WireValue | undefined {
  if (!isRow(item)) return valueAt(item, name);
  const value = item.valueAt(name);
  return value === undefined ? undefined : wireValueOf(value);
}

/** The value of an attribute as a row has it; `undefined` where there is none. Values of wire items aren't checked. */
export function rowValueAt(item: StoredItem, name: string): RowValue | undefined {
  if (isRow(item)) return item.valueAt(name);
  const value = valueAt(item, name);
  return value && rowValueOf(value);
}

const shortInteger = /^(?:0|-?[1-9]\d{0,14})$/;

function rowValueOf(value: WireValue): RowValue {
  if ('S' in value) return value.S;
  if ('N' in value && shortInteger.test(value.N)) return Number(value.N);
  // of the other types, nobody asks for the members of a wire item
  return value as WrappedValue;
}

function wireItemOf(names: readonly string[], values: readonly RowValue[]): WireItem {
  const wire = {};
  for (const [at, name] of names.entries()) setOwn(wire, name, wireValueOf(values[at] as RowValue));
  return wire;
}

function wireValueOf(value: RowValue): WireValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  if (value.L) return { L: value.L.map(wireValueOf) };
  return value.M ? { M: wireItemOf(Object.keys(value.M), Object.values(value.M)) } : (value as WireValue);
}

/**
 * The JavaScript value of a value in a row, as `decodeValue` has it for its wire value; shares nothing with it. Throws
 * `INVALID_WIRE_VALUE`, in which `path` is its place.
 */
export function decodeRowValue(value: RowValue, path: string): unknown {
  if (typeof value !== 'object' || value === null) return value;
  try {
    return decodeWrapped(value);
  } catch {
    // for the error, which says what is wrong in which place
    return decodeValue(wireValueOf(value), path);
  }
}

function decode(value: RowValue): unknown {
  return typeof value === 'object' && value !== null ? decodeWrapped(value) : value;
}

function decodeWrapped(value: WrappedValue): unknown {
  const { L: list, M: map, SS: texts } = value;
  if (texts !== undefined) return new Set(texts);
  if (list !== undefined) return list.map(decode);
  if (map === undefined) return decodeValue(value as WireValue, '');
  // a copy has room for all members from the start, and own ones of every name
  const item: Item = { ...map };
  for (const name in item) if (Object.hasOwn(item, name)) item[name] = decode(item[name] as RowValue);
  return item;
}

const noRenames: readonly Rename[] = [];

/** Like `decodeItem`, for items of either form. */
export function decodeStored(stored: StoredItem, renames = noRenames): Item {
  if (!isRow(stored)) return decodeItem(stored, renames);
  const { shape, values } = stored;
  const isRenamed = renames.length > 0 && !hasBoth((name) => shape.placeOf(name) !== undefined, renames);
  const item: Item = {};
  for (let at = 0; at < shape.names.length; at++) {
    const name = shape.names[at] as string;
    setOwn(item, isRenamed ? renamed(name, renames) : name, decodeRowValue(values[at] as RowValue, name));
  }
  return item;
}
