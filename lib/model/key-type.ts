/**
 * Types the key of an entity exactly: `declare readonly [key]?: 'session_id'` names the properties of its primary key,
 * or those of which templates make it. `declare readonly [key]?: ['session_id', 'position']` names the partition key and
 * the sort key of a class without such templates, which types the `partition` and `range` of queries, too. The property
 * exists only in types.
 */
export const key: unique symbol = Symbol.for('dynamo-evolve:key');

/**
 * Types exactly what `create` takes: `declare readonly [init]?: { session_id: string; title?: string }` names the
 * properties that must be given, and those that have defaults. Properties that it doesn't name are optional. The property
 * exists only in types.
 */
export const init: unique symbol = Symbol.for('dynamo-evolve:init');

// oxlint-disable-next-line typescript/no-explicit-any -- any method, whatever it takes
type Method = (...args: any[]) => unknown;

/** The names of the data properties of an entity. */
export type PropertyOf<T> = { [P in keyof T & string]: T[P] extends Method ? never : P }[keyof T & string];

/** Values without places below them. */
type Leaf = string | number | bigint | boolean | Date | Uint8Array | null | undefined;

/** The names of the properties that can have places below them. */
type ContainerOf<T> = { [P in keyof T & string]: T[P] extends Leaf | Method ? never : P }[keyof T & string];

/** A path below a property: `settings.theme`, `list[2]`, `map['name.with.dots']`. */
export type NestedPath<T> = `${ContainerOf<T>}.${string}` | `${ContainerOf<T>}[${string}`;

/** A property, or a path below one. */
export type PathOf<T> = PropertyOf<T> | NestedPath<T>;

/**
 * The key argument of an entity: exactly its key properties if the class declares them, else any of its properties.
 * Inside a class with a type parameter `T`, the properties of its constraint: the compiler judges what is given for a
 * member of a conditional type by that.
 */
export type KeyOf<T> = (T extends unknown
  ? {
      readonly taken: typeof key extends keyof T
        ? Pick<T, Extract<NamesIn<NonNullable<T[typeof key]>>, keyof T>>
        : { [P in PropertyOf<T>]?: T[P] };
    }
  : never)['taken'];

/** The names of the properties of the key, if the class declares them. */
export type KeyNamesOf<T> = typeof key extends keyof T ? Extract<NamesIn<NonNullable<T[typeof key]>>, string> : never;

/** The names in what a class declares as its key: themselves, or a list of them. */
type NamesIn<Declared> = Declared extends readonly (infer Name)[] ? Name : Declared;

/** The names of the properties that an update can change: not those of the key, if the class declares them. */
export type ChangeableOf<T> = typeof key extends keyof T
  ? Exclude<PropertyOf<T>, NamesIn<NonNullable<T[typeof key]>>>
  : PropertyOf<T>;

/** Parts of a key with a template, by their properties. */
export type KeyParts<T> = [PropertyOf<T>] extends [never] ? never : { readonly [P in PropertyOf<T>]?: T[P] };

/** What `create` takes: what the class declares with `init`, and any other of an entity's properties. */
export type InitOf<T> = (T extends unknown
  ? {
      readonly taken: typeof init extends keyof T
        ? NonNullable<T[typeof init]> & OptionalProperties<T, keyof NonNullable<T[typeof init]>>
        : OptionalProperties<T, never>;
    }
  : never)['taken'];

type OptionalProperties<T, Except> = {
  [P in [Except] extends [never] ? PropertyOf<T> : Exclude<PropertyOf<T>, Except>]?: T[P] | undefined;
};

/** Whether it is one name, not one of several. */
export type IsOne<Names, Every = Names> = Names extends unknown ? ([Every] extends [Names] ? true : false) : never;
