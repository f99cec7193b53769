import { canonicalNumber, compareNumbers } from '../codec/number.js';
import { memberTexts, type SetMembers, setMembers, singleMember } from '../codec/set-members.js';
import { equalWire, valueAt, wireBytes, type WireItem, type WireValue } from '../codec/wire.js';
import type { WireType } from '../codec/wire-types.js';

/** The engine's name of a value's type. */
export function wireTypeOf(value: WireValue): WireType {
  return Object.keys(value)[0] as WireType;
}

/**
 * How two values are ordered, as engines compare: text by its UTF-8 bytes, numbers by their values, bytes unsigned.
 * `undefined` for values of two types, and for types that have no order.
 */
export function orderOf(a: WireValue, b: WireValue): number | undefined {
  if ('S' in a && 'S' in b) return Buffer.compare(Buffer.from(a.S), Buffer.from(b.S));
  if ('N' in a && 'N' in b) return compareNumbers(numberText(a.N), numberText(b.N));
  if ('B' in a && 'B' in b) return Buffer.compare(wireBytes(a.B), wireBytes(b.B));
  return undefined;
}

/**
 * Whether two values are equal, as engines compare: numbers by their values at any depth, sets and maps in any order.
 */
function isEqual(a: WireValue, b: WireValue): boolean {
  if ('S' in a) return 'S' in b && a.S === b.S;
  if ('BOOL' in a) return 'BOOL' in b && a.BOOL === b.BOOL;
  if ('NULL' in a) return 'NULL' in b;
  if ('N' in a || 'B' in a) return orderOf(a, b) === 0;
  if ('L' in a) {
    return 'L' in b && a.L.length === b.L.length && a.L.every((member, at) => isEqual(member, b.L[at] as WireValue));
  }
  if ('M' in a) return 'M' in b && areEqualMaps(a.M, b.M);
  const [set, other] = [setMembers(a), setMembers(b)];
  // a value of an unknown type is equal to the same one
  return set || other ? areEqualSets(set, other) : equalWire(a, b);
}

function areEqualMaps(a: WireItem, b: WireItem): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => isSame(valueAt(a, name), valueAt(b, name)));
}

function areEqualSets(a: SetMembers | undefined, b: SetMembers | undefined): boolean {
  if (!a || !b || a.type !== b.type || a.members.length !== b.members.length) return false;
  const known = new Set(memberTexts(b));
  return memberTexts(a).every((text) => known.has(text));
}

/** Whether two places hold equal values: what is absent equals nothing. */
export function isSame(a: WireValue | undefined, b: WireValue | undefined): boolean {
  return a !== undefined && b !== undefined && isEqual(a, b);
}

/** Whether a set or list has a member. */
export function hasMember(collection: WireValue, member: WireValue): boolean {
  if ('L' in collection) return collection.L.some((each) => isEqual(each, member));
  const [set, single] = [setMembers(collection), singleMember(member)];
  if (!set || set.type !== single?.type) return false;
  return memberTexts(set).includes(memberTexts(single)[0] as string);
}

/**
 * How large a value is: the characters of a text (as JavaScript and DynamoDB count them, in UTF-16 units), the bytes of
 * bytes, the members of a set, list or map. `undefined` for values that have no size.
 */
export function sizeOf(value: WireValue): number | undefined {
  if ('S' in value) return value.S.length;
  if ('B' in value) return wireBytes(value.B).length;
  if ('M' in value) return Object.keys(value.M).length;
  return 'L' in value ? value.L.length : setMembers(value)?.members.length;
}

/** What an engine doesn't store it doesn't hand out either; a text that isn't a number stays what it is. */
function numberText(text: string): string {
  return canonicalNumber(text) ?? text;
}
