import { setTimeout as sleep } from 'node:timers/promises';
import { requestItem, type WireItem } from '../codec/wire.js';
import { MapperError } from '../errors.js';
import { growingPause } from './pause.js';
import type { Connection } from './connection.js';

/** How many writes a BatchWriteItem may hold. */
export const batchWriteSize = 25;
/** How often unprocessed writes are asked for again without any progress. */
const maximumAttempts = 10;

/** One write of a batch: an item to put, or the key of one to delete. */
export type BatchWrite = { readonly put: WireItem } | { readonly delete: WireItem };

/**
 * Does at most 25 writes in one request; those that the engine leaves unprocessed are asked for again after growing, random
 * pauses. Throws `UNPROCESSED_KEYS` when there is no progress in ten attempts.
 */
export async function batchWrite(connection: Connection, table: string, writes: readonly BatchWrite[]): Promise<void> {
  let pending: object[] = writes.map((write) =>
    'put' in write
      ? { PutRequest: { Item: requestItem(write.put) } }
      : { DeleteRequest: { Key: requestItem(write.delete) } },
  );
  let failures = 0;
  while (pending.length > 0) {
    const output = await connection.batchWrite(table, { RequestItems: { [table]: pending } });
    const unprocessed = output.UnprocessedItems?.[table] ?? [];
    failures = unprocessed.length === pending.length ? failures + 1 : 0;
    pending = unprocessed;
    if (failures >= maximumAttempts) {
      throw new MapperError('UNPROCESSED_KEYS', { table, count: pending.length, attempts: failures });
    }
    if (pending.length > 0) await sleep(growingPause(failures));
  }
}
