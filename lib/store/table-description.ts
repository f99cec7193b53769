import {
  DescribeTableCommand,
  type DescribeTableCommandOutput,
  DescribeTimeToLiveCommand,
  type DescribeTimeToLiveCommandOutput,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMapperError, MapperError } from '../errors.js';
import type { Connection } from './connection.js';

/** How often a table's state is asked for while it changes, and for how long, in milliseconds. */
const pollInterval = 200;
const longestWait = 600_000;

/** The engine's description of a table; `undefined` if there is no such table. */
export async function describeTable(connection: Connection, table: string): Promise<TableDescription | undefined> {
  try {
    const command = new DescribeTableCommand({ TableName: table });
    const output = await connection.send<DescribeTableCommandOutput>('DescribeTable', table, command);
    return output.Table;
  } catch (error) {
    if (failedWith(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

/** Waits until a table and all its indexes are active. Throws `TABLE_NOT_READY` after ten minutes. */
export async function waitUntilActive(connection: Connection, table: string): Promise<TableDescription> {
  const end = Date.now() + longestWait;
  for (;;) {
    const description = await describeTable(connection, table);
    const status = statusOf(description);
    if (description && status === 'ACTIVE') return description;
    if (Date.now() > end) throw new MapperError('TABLE_NOT_READY', { table, status, seconds: longestWait / 1000 });
    await sleep(pollInterval);
  }
}

/** The attribute by which the engine expires items; `undefined` if it doesn't. */
export async function timeToLiveOf(connection: Connection, table: string): Promise<string | undefined> {
  try {
    const command = new DescribeTimeToLiveCommand({ TableName: table });
    const output = await connection.send<DescribeTimeToLiveCommandOutput>('DescribeTimeToLive', table, command);
    const { TimeToLiveStatus: status, AttributeName: attribute } = output.TimeToLiveDescription ?? {};
    return status === 'ENABLED' || status === 'ENABLING' ? attribute : undefined;
  } catch (error) {
    if (failedWith(error, 'UnknownOperationException')) return undefined;
    throw error;
  }
}

/** Whether a request failed with the engine's error of that name. */
export function failedWith(error: unknown, reason: string): boolean {
  return isMapperError(error, 'REQUEST_FAILED') && error.details.reason === reason;
}

function statusOf(description: TableDescription | undefined): string {
  if (!description) return 'absent';
  const states = [description.TableStatus, ...(description.GlobalSecondaryIndexes ?? []).map((one) => one.IndexStatus)];
  // engines that have no such states leave them out
  return states.find((state) => state !== undefined && state !== 'ACTIVE') ?? 'ACTIVE';
}
