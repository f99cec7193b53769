import type { DecodedValue, InputValue, ItemAttributes, ItemSchema } from 'dynamodb-toolbox';
import type { indexes } from '../model/index-type.js';
import type { init, IsOne, key } from '../model/key-type.js';
import type { DefinitionOptions } from './entity-definition.js';

/** The instances of the class that `defineEntity` returns. */
export type DefinedEntity<A extends ItemAttributes, D extends DefinitionOptions> = Flat<
  DecodedValue<ItemSchema<A>> & GeneratedProperties<A, D> & SaidOf<A, D>
>;

type Flat<T> = { [P in keyof T]: T[P] };

/** What the types of keys, of queries and of `create` are made of; exists only in types. */
interface SaidOf<A extends ItemAttributes, D extends DefinitionOptions> {
  readonly [key]?: SaidKey<A, D>;
  readonly [indexes]?: SaidIndexes<A, D>;
  readonly [init]?: Omit<InputValue<ItemSchema<A>>, GeneratedNames<D> | TemplatedNames<D>>;
}

/** The names of all properties that a definition declares. */
export type NamesOf<A extends ItemAttributes, D extends DefinitionOptions> =
  Extract<keyof A, string> | GeneratedNames<D>;

type Roles = 'createdAt' | 'updatedAt' | 'timeToLive' | 'revision';

type GeneratedNames<D extends DefinitionOptions> = { [R in Roles]: NameOf<D[R]> }[Roles];

type NameOf<G> = G extends string ? G : G extends { readonly property: infer P extends string } ? P : never;

/** The generated properties that the schema doesn't have. */
type GeneratedProperties<A extends ItemAttributes, D extends DefinitionOptions> = {
  [P in NewNames<A, D, 'createdAt'>]: TypeOf<D['createdAt'], Date>;
} & { [P in NewNames<A, D, 'updatedAt'>]: TypeOf<D['updatedAt'], Date> } & {
  [P in NewNames<A, D, 'timeToLive'>]?: TypeOf<D['timeToLive'], Date> | undefined;
} & { [P in NewNames<A, D, 'revision'>]: string };

type NewNames<A extends ItemAttributes, D extends DefinitionOptions, R extends Roles> = Exclude<NameOf<D[R]>, keyof A>;

type TypeOf<G, Fallback> = G extends { readonly type: infer T }
  ? T extends 'string'
    ? string
    : T extends 'number'
      ? number
      : Fallback
  : Fallback;

type TemplatedNames<D extends DefinitionOptions> = D extends { readonly templates: infer T } ? keyof T : never;

/** The properties that a key is given by: keys without template, and the parts of the others. */
type KeyNames<A extends ItemAttributes, D extends DefinitionOptions> = {
  [P in keyof A]: A[P]['props'] extends { readonly key: true }
    ? D extends { readonly templates: { readonly [T in P]: infer Text extends string } }
      ? PartsOf<Text>
      : P
    : never;
}[keyof A];

/** The names in braces of a template. */
type PartsOf<Text extends string> = Text extends `${string}{${infer Part}}${infer Rest}` ? Part | PartsOf<Rest> : never;

/** What a definition says of the keys: which is which, as far as that is known, and the parts of those with templates. */
type SaidKey<A extends ItemAttributes, D extends DefinitionOptions> = [
  TemplatedNames<D> & (KeyAttributes<A> | TableKey<A, D, 'partitionKey'> | TableKey<A, D, 'sortKey'>),
] extends [never]
  ? OrderedKey<KeyNames<A, D>, TableKey<A, D, 'partitionKey'>, TableKey<A, D, 'sortKey'>>
  : KeyNames<A, D>;

type KeyAttributes<A extends ItemAttributes> = {
  [P in keyof A]: A[P]['props'] extends { readonly key: true } ? P : never;
}[keyof A];

type OrderedKey<Names, PartitionKey, SortKey> = [PartitionKey] extends [never]
  ? IsOne<Names> extends true
    ? readonly [Names]
    : readonly Names[]
  : [SortKey] extends [never]
    ? [Exclude<Names, PartitionKey>] extends [never]
      ? readonly [PartitionKey]
      : readonly [PartitionKey, Exclude<Names, PartitionKey>]
    : readonly [PartitionKey, SortKey];

/** The property of a key of the table, where an option or the table names it. */
type TableKey<
  A extends ItemAttributes,
  D extends DefinitionOptions,
  Key extends 'partitionKey' | 'sortKey',
> = D[Key] extends string ? D[Key] : D['table'] extends string ? never : PropertyOfKey<A, KeyIn<D['table'], Key>>;

type KeyIn<Source, Key extends string> = Key extends keyof Source ? NonNullable<Source[Key]> : never;

/** The property that is stored under the name of a key of the toolbox. */
type PropertyOfKey<A extends ItemAttributes, Found> = Found extends { readonly name: infer Name extends string }
  ? string extends Name
    ? never
    : { [P in keyof A]: StoredName<A, P> extends Name ? P : never }[keyof A]
  : never;

type StoredName<A extends ItemAttributes, P extends keyof A> = A[P]['props'] extends {
  readonly savedAs: infer Name extends string;
}
  ? Name
  : P;

/** The indexes that a definition says, or else its table. */
type SaidIndexes<A extends ItemAttributes, D extends DefinitionOptions> = D extends {
  readonly indexes: infer Indexes extends object;
}
  ? {
      readonly [Name in keyof Indexes]: {
        readonly [Key in keyof Indexes[Name]]: Indexes[Name][Key] extends TemplatedNames<D>
          ? string
          : Indexes[Name][Key];
      };
    }
  : D['table'] extends { readonly indexes: infer Indexes }
    ? {
        readonly [Name in keyof Indexes as IsIn<A, Indexes[Name]> extends true ? Name : never]: TableIndex<
          A,
          D,
          Indexes[Name]
        >;
      }
    : // oxlint-disable-next-line typescript/no-generated-empty-object-type -- there are no indexes to name
      Record<never, never>;

/** Whether the schema has all keys of an index of the table. */
type IsIn<A extends ItemAttributes, Index> = {
  [K in 'partitionKey' | 'sortKey']: [KeyIn<Index, K>] extends [never]
    ? never
    : [PropertyOfKey<A, KeyIn<Index, K>>] extends [never]
      ? false
      : never;
}['partitionKey' | 'sortKey'] extends never
  ? true
  : false;

interface TableIndex<A extends ItemAttributes, D extends DefinitionOptions, Index> {
  readonly partitionKey?: Loosened<D, PropertyOfKey<A, KeyIn<Index, 'partitionKey'>>>;
  readonly sortKey?: Loosened<D, PropertyOfKey<A, KeyIn<Index, 'sortKey'>>>;
}

/** A key with a template takes more than its own values. */
type Loosened<D extends DefinitionOptions, Property> = Property extends TemplatedNames<D> ? string : Property;

/** A compile error for names that a definition doesn't declare. */
export interface Named<A extends ItemAttributes, D extends DefinitionOptions> {
  readonly indexes?:
    | {
        readonly [I in keyof D['indexes']]: {
          readonly partitionKey?: NamesOf<A, D> | DiscriminatorOf<D> | undefined;
          readonly sortKey?: NamesOf<A, D> | DiscriminatorOf<D> | undefined;
        };
      }
    | undefined;
  readonly deprecated?:
    { readonly [P in keyof D['deprecated']]: P extends NamesOf<A, D> ? unknown : never } | undefined;
  readonly templates?: { readonly [P in keyof D['templates']]: P extends NamesOf<A, D> ? string : never } | undefined;
  readonly partitionKey?: NamesOf<A, D> | undefined;
  readonly sortKey?: NamesOf<A, D> | undefined;
}

type DiscriminatorOf<D extends DefinitionOptions> = D extends {
  readonly discriminator: { readonly attribute: infer A };
}
  ? A
  : never;
