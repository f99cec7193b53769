import { MapperError } from '../errors.js';
import { type BatchWrite, batchWrite, batchWriteSize } from '../store/batch-write.js';
import type { ItemContext } from '../read/entity-context.js';
import type { WriteOptions } from './caller-condition.js';
import { keyText, wireKey } from '../keys/key-codec.js';
import type { EntityWriter } from './put-and-delete.js';

export interface BulkOptions {
  /** How many requests run at once; 10 unless given. */
  readonly concurrency?: number;
  /** Whether to give up the conditions for speed; false unless given. */
  readonly unconditional?: boolean;
}

/** What became of each item, in the order in which they were given: what `Promise.allSettled` gives. */
export type BulkResult<T> = PromiseSettledResult<T>[];

/** Writes many items, a result for each. */
export class BulkWriter<T extends object> {
  readonly #context: ItemContext<T>;
  readonly #writer: EntityWriter<T>;

  constructor(context: ItemContext<T>, writer: EntityWriter<T>) {
    this.#context = context;
    this.#writer = writer;
  }

  async putMany(
    entities: readonly T[],
    { concurrency = 10, condition, unconditional = false }: BulkOptions & WriteOptions<T>,
  ): Promise<BulkResult<T>> {
    assertBulk('putMany()', { concurrency, condition, unconditional });
    if (!unconditional) return settleEach(entities, concurrency, async (entity) => this.#put(entity, { condition }));
    return this.#batch(entities, concurrency, (entity) => {
      const encoded = this.#writer.encodeUnconditional(entity);
      const done = () => {
        this.#writer.markStored(entity, encoded);
        return entity;
      };
      return { write: { put: encoded.wire }, done };
    });
  }

  async deleteMany(
    keys: readonly object[],
    { concurrency = 10, condition, unconditional = false }: BulkOptions & WriteOptions<T>,
  ): Promise<BulkResult<boolean | undefined>> {
    assertBulk('deleteMany()', { concurrency, condition, unconditional });
    if (!unconditional) return settleEach(keys, concurrency, (key) => this.#writer.delete(key, { condition }));
    return this.#batch(keys, concurrency, (key) => ({
      write: { delete: wireKey(this.#context, key) },
      done: () => undefined,
    }));
  }

  async #put(entity: T, options: WriteOptions<T>): Promise<T> {
    await this.#writer.put(entity, options);
    return entity;
  }

  /** Engines refuse a whole batch that has a key twice: the second one is refused here, alone. */
  #unique<P extends { readonly write: BatchWrite }>(prepared: P, seen: Set<string>): P {
    const { write } = prepared;
    const key = keyText('put' in write ? write.put : write.delete, this.#context.schema.keys);
    if (seen.has(key)) {
      const problem = 'has the same key as one before it';
      throw new MapperError('INVALID_ARGUMENT', { call: '{ unconditional: true }', argument: 'an item', problem });
    }
    seen.add(key);
    return prepared;
  }

  async #batch<I, R>(
    inputs: readonly I[],
    concurrency: number,
    prepare: (input: I) => { write: BatchWrite; done: () => R },
  ): Promise<BulkResult<R>> {
    const { connection, schema } = this.#context;
    const seen = new Set<string>();
    const prepared = inputs.map((input) => attempt(() => this.#unique(prepare(input), seen)));
    const results = prepared.map((one) => (one.status === 'rejected' ? one : undefined)) as BulkResult<R>;
    const valid = prepared.flatMap((one, at) => (one.status === 'fulfilled' ? [{ at, ...one.value }] : []));
    const chunks = Array.from({ length: Math.ceil(valid.length / batchWriteSize) }, (_, at) =>
      valid.slice(at * batchWriteSize, (at + 1) * batchWriteSize),
    );
    const settled = await settleEach(chunks, concurrency, (chunk) =>
      batchWrite(
        connection,
        schema.name,
        chunk.map((one) => one.write),
      ),
    );
    for (const [number, chunk] of chunks.entries()) {
      const outcome = settled[number] as PromiseSettledResult<void>;
      for (const { at, done } of chunk) results[at] = outcome.status === 'rejected' ? outcome : attempt(done);
    }
    return results;
  }
}

function assertBulk(
  call: string,
  { concurrency, condition, unconditional }: { concurrency: number; condition: unknown; unconditional: boolean },
): void {
  const invalid = (argument: string, problem: string) =>
    new MapperError('INVALID_ARGUMENT', { call, argument, problem });
  if (!Number.isInteger(concurrency) || concurrency < 1) throw invalid('concurrency', 'is no integer from 1');
  if (unconditional && condition !== undefined) throw invalid('condition', 'was given, and so was unconditional: true');
}

function attempt<R>(run: () => R): PromiseSettledResult<R> {
  try {
    return { status: 'fulfilled', value: run() };
  } catch (reason) {
    return { status: 'rejected', reason };
  }
}

/** Runs something for each input, only so many at once, and tells how each ended. */
async function settleEach<I, R>(
  inputs: readonly I[],
  concurrency: number,
  run: (input: I) => Promise<R>,
): Promise<BulkResult<R>> {
  const results: BulkResult<R> = [];
  const queue = inputs.entries();
  const work = async () => {
    for (const [at, input] of queue) {
      const [result] = await Promise.allSettled([run(input)]);
      results[at] = result;
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, inputs.length) }, work));
  return results;
}
