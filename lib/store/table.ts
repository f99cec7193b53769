import { Table } from 'dynamodb-toolbox/table';
import { PrimaryKeyParser } from 'dynamodb-toolbox/table/actions/parsePrimaryKey';
import { QueryCommand } from 'dynamodb-toolbox/table/actions/query';
import { ScanCommand } from 'dynamodb-toolbox/table/actions/scan';
import { encodeItem } from '../codec/encode.js';
import type { WireItem } from '../codec/wire.js';
import { MapperError } from '../errors.js';
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
export type KeyRange<V> =
  | V
  | { readonly eq: V }
  | { readonly lt: V }
  | { readonly lte: V }
  | { readonly gt: V }
  | { readonly gte: V }
  | { readonly between: readonly [V, V] }
  | { readonly beginsWith: V };

/** Options that Query and Scan share, as dynamodb-toolbox takes them. */
export interface PageOptions {
  readonly consistent?: boolean;
  readonly reverse?: boolean;
}

/** A Query or Scan request, without the key to start at. */
export interface PageParams {
  readonly TableName: string;
}

const toolboxTypes = { string: 'string', number: 'number', bytes: 'binary' } as const;

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

/** Builds requests for one table with dynamodb-toolbox; values go in as they are stored and come out as wire values. */
export class TableRequests {
  readonly #table: Table;

  constructor(schema: TableSchema) {
    const [partitionKey, sortKey] = schema.keys.map(toolboxKey);
    const indexes = schema.indexes.map(
      ({ name, kind, keys }) => [name, { type: kind, ...toolboxKeys(kind, keys) }] as const,
    );
    this.#table = new Table({
      name: schema.name,
      partitionKey,
      ...(sortKey && { sortKey }),
      indexes: Object.fromEntries(indexes),
    } as ConstructorParameters<typeof Table>[0]);
  }

  /** The wire form of a primary key. */
  key(values: Readonly<Record<string, KeyValue>>): WireItem {
    return encodeItem(this.#table.build(PrimaryKeyParser).parse(values));
  }

  /** A Query request. Throws `INVALID_ARGUMENT` for what dynamodb-toolbox refuses. */
  query(
    partition: KeyValue,
    range: KeyRange<KeyValue> | undefined,
    index: string | undefined,
    options: PageOptions,
  ): PageParams {
    const query = { partition, ...(range !== undefined && { range }), ...(index !== undefined && { index }) };
    return asRequest('query', () =>
      this.#table
        .build(QueryCommand)
        .query(query as never)
        .options(options as never)
        .params(),
    );
  }

  /** A Scan request. Throws `INVALID_ARGUMENT` for what dynamodb-toolbox refuses. */
  scan(index: string | undefined, options: Omit<PageOptions, 'reverse'>): PageParams {
    const all = { ...options, ...(index !== undefined && { index }) };
    return asRequest('scan', () =>
      this.#table
        .build(ScanCommand)
        .options(all as never)
        .params(),
    );
  }
}

function toolboxKey({ name, type }: KeyAttribute) {
  return { name, type: toolboxTypes[type] };
}

function toolboxKeys(kind: TableIndex['kind'], keys: readonly KeyAttribute[]) {
  const [partitionKey, sortKey] = keys.map(toolboxKey);
  return { ...(kind === 'global' && { partitionKey }), ...(sortKey && { sortKey }) };
}

function asRequest(call: string, params: () => object): PageParams {
  let request: { ExpressionAttributeValues?: Record<string, unknown> };
  try {
    request = params();
  } catch (error) {
    // without the cause, whose payload holds the values
    const code = (error as { code?: string }).code ?? 'an unknown error';
    throw new MapperError('INVALID_ARGUMENT', {
      call,
      argument: 'the options',
      problem: `were refused by dynamodb-toolbox: ${code}`,
    });
  }
  const { ExpressionAttributeValues: values } = request;
  return { ...request, ...(values && { ExpressionAttributeValues: encodeItem(values) }) } as unknown as PageParams;
}
