import type { KeySchemaElement, TableDescription } from '@aws-sdk/client-dynamodb';
import { type WriteIsolation, writeIsolations } from './write-isolation.js';
import { describeTable, timeToLiveOf } from './table-description.js';
import { engineKeyTypes, type KeyAttribute, type TableIndex, type TableSchema } from './table-schema.js';
import { streamOf, type StreamView } from './table-stream.js';
import { readTags, type TableTags, tabletsOf } from './table-tags.js';
import type { InitialTablets } from './tablets.js';
import type { Transport } from './transport.js';

/** One difference between a table and what its entities need. */
export interface TableDifference {
  readonly table: string;
  /**
   * The part that differs: `table`, `keys`, `index by_user`, `time to live`, `stream`, `write isolation` or `tablets`.
   */
  readonly what: string;
  readonly expected: string;
  readonly found: string;
  /** A sentence that describes the difference. */
  readonly message: string;
}

/** Our names of the engine's types. */
const typeNames = new Map<string | undefined, string>(
  Object.entries(engineKeyTypes).map(([name, engineType]) => [engineType, name]),
);

/** What a table is compared with, beside what its entities need. */
export interface Expected {
  readonly streams?: StreamView | undefined;
  readonly writeIsolation?: WriteIsolation | undefined;
  readonly initialTablets?: InitialTablets | undefined;
  /** Whether writes are conditional, and need to be isolated. */
  readonly isFenced: boolean;
}

/**
 * Compares a table with what its entities need, and with what is expected beside. An empty list means that nothing
 * differs.
 */
export async function verifyTable(
  transport: Transport,
  schema: TableSchema,
  expected: Expected,
): Promise<TableDifference[]> {
  const { streams } = expected;
  const description = await describeTable(transport, schema.name);
  if (!description) return [difference(schema, 'table', 'a table', 'none')];
  const expires = schema.timeToLive === undefined ? undefined : await timeToLiveOf(transport, schema.name);
  return [
    ...compareKeys(schema, description),
    ...schema.indexes.flatMap((index) => compareIndex(schema, index, description)),
    ...compare(schema, 'time to live', schema.timeToLive ?? 'none', expires ?? 'none'),
    ...(streams ? compare(schema, 'stream', streams, streamOf(description)) : []),
    ...(await compareTags(transport, schema, description, expected)),
  ];
}

/** Compares what only ScyllaDB has, and only where it tells. */
async function compareTags(
  transport: Transport,
  schema: TableSchema,
  description: TableDescription,
  { initialTablets, isFenced, writeIsolation }: Expected,
): Promise<TableDifference[]> {
  const isAsked = writeIsolation !== undefined || initialTablets !== undefined;
  if (!isAsked && !isFenced) return [];
  const tags = await readTags(transport, description, isAsked);
  const isolation = isolationIn(tags);
  const isUnfit = isolation !== undefined && isFenced && !['always_use_lwt', 'only_rmw_uses_lwt'].includes(isolation);
  const wanted = writeIsolation ?? (isUnfit ? 'always_use_lwt' : undefined);
  const tablets = initialTablets === undefined ? undefined : await tabletsOf(transport, schema.name, tags);
  return [
    ...(wanted && isolation !== undefined ? compare(schema, 'write isolation', wanted, isolation) : []),
    ...(tablets ? compare(schema, 'tablets', initialTablets === 'none' ? 'no tablets' : 'tablets', tablets) : []),
  ];
}

/** The policy that a table is tagged with; ScyllaDB takes short names such as `a` and `always`, too. */
function isolationIn(tags: TableTags): string | undefined {
  const tag = tags.get('system:write_isolation');
  return tag === undefined ? undefined : (writeIsolations.find((one) => one.startsWith(tag.charAt(0))) ?? tag);
}

/** Compares a table's keys with the wanted ones. */
export function compareKeys(schema: TableSchema, description: TableDescription): TableDifference[] {
  return compare(schema, 'keys', describeKeys(schema.keys), describeFound(description.KeySchema, description));
}

function compareIndex(schema: TableSchema, index: TableIndex, description: TableDescription): TableDifference[] {
  const what = `index ${index.name}`;
  const found = (kind: TableIndex['kind']) => {
    const indexes = kind === 'global' ? description.GlobalSecondaryIndexes : description.LocalSecondaryIndexes;
    const same = indexes?.find(({ IndexName: name }) => name === index.name);
    return same && `${kind}, ${describeFound(same.KeySchema, description)}`;
  };
  const expected = `${index.kind}, ${describeKeys(index.keys)}`;
  return compare(schema, what, expected, found('global') ?? found('local') ?? 'none');
}

function compare(schema: TableSchema, what: string, expected: string, found: string): TableDifference[] {
  return expected === found ? [] : [difference(schema, what, expected, found)];
}

function difference({ name: table }: TableSchema, what: string, expected: string, found: string): TableDifference {
  const isNamed = what === 'table' || what === 'tablets';
  const message = `${table}: expected ${isNamed ? expected : `the ${what} ${expected}`}, found ${found}`;
  return Object.freeze({ table, what, expected, found, message });
}

function describeKeys(keys: readonly KeyAttribute[]): string {
  return keys.map(({ name, type }) => `${name} (${type})`).join(' and ');
}

function describeFound(schema: readonly KeySchemaElement[] | undefined, description: TableDescription): string {
  const types = new Map(
    description.AttributeDefinitions?.map(({ AttributeName: name, AttributeType: type }) => [name, type]),
  );
  // HASH sorts before RANGE
  const keys = (schema ?? []).toSorted((a, b) => String(a.KeyType).localeCompare(String(b.KeyType)));
  return keys
    .map(({ AttributeName: name }) => `${name} (${typeNames.get(types.get(name)) ?? 'unknown'})`)
    .join(' and ');
}
