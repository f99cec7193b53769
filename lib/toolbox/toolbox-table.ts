import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Key, Table } from 'dynamodb-toolbox';
import { decodeNumber } from '../codec/number.js';
import { clientOf, type Mapper } from '../mapper.js';
import type { Class } from '../model/class.js';
import { contextFor } from '../read/entity-context.js';
import type { KeyAttribute, TableIndex, TableSchema } from '../store/table-schema.js';

/** The tables of a mapper, by name: entities of one table share it. */
const tables = new WeakMap<Mapper, Map<string, Table>>();

/**
 * The table of a class as a `Table` of dynamodb-toolbox, the same one for all classes that share it, with its indexes
 * and a document client of the mapper's client. Raw commands of it see items of every version: upgrade them with
 * `repository.hydrate`, or `upgradeItem`.
 *
 * Throws `UNKNOWN_ENTITY`.
 *
 * @example
 * import { QueryCommand } from 'dynamodb-toolbox';
 *
 * const table = toolboxTable(mapper, Session);
 * const { Items = [] } = await table.build(QueryCommand).query({ partition: 'abc-123' }).send();
 * const titles = Items.map((item) => upgradeItem(Session, item)['title']);
 */
export function toolboxTable<T extends object>(mapper: Mapper, target: Class<T>): Table {
  const { schema } = mapper[contextFor](target).table;
  const known = tables.get(mapper) ?? new Map<string, Table>();
  tables.set(mapper, known);
  const table = known.get(schema.name) ?? makeTable(mapper, schema);
  known.set(schema.name, table);
  return table;
}

function makeTable(mapper: Mapper, { indexes, keys, name }: TableSchema): Table {
  const [partitionKey, sortKey] = keys.map(keyOf) as [Key, Key?];
  const documentClient = documentClientOf(mapper);
  return new Table({
    name,
    partitionKey,
    ...(sortKey && { sortKey }),
    indexes: Object.fromEntries(indexes.map((index) => [index.name, indexOf(index)])),
    ...(documentClient && { documentClient }),
  } as never);
}

function keyOf({ name, type }: KeyAttribute): Key {
  return { name, type: type === 'bytes' ? 'binary' : type };
}

function indexOf({ keys, kind }: TableIndex): object {
  const [partitionKey, sortKey] = keys.map(keyOf);
  if (kind === 'local') return { type: 'local', sortKey };
  return { type: 'global', partitionKey, ...(sortKey && { sortKey }) };
}

/** A document client that loses no digits; `undefined` if the mapper's client only has `send`. */
function documentClientOf(mapper: Mapper): DynamoDBDocumentClient | undefined {
  const client = mapper[clientOf];
  if (!('config' in client) || !('middlewareStack' in client)) return undefined;
  return DynamoDBDocumentClient.from(client as DynamoDBClient, {
    marshallOptions: { removeUndefinedValues: true },
    unmarshallOptions: { wrapNumbers: decodeNumber },
  });
}
