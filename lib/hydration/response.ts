import { types } from 'node:util';
import { isNumberValue, type NumberValue } from '../codec/number.js';
import { isPlainObject } from '../item/plain-object.js';
import { type Class, findDescriptor } from '../model/class.js';
import { inheritedRecords } from '../model/registry.js';
import { holdingAccessors } from './accessors.js';

/** The type that `toResponse` turns a type into. */
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
 * Converts an entity, or an array or plain object that contains entities, into a form that loses nothing as JSON. Sets
 * become arrays, bytes become base64, a `bigint` or `NumberValue` becomes the text of its digits, Maps become plain
 * objects, and stored accessors become properties. Everything else stays as it is, including dates (ISO 8601 in JSON)
 * and the classes of entities, so class-transformer's `@Exclude` and `@Expose` still work on the result. Getters and
 * `toJSON` run on the entity itself, which isn't changed. Instances of other classes, such as streams, are passed
 * through.
 *
 * @example
 * const session = await sessions.getOrFail({ session_id: 'abc-123' });
 * JSON.stringify(toResponse({ tags: session.tags, size: 2n ** 64n, bytes: Uint8Array.of(1, 2, 3) }));
 * // → '{"tags":["ci","typescript","build"],"size":"18446744073709551616","bytes":"AQID"}'
 */
export function toResponse<T>(value: T): ResponseOf<T> {
  return convert(value, false, new Map()) as ResponseOf<T>;
}

/** The copies of objects, so that an object that contains itself doesn't recurse forever. */
type Copies = Map<object, unknown>;

/** `isStored`: whether the value is part of an entity. */
function convert(value: unknown, isStored: boolean, copies: Copies): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null || types.isDate(value)) return value;
  if (types.isUint8Array(value)) return Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64');
  if (isNumberValue(value)) return String(value);
  if (copies.has(value)) return copies.get(value);
  if (Array.isArray(value) || types.isSet(value)) {
    const list: unknown[] = [];
    copies.set(value, list);
    for (const member of value) list.push(convert(member, isStored, copies));
    return list;
  }
  if (types.isMap(value)) {
    const copy = {};
    copies.set(value, copy);
    for (const [name, member] of value) define(copy, String(name), convert(member, isStored, copies));
    return copy;
  }
  if (isPlainObject(value))
    return copyMembers(value, Object.create(Object.getPrototypeOf(value) as null), isStored, copies);
  const isEntity = declaredAccessors(value) !== undefined;
  return isStored || isEntity ? copyInstance(value, copies) : value;
}

/** The original of each copy: getters of the copy run on it. */
const originals = new WeakMap<object, object>();

function copyInstance(instance: object, copies: Copies): object {
  const copy = Object.create(prototypeOfCopies(Object.getPrototypeOf(instance) as object)) as object;
  originals.set(copy, instance);
  copyMembers(instance, copy, true, copies);
  for (const name of declaredAccessors(instance) ?? holdingAccessors(instance)) {
    if (!Object.hasOwn(instance, name)) define(copy, name, convert(valueOf(instance, name), true, copies));
  }
  return copy;
}

function copyMembers(value: object, copy: object, isStored: boolean, copies: Copies): object {
  copies.set(value, copy);
  for (const [name, member] of Object.entries(value)) define(copy, name, convert(member, isStored, copies));
  return copy;
}

function valueOf(object: object, name: string | symbol): unknown {
  return (object as Readonly<Record<string | symbol, unknown>>)[name];
}

function define(object: object, name: string | symbol, value: unknown): void {
  // not assigned, because names such as __proto__ are data, and setters must not run
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

/** By prototype: the attributes that are accessors; `undefined` for classes without attributes. */
const declared = new WeakMap<object, readonly string[] | undefined>();

function declaredAccessors(instance: object): readonly string[] | undefined {
  const prototype = Object.getPrototypeOf(instance) as { readonly constructor?: unknown };
  if (declared.has(prototype)) return declared.get(prototype);
  const records = typeof prototype.constructor === 'function' ? inheritedRecords(prototype.constructor as Class) : [];
  const members = new Set(records.flatMap(({ record }) => [...record.members.keys()]));
  const accessors = [...members].flatMap((name) =>
    typeof name === 'string' && findDescriptor(prototype, name)?.get ? name : [],
  );
  declared.set(prototype, records.length > 0 ? accessors : undefined);
  return declared.get(prototype);
}

const prototypesOfCopies = new WeakMap<object, object>();

/**
 * A prototype with the members of a class, whose getters and `toJSON` run on the original: they may need its private
 * fields.
 */
function prototypeOfCopies(prototype: object): object {
  const known = prototypesOfCopies.get(prototype);
  if (known) return known;
  const forwarding = Object.create(prototype) as object;
  for (let at = prototype; Object.getPrototypeOf(at) !== null; at = Object.getPrototypeOf(at) as object) {
    for (const name of Reflect.ownKeys(at)) {
      if (Object.hasOwn(forwarding, name)) continue;
      const found = Object.getOwnPropertyDescriptor(at, name);
      if (found?.get) Object.defineProperty(forwarding, name, forwardedGetter(name));
      else if (name === 'toJSON' && typeof found?.value === 'function') {
        Object.defineProperty(forwarding, name, { value: forwardedToJson, writable: true, configurable: true });
      }
    }
  }
  prototypesOfCopies.set(prototype, forwarding);
  return forwarding;
}

function forwardedGetter(name: string | symbol): PropertyDescriptor {
  return {
    get(this: object) {
      const original = originals.get(this);
      return original && convert(valueOf(original, name), true, new Map());
    },
    set(this: object, value: unknown) {
      define(this, name, value);
    },
    configurable: true,
  };
}

function forwardedToJson(this: object, key: string): unknown {
  return convert((originals.get(this) as { toJSON(key: string): unknown }).toJSON(key), true, new Map());
}
