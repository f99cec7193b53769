import type {
  AttributeDefinition,
  CreateTableCommandInput,
  KeySchemaElement,
  TableDescription,
} from '@aws-sdk/client-dynamodb';
import { MapperError } from '../errors.js';
import { describeTable, timeToLiveOf, waitUntilActive } from './table-description.js';
import { engineKeyTypes, type KeyAttribute, type TableIndex, type TableSchema } from './table-schema.js';
import { checkNames } from './table-names.js';
import { enableStream, streamInput, type StreamView } from './table-stream.js';
import { type InitialTablets, isTagReserved, tableError, tabletsTag, tabletsTags } from './tablets.js';
import type { Transport } from './transport.js';
import { compareKeys } from './verify-table.js';
import type { WriteIsolation } from './write-isolation.js';

/** What was done for a table. */
export interface CreatedTable {
  readonly table: string;
  /** Whether the table was created; `false` if it existed. */
  readonly created: boolean;
  /** Whether items expire; `unsupported` if the class needs it but the engine can't. */
  readonly timeToLive: 'enabled' | 'unsupported' | 'none';
  /** The view of the table's stream, where one was asked for; `unsupported` if the engine has no streams. */
  readonly stream?: StreamView | 'unsupported';
}

/** How a table is paid for: by its requests, or for a capacity, which its global indexes get as well. */
export type Billing = 'PAY_PER_REQUEST' | { readonly readCapacityUnits: number; readonly writeCapacityUnits: number };

/** How a table is to be. */
export interface TableOptions {
  readonly writeIsolation: WriteIsolation;
  readonly streams?: StreamView | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly billing?: Billing | undefined;
  readonly initialTablets?: InitialTablets | undefined;
}

/**
 * Creates a table with its indexes unless it is there, tags it with its write isolation, waits until it is active, and
 * turns on its stream and expiry. Throws `TABLE_MISMATCH` if a table of that name has other keys or another stream,
 * `NAME_TOO_LONG`, or `TABLETS_UNSUPPORTED`.
 */
export async function createTable(
  transport: Transport,
  schema: TableSchema,
  options: TableOptions,
): Promise<CreatedTable> {
  const created = await create(transport, schema, options);
  const description = await waitUntilActive(transport, schema.name);
  const [difference] = compareKeys(schema, description);
  if (difference) {
    const problem = `has the keys ${difference.found}, expected ${difference.expected}`;
    throw new MapperError('TABLE_MISMATCH', { table: schema.name, problem });
  }
  const { streams } = options;
  const stream = streams && (await enableStream(transport, schema.name, description, { view: streams, created }));
  const timeToLive = await enableTimeToLive(transport, schema);
  return { table: schema.name, created, timeToLive, ...(stream && { stream }) };
}

/**
 * Adds the global indexes that a table lacks, one at a time as engines demand, and waits for each. Resolves to their
 * names. Throws `TABLE_MISMATCH` if the table doesn't exist, or lacks a local index: local indexes can't be added
 * later.
 */
export async function addIndexes(transport: Transport, schema: TableSchema): Promise<string[]> {
  const description = await describeTable(transport, schema.name);
  if (!description) {
    throw new MapperError('TABLE_MISMATCH', { table: schema.name, problem: 'does not exist; createTables() makes it' });
  }
  const missing = schema.indexes.filter(({ name }) => !indexNames(description).has(name));
  const local = missing.find((index) => index.kind === 'local');
  if (local) {
    const problem = `lacks the local index ${local.name}, and local indexes can't be added to a table that exists`;
    throw new MapperError('TABLE_MISMATCH', { table: schema.name, problem });
  }
  if (missing.length > 0) checkNames({ ...schema, indexes: missing });
  const added: string[] = [];
  for (const index of missing) {
    await waitUntilActive(transport, schema.name);
    if (await addIndex(transport, schema.name, index)) added.push(index.name);
  }
  if (missing.length > 0) await waitUntilActive(transport, schema.name);
  return added;
}

async function addIndex(transport: Transport, table: string, index: TableIndex): Promise<boolean> {
  const answer = await transport.send('UpdateTable', {
    TableName: table,
    // ScyllaDB refuses definitions of any but the new index's keys
    AttributeDefinitions: definitions(index.keys),
    GlobalSecondaryIndexUpdates: [{ Create: indexInput(index) }],
  });
  if (answer.done) return true;
  // somebody else was faster, or it was us: the client's retry after a lost answer
  const description = await describeTable(transport, table);
  if (description && indexNames(description).has(index.name)) return false;
  throw tableError(table, answer);
}

async function create(transport: Transport, schema: TableSchema, options: TableOptions): Promise<boolean> {
  if (await describeTable(transport, schema.name)) return false;
  checkNames(schema);
  const request = tableInput(schema, options);
  let answer = await transport.send('CreateTable', request);
  if (!answer.done && options.initialTablets !== undefined && isTagReserved(answer)) {
    answer = await transport.send('CreateTable', withoutTag(request, tabletsTag));
  }
  if (answer.done) return true;
  // somebody else was faster, or it was us: the client's retry after a lost answer
  if (answer.because === 'table exists') return false;
  throw tableError(schema.name, answer);
}

function tableInput(schema: TableSchema, options: TableOptions): CreateTableCommandInput {
  const { billing, initialTablets, streams, tags = {}, writeIsolation } = options;
  const keys = [...schema.keys, ...schema.indexes.flatMap((index) => index.keys)];
  const capacity = capacityOf(billing);
  const local = schema.indexes.filter((index) => index.kind === 'local').map(indexInput);
  const global = schema.indexes
    .filter((index) => index.kind === 'global')
    .map((index) => Object.assign(indexInput(index), capacity));
  return {
    TableName: schema.name,
    KeySchema: keySchema(schema.keys),
    AttributeDefinitions: definitions(keys),
    BillingMode: capacity ? 'PROVISIONED' : 'PAY_PER_REQUEST',
    ...capacity,
    Tags: [
      { Key: 'system:write_isolation', Value: writeIsolation },
      ...tabletsTags(initialTablets),
      ...Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    ],
    ...(streams && streamInput(streams)),
    ...(local.length > 0 && { LocalSecondaryIndexes: local }),
    ...(global.length > 0 && { GlobalSecondaryIndexes: global }),
  };
}

function capacityOf(billing: Billing | undefined) {
  if (typeof billing !== 'object') return undefined;
  const { readCapacityUnits: reads, writeCapacityUnits: writes } = billing;
  return { ProvisionedThroughput: { ReadCapacityUnits: reads, WriteCapacityUnits: writes } };
}

function withoutTag(request: CreateTableCommandInput, name: string): CreateTableCommandInput {
  return { ...request, Tags: (request.Tags ?? []).filter(({ Key: key }) => key !== name) };
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
  const types = new Map(keys.map(({ name, type }) => [name, engineKeyTypes[type]]));
  return [...types].map(([name, type]) => ({ AttributeName: name, AttributeType: type }));
}

async function enableTimeToLive(
  transport: Transport,
  { name, timeToLive }: TableSchema,
): Promise<CreatedTable['timeToLive']> {
  if (timeToLive === undefined) return 'none';
  if ((await timeToLiveOf(transport, name)) === timeToLive) return 'enabled';
  const specification = { AttributeName: timeToLive, Enabled: true };
  const answer = await transport.send('UpdateTimeToLive', { TableName: name, TimeToLiveSpecification: specification });
  if (answer.done) return 'enabled';
  if (answer.because === 'unknown operation') return 'unsupported';
  // another instance may have turned it on between our two requests
  if ((await timeToLiveOf(transport, name)) === timeToLive) return 'enabled';
  throw tableError(name, answer);
}

function indexNames(description: TableDescription): ReadonlySet<string | undefined> {
  const indexes = [...(description.GlobalSecondaryIndexes ?? []), ...(description.LocalSecondaryIndexes ?? [])];
  return new Set(indexes.map((index) => index.IndexName));
}
