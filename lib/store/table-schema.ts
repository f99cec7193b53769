import type { AttributeModel } from '../model/attribute-model.js';
import type { KeyType } from '../model/attribute-type.js';
import type { EntityModel } from '../model/entity-model.js';

/** A key attribute of a table or index. */
export interface KeyAttribute {
  readonly name: string;
  readonly type: KeyType;
}

/** An index as the engine knows it. */
export interface TableIndex {
  readonly name: string;
  readonly kind: 'global' | 'local';
  /** The partition key, then the sort key if there is one. */
  readonly keys: readonly KeyAttribute[];
}

/** A table as its entities want it. */
export interface TableSchema {
  readonly name: string;
  readonly keys: readonly KeyAttribute[];
  readonly indexes: readonly TableIndex[];
  /** The attribute that says when an item expires. */
  readonly timeToLive: string | undefined;
}

/** The value of a key attribute as it is stored, before its wire form. */
export type KeyValue = string | number | bigint | Uint8Array;

/** What to compare a sort key with: dynamodb-toolbox's grammar. */
export type KeyRange<V, Prefix = V> =
  | V
  | { readonly eq: V }
  | { readonly lt: V }
  | { readonly lte: V }
  | { readonly gt: V }
  | { readonly gte: V }
  | { readonly between: readonly [V, V] }
  | { readonly beginsWith: Prefix };

/** What the engine calls the types of keys. */
export const engineKeyTypes = { string: 'S', number: 'N', bytes: 'B' } as const;

/** The schema of a table that one or several entities share. */
export function tableSchema(name: string, models: readonly [EntityModel, ...EntityModel[]]): TableSchema {
  const indexes = new Map<string, TableIndex>();
  for (const index of models.flatMap((model) => model.indexes)) {
    const keys = index.sortKey ? [index.partitionKey, index.sortKey] : [index.partitionKey];
    indexes.set(index.name, { name: index.name, kind: index.kind, keys: keys.map(keyAttribute) });
  }
  const timeToLive = models.find((model) => model.timeToLive)?.timeToLive?.attribute;
  return { name, keys: models[0].keys.map(keyAttribute), indexes: [...indexes.values()], timeToLive };
}

function keyAttribute({ attribute, keyType }: AttributeModel): KeyAttribute {
  return { name: attribute, type: keyType as KeyType };
}
