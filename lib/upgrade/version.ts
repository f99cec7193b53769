import { describeObject } from '../item/plain-object.js';

/** The highest schema version there can be. */
const maximumVersion = 999_999_999;

/** Whether a value is a schema version: a `number` that is an integer from 1 to 999,999,999. */
export function isVersion(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= maximumVersion;
}

/**
 * Describes the value of the version attribute for an error: the number itself, or only the type of any other value.
 */
export function describeVersion(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'number' || typeof value === 'bigint') return `the ${typeof value} ${value}`;
  return typeof value === 'object' ? describeObject(value) : `a ${typeof value}`;
}
