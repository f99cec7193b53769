import type { KeyAttribute, TableSchema } from './table-schema.js';
import { describeTable } from './table-description.js';
import type { Transport } from './transport.js';

/** The names of the attributes that an index holds; `undefined` if it holds whole items, as all of ScyllaDB's do. */
export type IndexProjection = ReadonlySet<string> | undefined;

/** What an index of a table holds, by the engine's description. Throws `REQUEST_FAILED`. */
export async function indexProjection(
  transport: Transport,
  schema: TableSchema,
  index: string,
): Promise<IndexProjection> {
  const description = await describeTable(transport, schema.name);
  const indexes = [...(description?.GlobalSecondaryIndexes ?? []), ...(description?.LocalSecondaryIndexes ?? [])];
  const found = indexes.find(({ IndexName: name }) => name === index);
  const { ProjectionType: type = 'ALL', NonKeyAttributes: included = [] } = found?.Projection ?? {};
  if (type === 'ALL') return undefined;
  return new Set([...schema.keys, ...indexKeys(schema, index)].map((key) => key.name).concat(included));
}

/** The key attributes of an index. */
export function indexKeys({ indexes }: TableSchema, name: string | undefined): readonly KeyAttribute[] {
  return indexes.find((index) => index.name === name)?.keys ?? [];
}
