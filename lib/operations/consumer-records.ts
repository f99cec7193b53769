import { Attribute, Entity, PartitionKey, SortKey, UpdatedAt, Versioned } from '../model/decorators.js';
import { attribute, table } from './job-records.js';

/** Consumers of changes that share shards under a name, and where they started. */
@Entity({ table, discriminator: { attribute, value: 'consumer' } })
@Versioned(1)
export class ConsumerRecord {
  @PartitionKey({ type: 'string' }) job!: string;
  @SortKey({ type: 'string' }) part!: string;
  /** The position of shards of which nothing is noted, as JSON. */
  @Attribute({ type: 'string' }) start!: string;
  @UpdatedAt({ type: 'date' }) updated_at!: Date;
}

/** One process of a consumer. */
@Entity({ table, discriminator: { attribute, value: 'worker' } })
@Versioned(1)
export class WorkerRecord {
  @PartitionKey({ type: 'string' }) job!: string;
  @SortKey({ type: 'string' }) part!: string;
  @Attribute({ type: 'string' }) worker!: string;
  /** Grows while the worker lives. */
  @Attribute({ type: 'number' }) beat!: number;
}

/** One shard: who reads it, and how far it is. */
@Entity({ table, discriminator: { attribute, value: 'shard' } })
@Versioned(1)
export class ShardRecord {
  @PartitionKey({ type: 'string' }) job!: string;
  @SortKey({ type: 'string' }) part!: string;
  @Attribute({ type: 'string' }) shard!: string;
  /** Grows with each worker that takes the shard: only the last one may note how far it is. */
  @Attribute({ type: 'number' }) token!: number;
  @Attribute({ type: 'string', optional: true }) worker?: string;
  /** As JSON. */
  @Attribute({ type: 'string' }) position!: string;
  @UpdatedAt({ type: 'date' }) updated_at!: Date;
}
