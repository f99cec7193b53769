import { canonicalNumber, compareNumbers } from '../codec/number.js';
import { valueAt, wireBytes, type WireValue } from '../codec/wire.js';
import type { WireType } from '../codec/wire-condition.js';

/** The engine's name of a value's type. */
export function wireTypeOf(value: WireValue): WireType {
  return Object.keys(value)[0] as WireType;
}

/**
 * How two values are ordered, as engines compare: text by its UTF-8 bytes, numbers by their values, bytes unsigned. `undefined` for
 * values of two types, and for types that have no order.
 */
export function orderOf(a: WireValue, b: WireValue): number | undefined {
  if ('S' in a && 'S' in b) return Buffer.compare(Buffer.from(a.S), Buffer.from(b.S));
  if ('N' in a && 'N' in b) return compareNumbers(numberText(a.N), numberText(b.N));
  if ('B' in a && 'B' in b) return Buffer.compare(wireBytes(a.B), wireBytes(b.B));
  return undefined;
}

/** Whether two values are equal, as engines compare: numbers by their values at any depth, sets and maps in any order. */
function isEqual(a: WireValue, b: WireValue): boolean {
  if ('S' in a) return 'S' in b && a.S === b.S;
  if ('BOOL' in a) return 'BOOL' in b && a.BOOL === b.BOOL;
  if ('NULL' in a) return 'NULL' in b;
  if ('N' in a || 'B' in a) return orderOf(a, b) === 0;
  if ('L' in a)
    return 'L' in b && a.L.length === b.L.length && a.L.every((one, at) => isEqual(one, b.L[at] as WireValue));
  if ('M' in a) {
    const names = Object.keys(a.M);
    return (
      'M' in b &&
      names.length === Object.keys(b.M).length &&
      names.every((name) => isSame(valueAt(a.M, name), valueAt(b.M, name)))
    );
  }
  const members = membersOf(a);
  const others = membersOf(b);
  if (wireTypeOf(a) !== wireTypeOf(b) || members.length !== others.length) return false;
  return members.every((one) => others.some((other) => isEqual(one, other)));
}

/** Whether two places hold equal values: what is absent equals nothing. */
export function isSame(a: WireValue | undefined, b: WireValue | undefined): boolean {
  return a !== undefined && b !== undefined && isEqual(a, b);
}

/** The members of a set or list, as values of their own; none for other values. */
export function membersOf(value: WireValue): readonly WireValue[] {
  if ('L' in value) return value.L;
  if ('SS' in value) return value.SS.map((S) => ({ S }));
  if ('NS' in value) return value.NS.map((N) => ({ N }));
  return 'BS' in value ? value.BS.map((B) => ({ B })) : [];
}

/**
 * How large a value is: the characters of a text (as JavaScript and DynamoDB count them, in UTF-16 units), the bytes of bytes, the
 * members of a set, list or map. `undefined` for values that have no size.
 */
export function sizeOf(value: WireValue): number | undefined {
  if ('S' in value) return value.S.length;
  if ('B' in value) return wireBytes(value.B).length;
  if ('M' in value) return Object.keys(value.M).length;
  const isCollection = 'L' in value || 'SS' in value || 'NS' in value || 'BS' in value;
  return isCollection ? membersOf(value).length : undefined;
}

/** What an engine doesn't store it doesn't hand out either; a text that isn't a number stays what it is. */
function numberText(text: string): string {
  return canonicalNumber(text) ?? text;
}
