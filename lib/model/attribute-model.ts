import { MapperError } from '../errors.js';
import {
  type AttributeType,
  isClassFunction,
  type KeyType,
  keyTypeOf,
  type ResolvedType,
  resolveType,
  typeName,
} from './attribute-type.js';
import { type Class, findDescriptor } from './class.js';
import { type DeprecatedOptions, designType, type MemberRecord, type MemberRole } from './registry.js';

/** One stored property of an entity. */
export interface AttributeModel {
  /** The property's name. */
  readonly property: string;
  /** The stored name. */
  readonly attribute: string;
  readonly type: ResolvedType;
  /** Whether the decorator was given the type. If not, the compiler emitted it. */
  readonly typeGiven: boolean;
  /** Of a date: whether every stored text is what `toISOString` writes. */
  readonly notation: 'canonical' | undefined;
  readonly optional: boolean;
  /** Whether `null` is a valid value. */
  readonly nullable: boolean;
  /** The value that `create` assigns where none is given, or a function that returns it. */
  readonly default: unknown;
  readonly roles: ReadonlySet<MemberRole>;
  /** The type that is stored, if the attribute can be a key. */
  readonly keyType: KeyType | undefined;
  /** The version since which it should no longer be used, and why. */
  readonly deprecated: DeprecatedOptions | undefined;
  /** The template that computes it from other attributes, if it has one. */
  readonly template: Template | undefined;
}

/** How one attribute is computed from others: `SESSION#{session_id}#{n}`. */
export interface Template {
  /** The template as it was written. */
  readonly text: string;
  /** The text before, between and after the parts: one more than there are parts. */
  readonly literals: readonly string[];
  /** The attributes in braces, in order. */
  readonly parts: readonly AttributeModel[];
}

/** What decorators of other libraries say about a class's properties. */
export interface OtherDecorators {
  /** The stored name that they give to a property. */
  readonly storedName: (target: Class, property: string) => string | undefined;
  /** Whether they determine a property's type. */
  readonly tellsType: (target: Class, property: string) => boolean;
}

/** The decorators that give a property its role. */
export const decoratorOf: Readonly<Record<MemberRole, string>> = {
  'partition key': '@PartitionKey',
  'sort key': '@SortKey',
  'created at': '@CreatedAt',
  'updated at': '@UpdatedAt',
  'time to live': '@TimeToLive',
  revision: '@Revision',
};

/** The allowed types of each role. The first is the default, if no type is given or emitted. */
const roleTypes: Partial<Record<MemberRole, readonly AttributeType[]>> = {
  'created at': ['date', 'epochSeconds', 'epochMilliseconds', 'string', 'number'],
  'updated at': ['date', 'epochSeconds', 'epochMilliseconds', 'string', 'number'],
  'time to live': ['epochSeconds', 'number'],
  revision: ['string'],
};

/** Compiles one property. Throws `INVALID_MEMBER`, `UNKNOWN_TYPE` or `INVALID_KEY`. */
export function compileAttribute(
  target: Class,
  className: string,
  record: MemberRecord,
  others: OtherDecorators,
  deprecated?: DeprecatedOptions,
): AttributeModel {
  const { options } = record;
  const roles: ReadonlySet<MemberRole> = new Set(record.roles);
  const [role] = roles;
  const member = String(record.member);
  const decorator = role ? decoratorOf[role] : '@Attribute';
  const refuse = (problem: string) =>
    new MapperError('INVALID_MEMBER', { class: className, member, decorator, problem });
  const misplaced = memberProblem(target, record);
  if (misplaced) throw refuse(misplaced);

  const attribute = options.name ?? others.storedName(target, member) ?? member;
  if (attribute === '') throw refuse('its stored name is empty');
  const emitted = designType(record);
  if (options.type === undefined && !others.tellsType(target, member)) checkTypeIsThere(className, record, emitted);
  let type = resolveType(options.type, emitted?.type, { class: className, member });
  // a template produces text
  if (type === 'any' && options.type === undefined && options.template !== undefined) type = 'string';
  for (const each of roles) type = typeForRole(each, type, refuse);
  checkStoredForm(className, record, type, refuse);

  const keyType = keyTypeOf(type);
  const isKey = roles.has('partition key') || roles.has('sort key');
  const nullable = options.nullable === true;
  if (isKey) checkKey(className, member, { type, keyType, nullable, typeHint: emitted ? '' : typeHint(record) });
  return Object.freeze({
    property: member,
    attribute,
    type,
    typeGiven: options.type !== undefined,
    notation: options.notation,
    optional: options.optional === true,
    nullable,
    default: options.default,
    roles,
    keyType,
    deprecated: deprecated && Object.freeze({ ...deprecated }),
    template: undefined,
  });
}

/**
 * Throws `UNDEFINED_CLASS` for a class that is undefined when the decorator runs, because its module is still loading.
 * Otherwise it would be taken for an unknown type.
 */
function checkTypeIsThere(
  className: string,
  { member, options }: MemberRecord,
  emitted: { readonly type: unknown } | undefined,
): void {
  const isUndefined = emitted ? emitted.type === undefined : Object.hasOwn(options, 'type');
  if (!isUndefined) return;
  const where = `The type of ${className}.${String(member)}, which { type } or @Type(() => TheClass) can name,`;
  throw new MapperError('UNDEFINED_CLASS', { where });
}

/** The types that have members. `any` is a property whose own type is unknown: the value shows whether it has members. */
const collections: ReadonlySet<ResolvedType> = new Set(['any', 'array', 'set', 'map']);

/** Checks the options that say in which form values are stored. */
export function checkStoredForm(
  className: string,
  { member, options }: MemberRecord,
  type: ResolvedType,
  refuse: (problem: string) => MapperError,
): void {
  if (Object.hasOwn(options, 'items') && options.items === undefined) {
    const where = `The class in the option items of ${className}.${String(member)}, which can be a function, () => TheClass,`;
    throw new MapperError('UNDEFINED_CLASS', { where });
  }
  if (options.notation !== undefined && type !== 'date') {
    throw refuse(`it has a notation, which only dates as text have, and its type is ${typeName(type)}`);
  }
  if (options.items !== undefined && !collections.has(type)) {
    throw refuse(`its option items is the type of members, and it has none: its type is ${typeName(type)}`);
  }
  if (options.items !== undefined && !isClassFunction(options.items)) {
    resolveType(options.items, undefined, { class: className, member: String(member) });
  }
  const [given, missing] = options.fromStorage ? ['fromStorage', 'toStorage'] : ['toStorage', 'fromStorage'];
  if ((options.fromStorage === undefined) !== (options.toStorage === undefined)) {
    throw refuse(`it has ${given} but no ${missing}; values are read in the form in which they are stored`);
  }
}

/** Why a property can't be stored; `undefined` if it can. */
export function memberProblem(target: Class, { isPrivate, isStatic, member }: MemberRecord): string | undefined {
  if (typeof member === 'symbol') return 'its name is a symbol, and stored names are strings';
  if (isPrivate) return 'it is private to the class, and the mapper reads and sets it from outside';
  if (isStatic) return 'it is static, and items become instances';
  if (member === '__proto__')
    return "its name stands for an object's prototype; give the property another, and { name }";
  const found = findDescriptor(target.prototype as object, member);
  if (typeof found?.value === 'function') return 'it is a method, and only values are stored';
  const isAccessor = found !== undefined && !('value' in found);
  if (isAccessor && !found.get) return 'it has no getter, and is read when its entity is stored';
  if (isAccessor && !found.set) return 'it has no setter, and is set when an item is read';
  return undefined;
}

/** The type of a property with a role: its own if the role can have it, else the role's. */
export function typeForRole(
  role: MemberRole,
  type: ResolvedType,
  refuse: (problem: string) => MapperError,
): ResolvedType {
  const allowed = roleTypes[role];
  if (allowed === undefined) return type;
  // engines expire items by seconds, whatever the property's notation
  const wanted = type === 'any' || (role === 'time to live' && type === 'date') ? allowed[0] : type;
  const found = allowed.find((candidate) => candidate === wanted);
  if (found === undefined) throw refuse(`its type is ${typeName(type)}; it can be ${allowed.join(', ')}`);
  return found;
}

/** Why no compiler told the type of a property. */
function typeHint({ compiledAs }: MemberRecord): string {
  if (compiledAs === 'standard') return ", since standard decorators don't know the types of properties";
  if (compiledAs === undefined) return '';
  return ', or set emitDecoratorMetadata and compile with tsc or SWC, since tsx and esbuild emit no types';
}

type KeyCandidate = Pick<AttributeModel, 'type' | 'keyType' | 'nullable'> & { readonly typeHint: string };

function checkKey(className: string, member: string, candidate: KeyCandidate): void {
  const problem = keyProblem(candidate);
  if (problem) throw new MapperError('INVALID_KEY', { class: className, member, problem });
}

function keyProblem({ keyType, nullable, type, typeHint: hint }: KeyCandidate): string | undefined {
  if (nullable) return 'it is nullable; a key always has a value';
  if (type === 'any') return `its type is unknown; give it one, { type: 'string' }, 'number' or 'bytes'${hint}`;
  if (keyType === undefined) return `its type is ${typeName(type)}; keys are strings, numbers or bytes`;
  return undefined;
}
