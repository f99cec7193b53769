import { isMapperError } from '../errors.js';
import { queryResult } from '../query/plan-query.js';
import { contextFor, type EntityContext, type RepositoryHost } from '../read/entity-context.js';
import { readStored } from '../read/stored-item.js';
import { reasonOf } from '../store/transport.js';
import { createEntity } from '../write/create-entity.js';
import { deleteItem, insertEntity } from '../write/put-and-delete.js';
import { updateItem } from '../write/update.js';
import type { Clauses } from '../write/update-clauses.js';
import { ConsumerRecord, ShardRecord, WorkerRecord } from './consumer-records.js';

/** What is known of the shards and the workers of a consumer. */
export interface ConsumerState {
  readonly shards: readonly ShardFacts[];
  readonly workers: readonly Pick<WorkerRecord, 'worker' | 'beat'>[];
}

export type ShardFacts = Pick<ShardRecord, 'shard' | 'token' | 'worker' | 'position'>;

/** The notes of a consumer that several processes share. Positions are texts. */
export interface ConsumerNotes {
  /** Where the consumer starts; `isNew` if that is what was given. */
  open(start: string): Promise<{ readonly start: string; readonly isNew: boolean }>;
  state(): Promise<ConsumerState>;
  /** Shows that a worker lives. */
  beat(worker: string): Promise<void>;
  leave(worker: string): Promise<void>;
  /** Takes a shard of which nothing is noted. Resolves to whether nobody was faster. */
  begin(shard: string, worker: string, position: string): Promise<boolean>;
  /** Takes a shard over, if nobody has since its token was read. */
  takeOver(shard: string, token: number, worker: string): Promise<ShardFacts | undefined>;
  /** Notes how far a shard is, and gives it back if asked. Resolves to whether it has that token still. */
  note(shard: string, token: number, position: string, givesBack?: boolean): Promise<boolean>;
  forget(shard: string, token: number): Promise<void>;
}

const consumerPart = 'consumer';

/** The notes of a consumer in the table of jobs. */
export class ConsumerStore implements ConsumerNotes {
  readonly #job: string;
  readonly #consumers: EntityContext<ConsumerRecord>;
  readonly #workers: EntityContext<WorkerRecord>;
  readonly #shards: EntityContext<ShardRecord>;

  constructor(mapper: RepositoryHost, name: string) {
    // a sweep can have the same name
    this.#job = `changes ${name}`;
    this.#consumers = mapper[contextFor](ConsumerRecord);
    this.#workers = mapper[contextFor](WorkerRecord);
    this.#shards = mapper[contextFor](ShardRecord);
  }

  async open(start: string): Promise<{ readonly start: string; readonly isNew: boolean }> {
    const stored = await this.#find();
    if (typeof stored === 'object') return { start: stored.start, isNew: false };
    if (stored === 'no table') await this.#consumers.table.create({ writeIsolation: 'always_use_lwt' });
    const isNew = await inserts(this.#consumers, { job: this.#job, part: consumerPart, start });
    const other = isNew ? undefined : await this.#find();
    return { start: typeof other === 'object' ? other.start : start, isNew };
  }

  async state(): Promise<ConsumerState> {
    const of = <T extends object>(context: EntityContext<T>, beginsWith: string) =>
      queryResult<T>(() => [context], { partition: this.#job, range: { beginsWith }, consistent: true }).all();
    // the shards first: whoever has one has shown a sign of life before
    const shards = await of(this.#shards, 'shard ');
    return { shards, workers: await of(this.#workers, 'worker ') };
  }

  async beat(worker: string): Promise<void> {
    const key = { job: this.#job, part: `worker ${worker}` };
    try {
      await updateItem(this.#workers, key, { add: { beat: 1 } }, {});
    } catch (error) {
      if (!isMapperError(error, 'NOT_FOUND')) throw error;
      await inserts(this.#workers, { ...key, worker, beat: 1 });
    }
  }

  async leave(worker: string): Promise<void> {
    await deleteItem(this.#workers, { job: this.#job, part: `worker ${worker}` }, {});
  }

  begin(shard: string, worker: string, position: string): Promise<boolean> {
    return inserts(this.#shards, { ...this.#key(shard), shard, token: 1, worker, position });
  }

  takeOver(shard: string, token: number, worker: string): Promise<ShardFacts | undefined> {
    return this.#change(shard, token, { set: { worker, token: token + 1 } });
  }

  async note(shard: string, token: number, position: string, givesBack = false): Promise<boolean> {
    const clauses = { set: { position }, ...(givesBack && { remove: ['worker'] }) };
    return (await this.#change(shard, token, clauses)) !== undefined;
  }

  async forget(shard: string, token: number): Promise<void> {
    try {
      await deleteItem(this.#shards, this.#key(shard), { condition: { attr: 'token', eq: token } });
    } catch (error) {
      if (!isMapperError(error, 'CONDITION_FAILED')) throw error;
    }
  }

  #key(shard: string) {
    return { job: this.#job, part: `shard ${shard}` };
  }

  async #find(): Promise<ConsumerRecord | 'no table' | undefined> {
    const context = this.#consumers;
    try {
      const wire = await readStored(context, context.keys.encode({ job: this.#job, part: consumerPart }));
      return wire && context.reader.read(wire);
    } catch (error) {
      if (reasonOf(error) === 'table absent') return 'no table';
      throw error;
    }
  }

  async #change(shard: string, token: number, clauses: Clauses): Promise<ShardRecord | undefined> {
    const condition = { attr: 'token', eq: token } as const;
    try {
      return this.#shards.reader.read(await updateItem(this.#shards, this.#key(shard), clauses, { condition }));
    } catch (error) {
      const isLost = (['CONDITION_FAILED', 'NOT_FOUND', 'CONFLICT'] as const).some((code) =>
        isMapperError(error, code),
      );
      // after a conflict an earlier attempt may have arrived: somebody takes the shard over
      if (isLost) return undefined;
      throw error;
    }
  }
}

/** Stores a new record. Resolves to whether there was none. */
async function inserts<T extends object>(context: EntityContext<T>, values: object): Promise<boolean> {
  try {
    await insertEntity(context, createEntity(context, values));
    return true;
  } catch (error) {
    if (isMapperError(error, 'ALREADY_EXISTS')) return false;
    throw error;
  }
}
