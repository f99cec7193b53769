import { types } from 'node:util';
import { isNumberValue, type NumberValue } from '../codec/number.js';
import { inheritedRecords } from '../model/registry.js';
import type { Class } from '../model/class.js';
import { isPlainObject } from '../item/plain-object.js';

/** What `toResponse` makes of a type. */
export type ResponseOf<T> = T extends bigint | Uint8Array | NumberValue
  ? string
  : T extends Date | ((...given: never[]) => unknown)
    ? T
    : T extends ReadonlySet<infer Member> | readonly (infer Member)[]
      ? ResponseOf<Member>[]
      : T extends ReadonlyMap<unknown, infer Member>
        ? Record<string, ResponseOf<Member>>
        : T extends object
          ? { [Property in keyof T]: ResponseOf<T[Property]> }
          : T;

/**
 * Puts an entity, or an array or plain object with entities in it, into a form that loses nothing as JSON: a Set becomes an array,
 * bytes become base64, a `bigint` or `NumberValue` the text of its digits, a Map a plain object. All else stays as it is, dates
 * (ISO 8601 in JSON) and the classes of entities included, so that class-transformer's `@Exclude` and `@Expose` go on to work on it. The entity
 * itself is left alone. Other classes' instances, such as streams, are passed through.
 *
 * @example
 * const session = await sessions.getOrFail({ session_id: 'abc-123' });
 * JSON.stringify(toResponse({ tags: session.tags, size: 2n ** 64n, bytes: Uint8Array.of(1, 2, 3) }));
 * // → '{"tags":["ci","typescript","build"],"size":"18446744073709551616","bytes":"AQID"}'
 */
export function toResponse<T>(value: T): ResponseOf<T> {
  return convert(value, false) as ResponseOf<T>;
}

/** `isStored`: within an entity, where every object is a value of it. */
function convert(value: unknown, isStored: boolean): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null || types.isDate(value)) return value;
  if (types.isSet(value)) return Array.from(value, (one) => convert(one, isStored));
  if (Array.isArray(value)) return value.map((one) => convert(one, isStored));
  if (types.isMap(value)) return copyOf(Object.prototype, [...value] as [string, unknown][], isStored);
  if (types.isUint8Array(value)) return Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64');
  if (isNumberValue(value)) return String(value);
  const isPlain = isPlainObject(value);
  const isWithin = isStored || (!isPlain && isEntity(value));
  if (!isWithin && !isPlain) return value;
  return copyOf(Object.getPrototypeOf(value) as object | null, Object.entries(value), isWithin);
}

function copyOf(prototype: object | null, entries: readonly [string, unknown][], isStored: boolean): object {
  const copy = Object.create(prototype) as object;
  for (const [name, one] of entries) {
    // defined, not assigned: names such as __proto__ are data, and setters have no say
    Object.defineProperty(copy, name, {
      value: convert(one, isStored),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return copy;
}

function isEntity(value: object): boolean {
  const { constructor: target } = Object.getPrototypeOf(value) as { constructor?: unknown };
  return typeof target === 'function' && inheritedRecords(target as Class).length > 0;
}
