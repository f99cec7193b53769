import { Attribute, CreatedAt, Entity, PartitionKey, SortKey, UpdatedAt, Versioned } from '../model/decorators.js';

export const table = 'dynamo_evolve_jobs';
export const attribute = 'kind';

/** A sweep that several processes share, and that goes on where it was. */
@Entity({ table, discriminator: { attribute, value: 'job' } })
@Versioned(1)
export class JobRecord {
  @PartitionKey({ type: 'string' }) job!: string;
  @SortKey({ type: 'string' }) part!: string;
  /** The class whose items are swept, and their table. */
  @Attribute({ type: 'string' }) entity!: string;
  @Attribute({ type: 'string' }) swept_table!: string;
  /** The version that items are brought to. */
  @Attribute({ type: 'number' }) version!: number;
  @Attribute({ type: 'number' }) segments!: number;
  @Attribute({ type: 'boolean' }) done!: boolean;
  @CreatedAt({ type: 'date' }) created_at!: Date;
  @UpdatedAt({ type: 'date' }) updated_at!: Date;
}

/** One segment of a job: who works on it, how far it is, and what became of its items. */
@Entity({ table, discriminator: { attribute, value: 'segment' } })
@Versioned(1)
export class SegmentRecord {
  @PartitionKey({ type: 'string' }) job!: string;
  @SortKey({ type: 'string' }) part!: string;
  @Attribute({ type: 'number' }) number!: number;
  /** Whether all of it has been examined. */
  @Attribute({ type: 'boolean' }) done!: boolean;
  /** Whether a worker has it. */
  @Attribute({ type: 'boolean' }) leased!: boolean;
  /** Grows with each worker that takes the segment: only the last one may note how far it is. */
  @Attribute({ type: 'number' }) token!: number;
  /** Grows while the worker lives. */
  @Attribute({ type: 'number' }) beat!: number;
  @Attribute({ type: 'string', optional: true }) worker?: string;
  /** The key behind which to go on, as JSON of its wire item. */
  @Attribute({ type: 'string', optional: true }) position?: string;
  /** What became of its items, as a tally writes itself. */
  @Attribute({ type: 'string' }) counts!: string;
  @UpdatedAt({ type: 'date' }) updated_at!: Date;
}

/** The classes of all records of jobs. */
export const jobRecords = [JobRecord, SegmentRecord] as const;
