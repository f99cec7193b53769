import { queryResult } from '../query/plan-query.js';
import type { EntityContext } from '../read/entity-context.js';
import { reasonOf } from '../store/transport.js';
import { createEntity } from '../write/create-entity.js';
import { putEntity } from '../write/put-and-delete.js';
import type { Census } from './census.js';
import type { CensusRecord } from './census-records.js';

/** What is kept of a census. */
export interface KeptCensus {
  readonly startedAt: string;
  readonly versions: readonly { readonly version: number; readonly count: number }[];
  readonly withoutVersion: number;
  /** How many items could not be read; `undefined` if that was not examined. */
  readonly unreadable: number | undefined;
  /** Whether the counts are estimates. */
  readonly isSample: boolean;
}

/** How many censuses are shown. */
const mostKept = 50;

/** Censuses in the table of sweep jobs. */
export class CensusStore {
  readonly #context: EntityContext<CensusRecord>;

  constructor(context: EntityContext<CensusRecord>) {
    this.#context = context;
  }

  /** The last censuses of a class, the oldest first. */
  async all({ entity, table }: Pick<Census, 'entity' | 'table'>): Promise<KeptCensus[]> {
    const options = { partition: partitionOf({ entity, table }), reverse: true, limit: mostKept };
    try {
      const records = await queryResult<CensusRecord>(() => [this.#context], options).all();
      return records.map(({ counts }) => JSON.parse(counts) as KeptCensus).toReversed();
    } catch (error) {
      if (reasonOf(error) === 'table absent') return [];
      throw error;
    }
  }

  /** Keeps a census. Creates the table where it is missing. */
  async keep(census: Census): Promise<void> {
    const kept = keptCensus(census);
    const record = { job: partitionOf(census), part: kept.startedAt, counts: JSON.stringify(kept) };
    await this.#context.table.create({ writeIsolation: 'always_use_lwt' });
    await putEntity(this.#context, createEntity(this.#context, record), {});
  }
}

/** What is kept of a census. */
export function keptCensus({ sample, startedAt, unreadable, versions, withoutVersion }: Census): KeptCensus {
  return {
    startedAt: startedAt.toISOString(),
    versions: versions.map(({ count, version }) => ({ version, count })),
    withoutVersion,
    unreadable: unreadable?.count,
    isSample: sample !== undefined,
  };
}

function partitionOf({ entity, table }: Pick<Census, 'entity' | 'table'>): string {
  return `census ${table} ${entity}`;
}
