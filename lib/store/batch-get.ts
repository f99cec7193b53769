import { setTimeout as sleep } from 'node:timers/promises';
import { requestItem, type WireItem } from '../codec/wire.js';
import { MapperError } from '../errors.js';
import type { Connection } from './connection.js';
import { growingPause } from './pause.js';

/** How many keys a BatchGetItem may name. */
const chunkSize = 100;
/** How often unprocessed keys are asked for again without any progress. */
const maximumAttempts = 10;

interface BatchGetOptions {
  readonly consistent?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads items by their keys, each key once, in requests of 100; keys that the engine leaves unprocessed are asked for again
 * after growing, random pauses. Items come in any order. Throws `UNPROCESSED_KEYS` when there is no progress in ten attempts.
 */
export async function batchGet(
  connection: Connection,
  table: string,
  keys: readonly WireItem[],
  { consistent = false, signal }: BatchGetOptions,
): Promise<WireItem[]> {
  const items: WireItem[] = [];
  let pending = keys.map(requestItem);
  let failures = 0;
  while (pending.length > 0) {
    const chunk = pending.slice(0, chunkSize);
    const request = {
      RequestItems: { [table]: { Keys: chunk as never[], ...(consistent && { ConsistentRead: true }) } },
    };
    const output = await connection.batchGet(table, request, signal);
    items.push(...(output.Responses?.[table] ?? []));
    const unprocessed = (output.UnprocessedKeys?.[table]?.Keys ?? []).map(requestItem);
    pending = [...pending.slice(chunk.length), ...unprocessed];

    failures = unprocessed.length === chunk.length ? failures + 1 : 0;
    if (failures >= maximumAttempts) {
      throw new MapperError('UNPROCESSED_KEYS', { table, count: pending.length, attempts: failures });
    }
    if (unprocessed.length > 0) {
      // the timer rejects with an error of its own instead of the signal's reason
      await sleep(growingPause(failures), undefined, { signal }).catch(() => signal?.throwIfAborted());
    }
  }
  return items;
}
