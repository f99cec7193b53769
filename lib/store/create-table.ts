import {
  type AttributeDefinition,
  CreateTableCommand,
  type CreateTableCommandInput,
  type KeySchemaElement,
  type TableDescription,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { MapperError } from '../errors.js';
import type { Connection } from './connection.js';
import type { KeyAttribute, TableIndex, TableSchema } from './table.js';
import { describeTable, failedWith, timeToLiveOf, waitUntilActive } from './table-description.js';
import { compareKeys } from './verify-table.js';

/** How ScyllaDB isolates writes to a table. Versioned tables want `always_use_lwt`. */
export type WriteIsolation = (typeof writeIsolations)[number];

export const writeIsolations = ['always_use_lwt', 'only_rmw_uses_lwt', 'forbid_rmw', 'unsafe_rmw'] as const;

/** What was done for a table. */
export interface CreatedTable {
  readonly table: string;
  /** `false` if it was there already. */
  readonly created: boolean;
  /** Whether items expire: `unsupported` where the class wants it and the engine can't. */
  readonly timeToLive: 'enabled' | 'unsupported' | 'none';
}

const engineTypes = { string: 'S', number: 'N', bytes: 'B' } as const;

/**
 * Creates a table with its indexes unless it is there, tags it with its write isolation, waits until it is active, and
 * turns on expiry. Throws `TABLE_MISMATCH` if a table of that name has other keys.
 */
export async function createTable(
  connection: Connection,
  schema: TableSchema,
  writeIsolation: WriteIsolation,
): Promise<CreatedTable> {
  const created = await create(connection, schema, writeIsolation);
  const description = await waitUntilActive(connection, schema.name);
  const [difference] = compareKeys(schema, description);
  if (difference) {
    const problem = `has the keys ${difference.found}, expected ${difference.expected}`;
    throw new MapperError('TABLE_MISMATCH', { table: schema.name, problem });
  }
  const timeToLive = await enableTimeToLive(connection, schema);
  return { table: schema.name, created, timeToLive };
}

/**
 * Adds the global indexes that a table lacks, one after the other as engines want it, and waits for each. Resolves to their
 * names. Throws `TABLE_MISMATCH` if there is no such table, or if it lacks a local index: those only come with the table.
 */
export async function addIndexes(connection: Connection, schema: TableSchema): Promise<string[]> {
  const description = await describeTable(connection, schema.name);
  if (!description) {
    throw new MapperError('TABLE_MISMATCH', { table: schema.name, problem: 'does not exist; createTables() makes it' });
  }
  const missing = schema.indexes.filter(({ name }) => !indexNames(description).has(name));
  const local = missing.find((index) => index.kind === 'local');
  if (local) {
    const problem = `lacks the local index ${local.name}, and local indexes can't be added to a table that exists`;
    throw new MapperError('TABLE_MISMATCH', { table: schema.name, problem });
  }
  const added: string[] = [];
  for (const index of missing) {
    await waitUntilActive(connection, schema.name);
    if (await addIndex(connection, schema.name, index)) added.push(index.name);
  }
  if (missing.length > 0) await waitUntilActive(connection, schema.name);
  return added;
}

async function addIndex(connection: Connection, table: string, index: TableIndex): Promise<boolean> {
  const command = new UpdateTableCommand({
    TableName: table,
    // ScyllaDB refuses definitions of any but the new index's keys
    AttributeDefinitions: definitions(index.keys),
    GlobalSecondaryIndexUpdates: [{ Create: indexInput(index) }],
  });
  try {
    await connection.send('UpdateTable', table, command);
    return true;
  } catch (error) {
    // somebody else was faster, or it was us: the client's retry after a lost answer
    const description = await describeTable(connection, table);
    if (description && indexNames(description).has(index.name)) return false;
    throw error;
  }
}

async function create(connection: Connection, schema: TableSchema, writeIsolation: WriteIsolation): Promise<boolean> {
  if (await describeTable(connection, schema.name)) return false;
  try {
    await connection.send('CreateTable', schema.name, new CreateTableCommand(tableInput(schema, writeIsolation)));
    return true;
  } catch (error) {
    // somebody else was faster, or it was us: the client's retry after a lost answer
    if (failedWith(error, 'ResourceInUseException')) return false;
    throw error;
  }
}

function tableInput(schema: TableSchema, writeIsolation: WriteIsolation): CreateTableCommandInput {
  const keys = [...schema.keys, ...schema.indexes.flatMap((index) => index.keys)];
  const local = schema.indexes.filter((index) => index.kind === 'local').map(indexInput);
  const global = schema.indexes.filter((index) => index.kind === 'global').map(indexInput);
  return {
    TableName: schema.name,
    KeySchema: keySchema(schema.keys),
    AttributeDefinitions: definitions(keys),
    BillingMode: 'PAY_PER_REQUEST',
    Tags: [{ Key: 'system:write_isolation', Value: writeIsolation }],
    ...(local.length > 0 && { LocalSecondaryIndexes: local }),
    ...(global.length > 0 && { GlobalSecondaryIndexes: global }),
  };
}

function indexInput({ name, keys }: TableIndex) {
  return { IndexName: name, KeySchema: keySchema(keys), Projection: { ProjectionType: 'ALL' as const } };
}

function keySchema([partitionKey, sortKey]: readonly KeyAttribute[]): KeySchemaElement[] {
  const elements: KeySchemaElement[] = [{ AttributeName: partitionKey?.name, KeyType: 'HASH' }];
  if (sortKey) elements.push({ AttributeName: sortKey.name, KeyType: 'RANGE' });
  return elements;
}

function definitions(keys: readonly KeyAttribute[]): AttributeDefinition[] {
  const types = new Map(keys.map(({ name, type }) => [name, engineTypes[type]]));
  return [...types].map(([name, type]) => ({ AttributeName: name, AttributeType: type }));
}

async function enableTimeToLive(
  connection: Connection,
  { name, timeToLive }: TableSchema,
): Promise<CreatedTable['timeToLive']> {
  if (timeToLive === undefined) return 'none';
  if ((await timeToLiveOf(connection, name)) === timeToLive) return 'enabled';
  const specification = { AttributeName: timeToLive, Enabled: true };
  const command = new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification: specification });
  try {
    await connection.send('UpdateTimeToLive', name, command);
    return 'enabled';
  } catch (error) {
    if (failedWith(error, 'UnknownOperationException')) return 'unsupported';
    // another instance may have turned it on between our two requests
    if ((await timeToLiveOf(connection, name)) === timeToLive) return 'enabled';
    throw error;
  }
}

function indexNames(description: TableDescription): ReadonlySet<string | undefined> {
  const indexes = [...(description.GlobalSecondaryIndexes ?? []), ...(description.LocalSecondaryIndexes ?? [])];
  return new Set(indexes.map((index) => index.IndexName));
}
