import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import { MapperError } from '../errors.js';
import { outputOf, type Transport } from './transport.js';

/** How often a table's state is asked for while it changes, and for how long, in milliseconds. */
const pollInterval = 200;
const longestWait = 600_000;

/** The engine's description of a table; `undefined` if the table doesn't exist. */
export async function describeTable(transport: Transport, table: string): Promise<TableDescription | undefined> {
  const answer = await transport.send('DescribeTable', { TableName: table });
  if (!answer.done && answer.because === 'table absent') return undefined;
  return outputOf(answer).Table;
}

/** Waits until a table and all its indexes are active. Throws `TABLE_NOT_READY` after ten minutes. */
export async function waitUntilActive(transport: Transport, table: string): Promise<TableDescription> {
  const end = Date.now() + longestWait;
  for (;;) {
    const description = await describeTable(transport, table);
    const status = statusOf(description);
    if (description && status === 'ACTIVE') return description;
    if (Date.now() > end) throw new MapperError('TABLE_NOT_READY', { table, status, seconds: longestWait / 1000 });
    await sleep(pollInterval);
  }
}

/** The attribute by which the engine expires items; `undefined` if it doesn't. */
export async function timeToLiveOf(transport: Transport, table: string): Promise<string | undefined> {
  const answer = await transport.send('DescribeTimeToLive', { TableName: table });
  if (!answer.done && answer.because === 'unknown operation') return undefined;
  const { TimeToLiveStatus: status, AttributeName: attribute } = outputOf(answer).TimeToLiveDescription ?? {};
  return status === 'ENABLED' || status === 'ENABLING' ? attribute : undefined;
}

function statusOf(description: TableDescription | undefined): string {
  if (!description) return 'absent';
  const states = [
    description.TableStatus,
    ...(description.GlobalSecondaryIndexes ?? []).map(({ IndexStatus: state }) => state),
  ];
  // engines that have no such states leave them out
  return states.find((state) => state !== undefined && state !== 'ACTIVE') ?? 'ACTIVE';
}
