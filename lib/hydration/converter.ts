import { types } from 'node:util';
import { canonicalDate, timeOfText } from '../codec/date-text.js';
import { isNumberValue, nearestNumber } from '../codec/number.js';
import { isOpaqueValue } from '../codec/opaque-value.js';
import type { DatesIn } from '../codec/wire-condition.js';
import type { AttributeType } from '../model/attribute-type.js';
import { isPlainObject } from '../item/plain-object.js';

/** What a converter returns for a value that doesn't have the declared type. */
export const mismatch: unique symbol = Symbol('mismatch');

/** The item, entity or nested value that contains a value. Only created for a decorator's function that uses it. */
export type Source = () => object;

/** Turns a decoded value into that of the property, and back. Returns `mismatch` for a value of another type. */
export interface Converter {
  readonly expected: string;
  read(value: unknown, source: Source): unknown;
  write(value: unknown, source: Source): unknown;
  /**
   * The place directly below a stored value, by property name. Without this method, values below are stored as they
   * are.
   */
  below?(part: string | number): Below;
  /**
   * The stored form of what is added to a stored number or Set, or deleted from a Set. Without this method, the type
   * allows neither.
   */
  change?(value: unknown): Stored;
  /** The stored form of a part of text, or of a member of a Set or list. Without this method, the part itself. */
  part?(value: unknown): Stored;
  /** A stored value with its dates in the notation that they are written in; without it, there are no dates as text. */
  dates?: DatesIn;
  /** What is wrong with a value that is to be written although it has the type. Without this method, nothing can be. */
  problem?: (value: unknown) => ValueProblem | undefined;
  /** A new entity's value, with the defaults of what is missing in it. Without this method, there are none. */
  fill?: (value: unknown) => unknown;
}

/** What is wrong with a part of a value; `path` leads from the value to the part, as `.street` or `[2]`. */
export interface ValueProblem {
  readonly path: string;
  readonly problem: string;
}

/** A stored form, not yet encoded, or why there is none. */
export type Stored = { readonly value: unknown } | { readonly problem: string };

/** A place in a stored value: its stored name and its converter, or why it can't be used. */
export type Below = { readonly name: string | number; readonly converter: Converter } | { readonly problem: string };

/** The source of a value without one. */
export const noSource: Source = () => ({});

const same =
  (is: (value: unknown) => boolean): Converter['read'] =>
  (value) =>
    is(value) ? value : mismatch;

const passing = (expected: string, is: (value: unknown) => boolean): Converter => ({
  expected,
  read: same(is),
  write: same(is),
});

/** Whether a value is a plain object, as stored maps are decoded. */
export function isMapOfValues(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && isPlainObject(value);
}

const dated = (
  expected: string,
  read: (value: unknown) => Date | undefined,
  write: (date: Date) => unknown,
): Converter => ({
  expected,
  read: (value) => {
    const date = read(value);
    return date === undefined || Number.isNaN(date.getTime()) ? mismatch : date;
  },
  write: (value) => (types.isDate(value) && !Number.isNaN(value.getTime()) ? write(value) : mismatch),
  part: (value) => ({ value: types.isDate(value) && !Number.isNaN(value.getTime()) ? write(value) : value }),
});

const changing = (expected: string, is: (value: unknown) => boolean): Pick<Converter, 'change'> => ({
  change: (value) => (is(value) ? { value } : { problem: `takes ${expected}, and was given ${describeType(value)}` }),
});
const isStoredNumber = (value: unknown) =>
  typeof value === 'number' || typeof value === 'bigint' || isNumberValue(value);
/** For stored numbers that are Dates to the application: changes are in the stored unit. */
const numeric = changing('a number', isStoredNumber);

const converters: { readonly [Type in AttributeType]: Converter } = {
  any: {
    ...passing('any', () => true),
    ...changing('a number or a Set', (value) => isStoredNumber(value) || types.isSet(value)),
  },
  string: passing('string', (value) => typeof value === 'string'),
  number: {
    expected: 'number',
    read: (value) => readNumber(value) ?? mismatch,
    write: same((value) => typeof value === 'number'),
    ...numeric,
  },
  bigint: {
    expected: 'bigint (a stored integer)',
    read: (value) =>
      Number.isSafeInteger(value) ? BigInt(value as number) : typeof value === 'bigint' ? value : mismatch,
    write: same((value) => typeof value === 'bigint'),
    ...changing('an integer', (value) => typeof value === 'bigint' || Number.isInteger(value)),
  },
  boolean: passing('boolean', (value) => typeof value === 'boolean'),
  date: {
    ...dated(
      'Date (ISO 8601 text)',
      (value) => (typeof value === 'string' ? dateAt(timeOfText(value)) : undefined),
      (date) => date.toISOString(),
    ),
    dates: (value) => ('S' in value ? { S: canonicalDate(value.S) ?? value.S } : undefined),
  },
  epochSeconds: {
    ...dated(
      'Date (a number of seconds)',
      (value) => dateAt(milliseconds(readNumber(value))),
      (date) => Math.floor(date.getTime() / 1000),
    ),
    ...numeric,
  },
  epochMilliseconds: {
    ...dated(
      'Date (a number of milliseconds)',
      (value) => dateAt(readNumber(value)),
      (date) => date.getTime(),
    ),
    ...numeric,
  },
  bytes: passing('Uint8Array', types.isUint8Array),
  buffer: {
    expected: 'Buffer',
    read: (value) =>
      types.isUint8Array(value) ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : mismatch,
    write: same(types.isUint8Array),
  },
  set: { ...passing('Set', types.isSet), ...changing('a Set', types.isSet) },
  array: passing('array', Array.isArray),
  object: passing('object', isMapOfValues),
  map: {
    expected: 'Map',
    // an upgrade may have returned a Map
    read: (value) => (types.isMap(value) ? value : isMapOfValues(value) ? new Map(Object.entries(value)) : mismatch),
    write: same(types.isMap),
  },
};

/** Of dates that are all stored as `toISOString` writes them. */
export const canonicalDates: Converter = dated(
  'Date (ISO 8601 text as toISOString writes it)',
  (value) => (typeof value === 'string' && canonicalDate(value) === value ? dateAt(timeOfText(value)) : undefined),
  (date) => date.toISOString(),
);

/** The converter of a type. */
export function converterOf(type: AttributeType): Converter {
  return converters[type];
}

/**
 * A decimal with more digits than a number holds is read as the nearest number. The stored digits stay until it is
 * changed.
 */
function readNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return isNumberValue(value) ? nearestNumber(value) : undefined;
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(seconds * 1000);
}

function dateAt(time: number | undefined): Date | undefined {
  return time === undefined ? undefined : new Date(time);
}

/** A value's type, for an error: never the value itself. */
export function describeType(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint')
    return Number.isSafeInteger(Number(value))
      ? 'a bigint'
      : 'a bigint (an integer beyond 2^53, which the type bigint holds)';
  if (types.isDate(value)) return Number.isNaN(value.getTime()) ? 'an invalid Date' : 'a Date';
  if (Array.isArray(value)) return 'an array';
  if (isMapOfValues(value)) return 'an object';
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (isNumberValue(value)) return 'a NumberValue (a number of more digits than a JavaScript number holds)';
  if (isOpaqueValue(value)) return `a value of the engine's type ${value.type}`;
  // not the value's own constructor, which may be data
  const { constructor } = Object.getPrototypeOf(value) as { readonly constructor?: unknown };
  const isNamed = typeof constructor === 'function' && constructor.name !== '';
  return isNamed ? `a ${constructor.name}` : 'an instance of a class without a name';
}
