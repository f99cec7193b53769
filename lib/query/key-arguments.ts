import type { IndexKeyOf, indexes } from '../model/index-type.js';
import type { IsOne, key, KeyParts } from '../model/key-type.js';
import type { KeyRange } from '../store/table-schema.js';

/** A value of a key, as the entity holds it. */
export type KeyInput = string | number | bigint | Uint8Array | Date;

/**
 * What a query takes as `partition` for an index, or for the table where the index is `undefined`: values of the
 * property of the partition key, as far as the class declares its `[key]` and its `[indexes]`. Inside a class with a type
 * parameter `T`, as `KeyOf`.
 */
export type PartitionOf<T, Index extends string | undefined> = (T extends unknown
  ? {
      readonly taken: IsAny<T> extends true
        ? KeyInput
        : [Index] extends [undefined]
          ? TablePartition<T>
          : IndexPartition<T, Index>;
    }
  : never)['taken'];

/** What a query takes as `range` for an index or the table: nothing where there is no sort key. As `PartitionOf`. */
export type RangeOf<T, Index extends string | undefined> = (T extends unknown
  ? {
      readonly taken: IsAny<T> extends true
        ? KeyRange<KeyInput>
        : [Index] extends [undefined]
          ? TableRange<T>
          : IndexRange<T, Index>;
    }
  : never)['taken'];

type IndexPartition<T, Index> = typeof indexes extends keyof T
  ? DeclaredPartition<T, Index>
  : undefined extends Index
    ? Loose<T> | TablePartition<T>
    : Loose<T>;

type DeclaredPartition<T, Index> = Index extends string
  ? [IndexKeyOf<T, Index, 'partitionKey'>] extends [never]
    ? TablePartition<T>
    : IndexValue<T, IndexKeyOf<T, Index, 'partitionKey'>>
  : TablePartition<T>;

type IndexRange<T, Index> = typeof indexes extends keyof T
  ? DeclaredRange<T, Index>
  : Index extends string
    ? KeyRange<Loose<T>>
    : TableRange<T>;

type DeclaredRange<T, Index> = Index extends string
  ? [IndexKeyOf<T, Index, 'sortKey'>] extends [never]
    ? undefined
    : string extends IndexKeyOf<T, Index, 'sortKey'>
      ? KeyRange<Loose<T>>
      : Range<IndexValue<T, IndexKeyOf<T, Index, 'sortKey'>>>
  : TableRange<T>;

type IsAny<T> = 0 extends 1 & T ? true : false;

/** A value of any key, or its parts. */
type Loose<T> = KeyInput | KeyParts<T>;

/** The values of the key of an index, which may have a template. The discriminator is no property, but text. */
type IndexValue<T, Property extends string> = string extends Property
  ? Loose<T>
  : Property extends keyof T
    ? NonNullable<T[Property]> | KeyParts<T>
    : string;

type TablePartition<T> = typeof key extends keyof T ? FirstKey<T, NonNullable<T[typeof key]>> : Loose<T>;

type FirstKey<T, Declared> = [Declared] extends [string]
  ? IsOne<Declared> extends true
    ? // a template can make the key of it
      ValueOf<T, Declared> | string | KeyParts<T>
    : Loose<T>
  : [Declared] extends [readonly [infer Property, ...unknown[]]]
    ? ValueOf<T, Property>
    : [Declared] extends [readonly (infer Property)[]]
      ? ValueOf<T, Property>
      : Loose<T>;

type TableRange<T> = typeof key extends keyof T ? SecondKey<T, NonNullable<T[typeof key]>> : KeyRange<Loose<T>>;

type SecondKey<T, Declared> = [Declared] extends [readonly [unknown]]
  ? undefined
  : [Declared] extends [readonly [unknown, infer Property]]
    ? Range<ValueOf<T, Property>>
    : [Declared] extends [readonly (infer Property)[]]
      ? Range<ValueOf<T, Property>>
      : KeyRange<Loose<T>>;

type ValueOf<T, Property> = Property extends keyof T ? NonNullable<T[Property]> : never;

type Range<Value> = KeyRange<Value, PrefixOf<Value>>;

/** What begins a value: dates are stored as text, numbers have no beginnings, and a value of another type may be text. */
type PrefixOf<Value> = Value extends string | Date
  ? string
  : Value extends Uint8Array
    ? Uint8Array
    : Value extends number | bigint
      ? never
      : Value | string | Uint8Array;
