/**
 * Types the indexes of an entity exactly: `declare readonly [indexes]?: { by_user: { partitionKey: 'user_id' } }` names
 * them, and the properties of their keys as `@Index` does. Queries and scans then take no other index, and for each its
 * own `partition` and `range`. The property exists only in types.
 *
 * @example
 * const noteIndexes = { by_author: { partitionKey: 'author', sortKey: 'written' } } as const;
 *
 * @Entity({ table: 'indexed_notes' })
 * @Versioned(1)
 * @Index('by_author', noteIndexes.by_author)
 * class IndexedNote {
 *   @PartitionKey({ type: 'string' }) id!: string;
 *   @Attribute({ type: 'string' }) author!: string;
 *   @Attribute({ type: 'date' }) written!: Date;
 *   declare readonly [indexes]?: typeof noteIndexes;
 * }
 */
export const indexes: unique symbol = Symbol.for('dynamo-evolve:indexes');

/** What a class declares of its indexes. */
type DeclaredIndexes<T> = typeof indexes extends keyof T ? NonNullable<T[typeof indexes]> : unknown;

/** The names of an entity's indexes: any text, unless the class declares them. */
export type IndexNameOf<T> = (T extends unknown
  ? {
      readonly taken: typeof indexes extends keyof T ? Extract<keyof NonNullable<T[typeof indexes]>, string> : string;
    }
  : never)['taken'];

/**
 * The property of a key of an index: `never` if the index has no such key, and any text if the class doesn't declare
 * the index.
 */
export type IndexKeyOf<T, Name extends string, Key extends 'partitionKey' | 'sortKey'> =
  DeclaredIndexes<T> extends { readonly [N in Name]: infer Index }
    ? Index extends { readonly [K in Key]: infer Property extends string }
      ? Property
      : Index extends { readonly [K in Key]?: infer Property }
        ? unknown extends Property
          ? never
          : Extract<Property, string>
        : never
    : string;
