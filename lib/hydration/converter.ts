import { types } from 'node:util';
import type { AttributeType } from '../model/attribute-type.js';

/** What a converter answers for a value that has not the declared type. */
export const mismatch: unique symbol = Symbol('mismatch');

/**
 * Turns a decoded value into what the property holds, and back. Answers `mismatch` for a value of another type. `source` is
 * the item or the instance that the value is of.
 */
export interface Converter {
  readonly expected: string;
  readonly read: (value: unknown, source: object) => unknown;
  readonly write: (value: unknown, source: object) => unknown;
}

const same =
  (is: (value: unknown) => boolean): Converter['read'] =>
  (value) =>
    is(value) ? value : mismatch;

const passing = (expected: string, is: (value: unknown) => boolean): Converter => ({
  expected,
  read: same(is),
  write: same(is),
});

const isMapOfValues = (value: unknown): value is Record<string, unknown> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

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
});

const converters: { readonly [Type in AttributeType]: Converter } = {
  any: passing('any', () => true),
  string: passing('string', (value) => typeof value === 'string'),
  number: passing('number', (value) => typeof value === 'number'),
  bigint: {
    expected: 'bigint (a stored integer)',
    read: (value) =>
      Number.isSafeInteger(value) ? BigInt(value as number) : typeof value === 'bigint' ? value : mismatch,
    write: same((value) => typeof value === 'bigint'),
  },
  boolean: passing('boolean', (value) => typeof value === 'boolean'),
  date: dated('Date (ISO 8601 text)', readDate, (date) => date.toISOString()),
  epochSeconds: dated(
    'Date (a number of seconds)',
    (value) => (typeof value === 'number' ? new Date(Math.round(value * 1000)) : undefined),
    (date) => Math.floor(date.getTime() / 1000),
  ),
  epochMilliseconds: dated(
    'Date (a number of milliseconds)',
    (value) => (typeof value === 'number' ? new Date(value) : undefined),
    (date) => date.getTime(),
  ),
  bytes: passing('Uint8Array', types.isUint8Array),
  buffer: {
    expected: 'Buffer',
    read: (value) =>
      types.isUint8Array(value) ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : mismatch,
    write: same(types.isUint8Array),
  },
  set: passing('Set', types.isSet),
  array: passing('array', Array.isArray),
  object: passing('object', isMapOfValues),
  map: {
    expected: 'Map',
    read: (value) => (isMapOfValues(value) ? new Map(Object.entries(value)) : mismatch),
    write: same(types.isMap),
  },
};

/** The converter of a type. */
export function converterOf(type: AttributeType): Converter {
  return converters[type];
}

const isoText = /^((?:[+-]\d\d)?\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d(?::?\d\d)?)?)?$/;

/** Reads ISO 8601 text. A time without offset is UTC: it must not depend on where the program runs. */
function readDate(value: unknown): Date | undefined {
  if (typeof value !== 'string') return undefined;
  if (value.length === 24 && value[10] === 'T' && value[23] === 'Z') return new Date(value);
  const parts = isoText.exec(value);
  if (parts === null) return undefined;
  const [, date, time = '00:00', offset = 'Z'] = parts;
  const digits = offset.replace(/[^\d]/g, '').padEnd(4, '0');
  const zone = offset === 'Z' ? 'Z' : `${offset[0]}${digits.slice(0, 2)}:${digits.slice(2)}`;
  return new Date(`${date}T${time}${zone}`);
}

/** A value's type, for an error: never the value itself. */
export function describeType(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint') return 'a bigint (an integer beyond 2^53)';
  if (types.isDate(value)) return Number.isNaN(value.getTime()) ? 'an invalid Date' : 'a Date';
  if (Array.isArray(value)) return 'an array';
  if (isMapOfValues(value)) return 'an object';
  if (typeof value !== 'object') return `a ${typeof value}`;
  return `a ${value.constructor.name}`;
}
