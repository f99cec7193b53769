import type { WireType } from '../codec/wire-types.js';
import type { NestedPath, PathOf, PropertyOf } from '../model/key-type.js';
import type { AttributeReference } from './reference.js';

/**
 * A condition on the items of an entity, with property names, in dynamodb-toolbox's grammar. `{ attr, … }` compares a
 * property or a path below one (`settings.theme`, `list[2]`, `map['name.with.dots']`), and `{ size, … }` its size, with
 * exactly one operator: `eq`, `ne`, `lt`, `lte`, `gt`, `gte`, `between`, `in`, `beginsWith`, `contains`, `exists` or
 * `type`. `and`, `or` and `not` combine conditions. Operands are values as the entity holds them, such as a `Date` for
 * a date. `ref('other')` compares with another attribute.
 *
 * @example
 * const condition: Condition<Session> = {
 *   and: [{ attr: 'session_state', eq: 'open' }, { not: { attr: 'title', beginsWith: 'Draft' } }],
 * };
 */
export type Condition<T> =
  | And<T>
  | Or<T>
  | Not<T>
  | { [P in PropertyOf<T>]: ConditionOn<T, P> }[PropertyOf<T>]
  | ConditionOn<T, NestedPath<T>>
  | Sized<T>;

/**
 * A condition, as options take it: inside a class with a type parameter, by the properties of its constraint, as
 * `KeyOf`.
 */
export type ConditionOf<T> = (T extends unknown ? { readonly taken: Condition<T> } : never)['taken'];

interface And<T> {
  readonly and: readonly Condition<T>[];
}
interface Or<T> {
  readonly or: readonly Condition<T>[];
}
interface Not<T> {
  readonly not: Condition<T>;
}

// Interfaces, whose members the compiler works out only where it looks at them: most of a condition never is.
type ConditionOn<T, P> =
  | Equal<T, P>
  | Unequal<T, P>
  | OneOf<T, P>
  | Less<T, P>
  | LessOrEqual<T, P>
  | Greater<T, P>
  | GreaterOrEqual<T, P>
  | Between<T, P>
  | BeginsWith<T, P>
  | Contains<T, P>
  | Exists<P>
  | Typed<P>;

interface Equal<T, P> {
  readonly attr: P;
  readonly eq: Operand<T, ValueOf<T, P>>;
}
interface Unequal<T, P> {
  readonly attr: P;
  readonly ne: Operand<T, ValueOf<T, P>>;
}
interface OneOf<T, P> {
  readonly attr: P;
  readonly in: readonly Operand<T, ValueOf<T, P>>[];
}
interface Less<T, P> {
  readonly attr: P;
  readonly lt: Operand<T, OrderedOf<ValueOf<T, P>>>;
}
interface LessOrEqual<T, P> {
  readonly attr: P;
  readonly lte: Operand<T, OrderedOf<ValueOf<T, P>>>;
}
interface Greater<T, P> {
  readonly attr: P;
  readonly gt: Operand<T, OrderedOf<ValueOf<T, P>>>;
}
interface GreaterOrEqual<T, P> {
  readonly attr: P;
  readonly gte: Operand<T, OrderedOf<ValueOf<T, P>>>;
}
interface Between<T, P> {
  readonly attr: P;
  readonly between: readonly [Operand<T, OrderedOf<ValueOf<T, P>>>, Operand<T, OrderedOf<ValueOf<T, P>>>];
}
interface BeginsWith<T, P> {
  readonly attr: P;
  readonly beginsWith: Operand<T, PrefixOf<ValueOf<T, P>>>;
}
interface Contains<T, P> {
  readonly attr: P;
  readonly contains: Operand<T, MemberOf<ValueOf<T, P>>>;
}
interface Exists<P> {
  readonly attr: P;
  readonly exists: boolean;
}
interface Typed<P> {
  readonly attr: P;
  readonly type: WireType;
}

type Sized<T> =
  | SizeEqual<T>
  | SizeUnequal<T>
  | SizeOneOf<T>
  | SizeLess<T>
  | SizeLessOrEqual<T>
  | SizeGreater<T>
  | SizeGreaterOrEqual<T>
  | SizeBetween<T>;

interface SizeEqual<T> {
  readonly size: PathOf<T>;
  readonly eq: Operand<T, number>;
}
interface SizeUnequal<T> {
  readonly size: PathOf<T>;
  readonly ne: Operand<T, number>;
}
interface SizeOneOf<T> {
  readonly size: PathOf<T>;
  readonly in: readonly Operand<T, number>[];
}
interface SizeLess<T> {
  readonly size: PathOf<T>;
  readonly lt: Operand<T, number>;
}
interface SizeLessOrEqual<T> {
  readonly size: PathOf<T>;
  readonly lte: Operand<T, number>;
}
interface SizeGreater<T> {
  readonly size: PathOf<T>;
  readonly gt: Operand<T, number>;
}
interface SizeGreaterOrEqual<T> {
  readonly size: PathOf<T>;
  readonly gte: Operand<T, number>;
}
interface SizeBetween<T> {
  readonly size: PathOf<T>;
  readonly between: readonly [Operand<T, number>, Operand<T, number>];
}

/** The values of a property, and any value of a path. */
type ValueOf<T, P> = P extends keyof T ? Exclude<T[P], undefined> : unknown;

/** A value, or a reference to another property or path. */
type Operand<T, V> = V | AttributeReference<PathOf<T>>;

type OrderedOf<V> = unknown extends V ? V : Extract<V, string | number | bigint | Date | Uint8Array>;

/** What a value can begin with. Dates as text are stored as they are. */
type PrefixOf<V> = unknown extends V
  ? string | Uint8Array
  : V extends string | Date
    ? string
    : V extends Uint8Array
      ? Uint8Array
      : never;

/** What a value can contain: a part of text or bytes, or a member of a set or list. */
type MemberOf<V> = unknown extends V
  ? unknown
  : V extends string | Date
    ? string
    : V extends Uint8Array
      ? Uint8Array
      : V extends ReadonlySet<infer Member> | readonly (infer Member)[]
        ? Member
        : never;
