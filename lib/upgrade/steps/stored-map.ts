import { MapperError } from '../../errors.js';
import { describeObject, isPlainObject } from '../../item/plain-object.js';
import { ownValue } from '../../item/own-value.js';

/** The map under a name; `undefined` if there is no value. Throws `STEP_TYPE` for any other value. */
export function mapIn(item: object, name: string): Record<string, unknown> | undefined {
  const value = ownValue(item, name);
  if (value === undefined || isMap(value)) return value;
  throw unexpected(name, 'a map', value);
}

/** Whether a value is a stored map. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && isPlainObject(value);
}

/** The error for a value of a type that a step can't work on. Names the type, never the value. */
export function unexpected(attribute: string, expected: string, value: unknown): MapperError {
  const found = value === null ? 'null' : typeof value === 'object' ? describeObject(value) : `a ${typeof value}`;
  return new MapperError('STEP_TYPE', { attribute, expected, found });
}
