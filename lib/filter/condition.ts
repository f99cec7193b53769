import type { WireType } from '../codec/wire-types.js';
import type { NestedPath, PropertyOf } from '../model/key-type.js';
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
  | PropertyCondition<T>
  | ({ readonly attr: NestedPath<T> } & Predicate<T, unknown>)
  | ({ readonly size: PropertyOf<T> | NestedPath<T> } & (Equality<T, number> | Order<T, number>))
  | { readonly and: readonly Condition<T>[] }
  | { readonly or: readonly Condition<T>[] }
  | { readonly not: Condition<T> };

/**
 * A condition, as options take it: inside a class with a type parameter, by the properties of its constraint, as
 * `KeyOf`.
 */
export type ConditionOf<T> = (T extends unknown ? { readonly taken: Condition<T> } : never)['taken'];

type PropertyCondition<T> = {
  [P in PropertyOf<T>]: { readonly attr: P } & Predicate<T, Exclude<T[P], undefined>>;
}[PropertyOf<T>];

type Predicate<T, V> =
  | { readonly exists: boolean }
  | { readonly type: WireType }
  | Equality<T, V>
  | (unknown extends V ? Order<T, V> : Order<T, Extract<V, Ordered>>)
  | { readonly beginsWith: Operand<T, PrefixOf<V>> }
  | { readonly contains: Operand<T, MemberOf<V>> };

type Ordered = string | number | bigint | Date | Uint8Array;

/** A value, or a reference to another property or path. */
type Operand<T, V> = V | AttributeReference<PropertyOf<T> | NestedPath<T>>;

type Equality<T, V> =
  { readonly eq: Operand<T, V> } | { readonly ne: Operand<T, V> } | { readonly in: readonly Operand<T, V>[] };

type Order<T, V> =
  | { readonly lt: Operand<T, V> }
  | { readonly lte: Operand<T, V> }
  | { readonly gt: Operand<T, V> }
  | { readonly gte: Operand<T, V> }
  | { readonly between: readonly [Operand<T, V>, Operand<T, V>] };

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
