import { Attribute, Entity, PartitionKey, SortKey, Versioned } from '../model/decorators.js';
import { attribute, table } from './job-records.js';

/** What a census has counted of a class, kept to be compared with later ones. */
@Entity({ table, discriminator: { attribute, value: 'census' } })
@Versioned(1)
export class CensusRecord {
  /** The class and its table. */
  @PartitionKey({ type: 'string' }) job!: string;
  /** When it began, as an ISO time. */
  @SortKey({ type: 'string' }) part!: string;
  /** The counts, as JSON. */
  @Attribute({ type: 'string' }) counts!: string;
}
