import { types } from 'node:util';
import type { Item } from '../item/item.js';
import { setOwn } from '../item/own-value.js';
import { isPlainObject } from '../item/plain-object.js';
import { bytesOf, isEmptySet, isStoredNumber } from './encode.js';
import { decodeNumber, encodeNumber, isNumberValue, type StoredNumber } from './number.js';

/** How deep engines nest values. */
const maximumDepth = 32;

/** The containers around a value, from the innermost out. */
interface Ancestry {
  readonly container: object;
  readonly outer: Ancestry | undefined;
  readonly depth: number;
}

/**
 * What a value becomes when it is stored and read again: the same as `decodeValue(encodeValue(value))`, but faster. It
 * shares no object, array, Set or bytes with the value. Parts that can't be stored stay as they are, so `encodeValue`
 * refuses the stored form if it refuses the value; only a `Date` is copied.
 */
export function storedForm(value: unknown): unknown {
  return formOf(value, undefined);
}

/**
 * The stored form of an item's attributes, without those that aren't stored (`undefined` and empty Sets). May change
 * the item in place and return it.
 */
export function storedItem(item: Item): Item {
  const form = isOrdinary(item) ? item : { ...item };
  for (const name in form) {
    const value = form[name];
    switch (typeof value) {
      case 'string':
      case 'boolean':
        break;
      case 'number':
        // a stored zero has no sign
        if (Object.is(value, -0)) form[name] = 0;
        break;
      default:
        // inherited members aren't attributes
        if (!Object.hasOwn(form, name)) break;
        if (value === undefined || isEmptySet(value)) delete form[name];
        else form[name] = formOf(value, undefined);
    }
  }
  return form;
}

/** Whether an object can be changed and inherits nothing unusual. */
function isOrdinary(object: object): boolean {
  return Object.isExtensible(object) && Object.getPrototypeOf(object) === Object.prototype;
}

function formOf(value: unknown, outer: Ancestry | undefined): unknown {
  switch (typeof value) {
    case 'number':
      // a stored zero has no sign
      return value === 0 ? 0 : value;
    case 'bigint':
      return numberForm(value);
    case 'object':
      return value === null ? null : objectForm(value, outer);
    default:
      return value;
  }
}

function objectForm(value: object, outer: Ancestry | undefined): unknown {
  if (Array.isArray(value)) return isTooDeep(value, outer) ? value : listForm(value, outer);
  if (isPlainObject(value)) return isTooDeep(value, outer) ? value : mapForm(value as Item, outer);
  if (types.isSet(value)) return setForm(value);
  if (types.isMap(value)) return isTooDeep(value, outer) ? value : entriesForm(value, outer);
  if (isNumberValue(value)) return numberForm(value);
  return bytesOf(value) ?? (types.isDate(value) ? new Date(value) : value);
}

/** Whether a container is nested too deeply to be stored, or contains itself. */
function isTooDeep(container: object, outer: Ancestry | undefined): boolean {
  if (outer !== undefined && outer.depth >= maximumDepth) return true;
  for (let at = outer; at !== undefined; at = at.outer) if (at.container === container) return true;
  return false;
}

function inside(container: object, outer: Ancestry | undefined): Ancestry {
  return { container, outer, depth: outer === undefined ? 1 : outer.depth + 1 };
}

function listForm(list: readonly unknown[], outer: Ancestry | undefined): unknown[] {
  const form = [...list];
  let ancestry: Ancestry | undefined;
  for (let at = 0; at < form.length; at++) {
    const member = form[at];
    if (typeof member === 'string' || typeof member === 'boolean') continue;
    if (typeof member === 'object' && member !== null) ancestry ??= inside(list, outer);
    form[at] = formOf(member, ancestry);
  }
  return form;
}

function mapForm(map: Item, outer: Ancestry | undefined): Item {
  // a copy has room for all members from the start, and each is its own, whatever its name
  const form: Item = { ...map };
  let ancestry: Ancestry | undefined;
  for (const name in form) {
    const member = form[name];
    if (typeof member === 'string' || typeof member === 'boolean' || !Object.hasOwn(form, name)) continue;
    if (typeof member === 'object' && member !== null) ancestry ??= inside(map, outer);
    if (member === undefined) delete form[name];
    else form[name] = formOf(member, ancestry);
  }
  return form;
}

function entriesForm(map: ReadonlyMap<unknown, unknown>, outer: Ancestry | undefined): unknown {
  const form: Item = {};
  const ancestry = inside(map, outer);
  for (const [name, member] of map) {
    if (typeof name !== 'string') return map;
    if (member !== undefined) setOwn(form, name, formOf(member, ancestry));
  }
  return form;
}

function setForm(set: ReadonlySet<unknown>): unknown {
  const texts = new Set<string>();
  for (const member of set) {
    if (typeof member !== 'string') return otherSetForm(set);
    texts.add(member);
  }
  return texts;
}

function otherSetForm(set: ReadonlySet<unknown>): unknown {
  for (const member of set) if (!isStoredNumber(member)) return bytesForm(set);
  return numbersForm(set as ReadonlySet<StoredNumber>);
}

function numbersForm(set: ReadonlySet<StoredNumber>): unknown {
  // members with the same stored number are equal: 1 and 1n
  const members = new Map<string, unknown>();
  for (const member of set) {
    const encoded = encodeNumber(member);
    if (!('N' in encoded)) return set;
    members.set(encoded.N, decodeNumber(encoded.N));
  }
  return new Set(members.values());
}

function bytesForm(set: ReadonlySet<unknown>): unknown {
  const members = new Map<string, Uint8Array>();
  for (const member of set) {
    const bytes = typeof member === 'object' && member !== null ? bytesOf(member) : undefined;
    if (bytes === undefined) return set;
    members.set(Buffer.from(bytes).toString('latin1'), bytes);
  }
  return new Set(members.values());
}

function numberForm(value: StoredNumber): unknown {
  const encoded = encodeNumber(value);
  return 'N' in encoded ? decodeNumber(encoded.N) : value;
}
