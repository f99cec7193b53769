import { type CallName, MapperError } from '../errors.js';
import type { WireItem } from '../codec/wire.js';
import type { ItemContext } from '../read/entity-context.js';
import { keyItemOf } from '../read/key-item.js';
import { batchWriteSize } from '../store/batch.js';
import type { BatchedWrite } from '../store/transport.js';
import { afterWrite } from './after-write.js';
import type { WriteOptions } from './caller-condition.js';
import { encodeEntity, keyOfEntity } from './entity-encoder.js';
import { inTurn } from './in-turn.js';
import { loadedFrom } from './loaded-item.js';
import { markStored } from './mark-stored.js';
import { deleteItem, putEntity } from './put-and-delete.js';

export interface BulkOptions {
  /** How many requests run at the same time. Default: 10. */
  readonly concurrency?: number | undefined;
  /** Whether to give up conditions for speed. Default: false. */
  readonly unconditional?: boolean | undefined;
}

/** The result for each item, in the given order, like that of `Promise.allSettled`. */
export type BulkResult<T> = PromiseSettledResult<T>[];

/** One write of a batch: the key of its item, and what it resolves to. */
interface Batched<R> {
  readonly key: string;
  readonly write: BatchedWrite;
  readonly done: () => R;
}

/** Puts many entities. Resolves to a result for each. */
export async function putMany<T extends object>(
  context: ItemContext<T>,
  entities: readonly T[],
  { concurrency = 10, condition, unconditional = false }: BulkOptions & WriteOptions<T>,
): Promise<BulkResult<T>> {
  assertBulk('putMany()', { concurrency, condition, unconditional });
  if (!unconditional) {
    const keyItemFor = (entity: T) => keyOfEntity(context, entity, loadedFrom(context, entity, 'putMany()')).keyItem;
    const put = async (entity: T) => {
      await inTurn(entity, () => putEntity(context, entity, { condition }));
      return entity;
    };
    return settleEach(entities, concurrency, put, acrossPartitions(context, entities, keyItemFor));
  }
  return writeBatches(context, 'putMany()', entities, concurrency, (entity) => {
    const encoded = encodeEntity(context, entity, loadedFrom(context, entity, 'putMany()'));
    const done = () => {
      markStored(context, entity, encoded, encoded.generated);
      return entity;
    };
    return { key: context.keys.textOf(encoded.wire), write: { PutRequest: { Item: encoded.wire } }, done };
  });
}

/** Deletes many items. Resolves to a result for each. */
export async function deleteMany<T extends object>(
  context: ItemContext<T>,
  keys: readonly object[],
  { concurrency = 10, condition, unconditional = false }: BulkOptions & WriteOptions<T>,
): Promise<BulkResult<boolean | undefined>> {
  assertBulk('deleteMany()', { concurrency, condition, unconditional });
  if (!unconditional) {
    const order = acrossPartitions(context, keys, (key) => keyItemOf(context, key));
    return settleEach(keys, concurrency, (key) => deleteItem(context, key, { condition }), order);
  }
  return writeBatches(context, 'deleteMany()', keys, concurrency, (key) => {
    const keyItem = keyItemOf(context, key);
    return { key: context.keys.textOf(keyItem), write: { DeleteRequest: { Key: keyItem } }, done: () => undefined };
  });
}

async function writeBatches<T extends object, I, R>(
  { table }: ItemContext<T>,
  call: CallName,
  inputs: readonly I[],
  concurrency: number,
  prepare: (input: I) => Batched<R>,
): Promise<BulkResult<R>> {
  const seen = new Set<string>();
  const prepared = inputs.map((input) => attempt(() => assertUnseen(call, prepare(input), seen)));
  const results = prepared.map((result) => (result.status === 'rejected' ? result : undefined)) as BulkResult<R>;
  const valid = prepared.flatMap((result, at) => (result.status === 'fulfilled' ? [{ at, ...result.value }] : []));
  const chunks = Array.from({ length: Math.ceil(valid.length / batchWriteSize) }, (_, at) =>
    valid.slice(at * batchWriteSize, (at + 1) * batchWriteSize),
  );
  const settled = await settleEach(chunks, concurrency, (chunk) => table.writeMany(chunk.map(({ write }) => write)));
  for (const [number, chunk] of chunks.entries()) {
    const outcome = settled[number] as PromiseSettledResult<void>;
    for (const { at, done } of chunk)
      results[at] = outcome.status === 'rejected' ? outcome : attempt(() => afterWrite(done));
  }
  return results;
}

/** Engines refuse a whole batch if it has a key twice, so only the second write is refused here. */
function assertUnseen<R>(call: CallName, batched: Batched<R>, seen: Set<string>): Batched<R> {
  if (seen.has(batched.key)) {
    const problem = 'has the same key as one before it';
    throw new MapperError('INVALID_ARGUMENT', { call, argument: 'an item', problem });
  }
  seen.add(batched.key);
  return batched;
}

function assertBulk(
  call: CallName,
  { concurrency, condition, unconditional }: { concurrency: number; condition: unknown; unconditional: boolean },
): void {
  const invalid = (argument: string, problem: string) =>
    new MapperError('INVALID_ARGUMENT', { call, argument, problem });
  if (!Number.isInteger(concurrency) || concurrency < 1) throw invalid('concurrency', "isn't an integer from 1");
  if (unconditional && condition !== undefined) throw invalid('condition', 'was given, and so was unconditional: true');
}

function attempt<R>(run: () => R): PromiseSettledResult<R> {
  try {
    return { status: 'fulfilled', value: run() };
  } catch (reason) {
    return { status: 'rejected', reason };
  }
}

/**
 * The positions of inputs, one of each partition in turn: otherwise many of one partition that wait for each other would
 * keep others from starting. What is wrong with an input is left to its write.
 */
function acrossPartitions<T extends object, I>(
  { keys, table }: ItemContext<T>,
  inputs: readonly I[],
  keyItemFor: (input: I) => WireItem,
): readonly number[] {
  if (table.writesPerPartition === Infinity) return [...inputs.keys()];
  const rounds: number[][] = [];
  const counts = new Map<string | number, number>();
  for (const [at, input] of inputs.entries()) {
    const key = attempt(() => keys.partitionOf(keyItemFor(input)));
    const partition = key.status === 'fulfilled' ? key.value : at;
    const round = counts.get(partition) ?? 0;
    counts.set(partition, round + 1);
    (rounds[round] ??= []).push(at);
  }
  return rounds.flat();
}

/** Runs a function for each input, with limited concurrency. Resolves to a result for each. */
async function settleEach<I, R>(
  inputs: readonly I[],
  concurrency: number,
  run: (input: I) => Promise<R>,
  order: readonly number[] = [...inputs.keys()],
): Promise<BulkResult<R>> {
  const results: BulkResult<R> = [];
  const queue = order.values();
  const work = async () => {
    for (const at of queue) {
      const [result] = await Promise.allSettled([run(inputs[at] as I)]);
      results[at] = result;
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, inputs.length) }, work));
  return results;
}
