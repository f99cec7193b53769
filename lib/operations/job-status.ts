import type { EntityContext } from '../read/entity-context.js';
import { type JobContexts, JobStore } from './job-store.js';
import { type SweepCounts, SweepTally } from './sweep-counts.js';

/** How far a job is, whoever works on it. */
export interface JobStatus extends SweepCounts {
  readonly job: string;
  /** The version that items are brought to. */
  readonly version: number;
  /** How many segments are done, and how many a worker has now. */
  readonly segments: { readonly done: number; readonly taken: number; readonly total: number };
  readonly isDone: boolean;
  readonly startedAt: Date;
}

/** Reads how far a job of a class is; `undefined` if there is no such job. */
export async function jobStatus(
  context: EntityContext<object>,
  jobs: JobContexts,
  job: string,
): Promise<JobStatus | undefined> {
  const store = new JobStore(jobs);
  const stored = await store.find(job);
  if (!stored) return undefined;
  const records = await store.segments(job);
  const tally = new SweepTally();
  for (const { counts } of records) tally.addAll(SweepTally.parse(counts));
  const done = records.filter((record) => record.done).length;
  const taken = records.filter((record) => record.leased && !record.done).length;
  return {
    job,
    version: stored.version,
    segments: { done, taken, total: stored.segments },
    isDone: stored.done,
    startedAt: stored.created_at,
    ...tally.counts((key) => context.keys.nameOf(key)),
  };
}
