import { isNumberValueClass } from '../codec/number.js';
import { MapperError } from '../errors.js';
import { type Class, classNameOf } from './class.js';

/**
 * The type of an attribute. `any` passes values through as the engine typed them; `date` is a `Date` stored as ISO 8601
 * text, the two epochs a `Date` stored as a number; `bytes` a `Uint8Array` and `buffer` a
 * Node `Buffer`; `object` is a plain object and `map` a `Map`, both stored as a map.
 */
export type AttributeType = (typeof attributeTypes)[number];

const attributeTypes = [
  'any',
  'string',
  'number',
  'bigint',
  'boolean',
  'date',
  'epochSeconds',
  'epochMilliseconds',
  'bytes',
  'buffer',
  'set',
  'array',
  'object',
  'map',
] as const;

/** A type as decorators accept it: its name, or its constructor, such as `String`, `Date`, `Uint8Array` or `Set`. */
export type AttributeTypeOption =
  AttributeType | Class | StringConstructor | NumberConstructor | BooleanConstructor | BigIntConstructor;

/** The type of a stored key: a string, a number or bytes. */
export type KeyType = 'string' | 'number' | 'bytes';

/** A type, or the class of a nested value. */
export type ResolvedType = AttributeType | { readonly nested: Class };

const constructors = new Map<unknown, AttributeType>([
  [String, 'string'],
  [Number, 'number'],
  [BigInt, 'bigint'],
  [Boolean, 'boolean'],
  [Date, 'date'],
  [Uint8Array, 'bytes'],
  [Buffer, 'buffer'],
  [Set, 'set'],
  [Array, 'array'],
  [Map, 'map'],
  [Object, 'any'],
  [undefined, 'any'],
]);

const names: ReadonlySet<unknown> = new Set(attributeTypes);

const keyTypes: Partial<Record<AttributeType, KeyType>> = {
  string: 'string',
  number: 'number',
  bigint: 'number',
  bytes: 'bytes',
  buffer: 'bytes',
  date: 'string',
  epochSeconds: 'number',
  epochMilliseconds: 'number',
};

/**
 * The type of a property: the one that its decorator was given, else the one that the compiler emitted. Interfaces,
 * unions and properties without an emitted type are `any`. Throws `UNKNOWN_TYPE`.
 */
export function resolveType(given: unknown, emitted: unknown, member: { class: string; member: string }): ResolvedType {
  const type = given ?? (isEnumeration(emitted) ? typeOfEnumeration(emitted) : emitted);
  if (names.has(type)) return type as AttributeType;
  const known = constructors.get(type);
  if (known) return known;
  if (isNumberValueClass(type)) return 'any';
  if (isClass(type) && !isBuiltIn(type)) return Object.freeze({ nested: type });
  throw new MapperError('UNKNOWN_TYPE', { ...member, found: describe(type) });
}

/** Whether this is what swc emits for an enum of another module. (tsc emits the type of its values.) */
function isEnumeration(emitted: unknown): emitted is object {
  return typeof emitted === 'object' && emitted !== null;
}

function typeOfEnumeration(enumeration: object): AttributeType {
  const values: unknown[] = Object.values(enumeration);
  if (values.every((value) => typeof value === 'string')) return 'string';
  // a numeric member has two entries: its number by its name, and its name by its number
  const hasNumbers = Object.entries(enumeration).every(
    ([name, value]) => typeof value === 'number' || !Number.isNaN(+name),
  );
  return hasNumbers ? 'number' : 'any';
}

/** Functions that aren't classes have no prototype. */
function isClass(type: unknown): type is Class {
  return typeof type === 'function' && type.prototype !== undefined;
}

/** Whether the option `items` is a function that returns the type: functions that aren't classes have no prototype. */
export function isClassFunction(items: unknown): items is () => unknown {
  return typeof items === 'function' && !constructors.has(items) && !isClass(items);
}

/** Built-in classes keep their values in internal slots: as nested values they would be stored empty. */
function isBuiltIn(type: Class): boolean {
  return (
    type === URL || type === URLSearchParams || Function.prototype.toString.call(type).endsWith('{ [native code] }')
  );
}

function describe(type: unknown): string {
  if (isClass(type)) return classNameOf(type);
  if (typeof type === 'function') return 'a function';
  return typeof type === 'string' ? `'${type}'` : typeof type;
}

/** A type's name, for errors. */
export function typeName(type: ResolvedType): string {
  return typeof type === 'string' ? type : classNameOf(type.nested);
}

/** The type that a key of a type is stored with; `undefined` if the type can't be a key. */
export function keyTypeOf(type: ResolvedType): KeyType | undefined {
  return typeof type === 'string' ? keyTypes[type] : undefined;
}
