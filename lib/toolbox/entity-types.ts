import type { DecodedValue, InputValue, ItemAttributes, ItemSchema } from 'dynamodb-toolbox';
import type { init, key } from '../model/key-type.js';
import type { DefinitionOptions } from './entity-definition.js';

/** The instances of the class that `defineEntity` returns. */
export type DefinedEntity<A extends ItemAttributes, D extends DefinitionOptions> = Flat<
  DecodedValue<ItemSchema<A>> & GeneratedProperties<A, D> & SaidOf<A, D>
>;

type Flat<T> = { [P in keyof T]: T[P] };

/** What the types of keys and of `create` are made of; exists only in types. */
interface SaidOf<A extends ItemAttributes, D extends DefinitionOptions> {
  readonly [key]?: KeyNames<A, D>;
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
