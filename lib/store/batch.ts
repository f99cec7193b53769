import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredItem } from '../codec/row.js';
import type { WireItem } from '../codec/wire.js';
import { MapperError } from '../errors.js';
import { type BatchedWrite, outputOf, type Transport } from './transport.js';

/** How many keys a BatchGetItem may name, and how many writes a BatchWriteItem may hold. */
const mostKeys = 100;
export const batchWriteSize = 25;

/** How often what was left unprocessed is asked for again without any progress. */
const maximumAttempts = 10;

/** The longest first pause, and the longest of all, in milliseconds. */
const basePause = 25;
const maximumPause = 2_000;

export interface BatchGetOptions {
  readonly consistent?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads items by their keys, each key once, in requests of 100; keys that the engine leaves unprocessed are asked for
 * again after growing, random pauses. Items come in any order. Throws `UNPROCESSED_KEYS` when there is no progress in
 * ten attempts.
 */
export async function batchGet(
  transport: Transport,
  table: string,
  keys: readonly WireItem[],
  { consistent = false, signal }: BatchGetOptions,
): Promise<StoredItem[]> {
  const items: StoredItem[] = [];
  let pending = keys;
  let failures = 0;
  while (pending.length > 0) {
    const chunk = pending.slice(0, mostKeys);
    const request = { RequestItems: { [table]: { Keys: chunk, ...(consistent && { ConsistentRead: true }) } } };
    const output = outputOf(await transport.send('BatchGetItem', request, signal));
    items.push(...(output.Responses?.[table] ?? []));
    const unprocessed = output.UnprocessedKeys?.[table]?.Keys ?? [];
    pending = [...pending.slice(chunk.length), ...unprocessed];
    failures = unprocessed.length === chunk.length ? failures + 1 : 0;
    if (failures >= maximumAttempts) throw unprocessedKeys(table, pending.length, failures);
    if (unprocessed.length > 0) await pause(failures, signal);
  }
  return items;
}

/**
 * Does at most 25 writes in one request; those that the engine leaves unprocessed are asked for again after growing,
 * random pauses. Throws `UNPROCESSED_KEYS` when there is no progress in ten attempts.
 */
export async function batchWrite(transport: Transport, table: string, writes: readonly BatchedWrite[]): Promise<void> {
  let pending = writes;
  let failures = 0;
  while (pending.length > 0) {
    const output = outputOf(await transport.send('BatchWriteItem', { RequestItems: { [table]: pending } }));
    const unprocessed = output.UnprocessedItems?.[table] ?? [];
    failures = unprocessed.length === pending.length ? failures + 1 : 0;
    pending = unprocessed;
    if (failures >= maximumAttempts) throw unprocessedKeys(table, pending.length, failures);
    if (pending.length > 0) await pause(failures);
  }
}

/**
 * A random pause below a limit that doubles with every failure: clients that were throttled together must not come back
 * together. Rejects with the signal's reason.
 */
async function pause(failures: number, signal?: AbortSignal): Promise<void> {
  const longest = Math.min(maximumPause, basePause * 2 ** failures);
  // the timer rejects with an error of its own instead of the signal's reason
  await sleep(Math.random() * longest, undefined, { signal }).catch(() => signal?.throwIfAborted());
}

function unprocessedKeys(table: string, count: number, attempts: number): MapperError {
  return new MapperError('UNPROCESSED_KEYS', { table, count, attempts });
}
