import { isMapperError, MapperError } from '../errors.js';
import type { Condition } from '../filter/condition.js';
import { queryResult, scanResult } from '../query/plan-query.js';
import type { ScanOptions } from '../query/query-options.js';
import { contextFor, type EntityContext, type RepositoryHost } from '../read/entity-context.js';
import { readStored } from '../read/stored-item.js';
import { reasonOf } from '../store/transport.js';
import { createEntity } from '../write/create-entity.js';
import { insertEntity } from '../write/put-and-delete.js';
import { updateItem } from '../write/update.js';
import type { Clauses } from '../write/update-clauses.js';
import { JobRecord, SegmentRecord } from './job-records.js';

/** The contexts of the records of jobs. */
export interface JobContexts {
  readonly jobs: EntityContext<JobRecord>;
  readonly segments: EntityContext<SegmentRecord>;
}

/** The contexts of a mapper for the records of jobs. */
export function jobContexts(mapper: RepositoryHost): JobContexts {
  return { jobs: mapper[contextFor](JobRecord), segments: mapper[contextFor](SegmentRecord) };
}

/** What a job is about: the same for all its workers. */
export type JobAbout = Pick<JobRecord, 'job' | 'entity' | 'swept_table' | 'version' | 'segments'>;

/** Who has a segment: its number, and the token with which it was taken. */
export type Lease = Pick<SegmentRecord, 'job' | 'part' | 'token'>;

/** What a worker notes of a segment; `undefined` removes. */
export type SegmentChanges = { readonly [P in keyof SegmentRecord]?: SegmentRecord[P] | undefined };

const jobPart = 'job';

/**
 * Jobs in the engine. Every change of a segment is on the condition that it still has the token that it was taken with.
 */
export class JobStore {
  readonly #contexts: JobContexts;

  constructor(contexts: JobContexts) {
    this.#contexts = contexts;
  }

  /**
   * The job as it is stored. Unless it must be known, a new one is stored first, and the table is created where it is
   * missing. Throws `INVALID_ARGUMENT`.
   */
  async open(about: JobAbout, mustBeKnown: boolean): Promise<JobRecord> {
    const { jobs } = this.#contexts;
    const stored = await this.#find(about.job);
    if (typeof stored === 'object') return stored;
    if (mustBeKnown) {
      const problem = `is ${about.job}, and there is no such job; only: 'failed' tries the failed items of a job again`;
      throw new MapperError('INVALID_ARGUMENT', { call: 'sweep()', argument: 'job', problem });
    }
    if (stored === 'no table') await jobs.table.create({ writeIsolation: 'always_use_lwt' });
    const record = createEntity(jobs, { ...about, part: jobPart, done: false });
    try {
      await insertEntity(jobs, record);
      return record;
    } catch (error) {
      const other = isMapperError(error, 'ALREADY_EXISTS') ? await this.#find(about.job) : undefined;
      if (typeof other !== 'object') throw error;
      return other;
    }
  }

  /** The job as it is stored, if it is. */
  async find(job: string): Promise<JobRecord | undefined> {
    const stored = await this.#find(job);
    return typeof stored === 'object' ? stored : undefined;
  }

  /** The names of the jobs for a class and a version that aren't done. */
  async unfinished(about: Pick<JobRecord, 'entity' | 'swept_table' | 'version'>): Promise<string[]> {
    const { entity, swept_table, version } = about;
    const same: Condition<JobRecord>[] = [
      { attr: 'entity', eq: entity },
      { attr: 'swept_table', eq: swept_table },
      { attr: 'version', eq: version },
    ];
    const jobs = await this.#jobs({ and: [{ attr: 'done', eq: false }, ...same] }, true);
    return jobs.map(({ job }) => job);
  }

  /** The jobs for a class, whatever their version, the newest first. */
  async all(about: Pick<JobRecord, 'entity' | 'swept_table'>): Promise<JobRecord[]> {
    const { entity, swept_table } = about;
    const same: Condition<JobRecord>[] = [
      { attr: 'entity', eq: entity },
      { attr: 'swept_table', eq: swept_table },
    ];
    const jobs = await this.#jobs({ and: same }, false);
    return jobs.toSorted((a, b) => b.created_at.getTime() - a.created_at.getTime());
  }

  /** The jobs that a condition holds for: none without the table. */
  async #jobs(filter: Condition<JobRecord>, consistent: boolean): Promise<JobRecord[]> {
    const options: ScanOptions<JobRecord> = { filter, consistent };
    try {
      return await scanResult<JobRecord>([this.#contexts.jobs], options as ScanOptions).all();
    } catch (error) {
      if (reasonOf(error) === 'table absent') return [];
      throw error;
    }
  }

  /** The segments of a job that somebody has taken so far. */
  segments(job: string): Promise<SegmentRecord[]> {
    const range = { beginsWith: 'segment ' };
    const options = { partition: job, range, consistent: true };
    return queryResult<SegmentRecord>(() => [this.#contexts.segments], options).all();
  }

  /** Takes a segment that nobody has taken yet; `undefined` if somebody was faster. */
  async begin(job: string, number: number, worker: string, counts: string): Promise<SegmentRecord | undefined> {
    const { segments } = this.#contexts;
    const part = `segment ${String(number).padStart(7, '0')}`;
    const taken = { job, part, number, done: false, leased: true, token: 1, beat: 0, worker, counts };
    const record = createEntity(segments, taken);
    try {
      await insertEntity(segments, record);
      return record;
    } catch (error) {
      if (isMapperError(error, 'ALREADY_EXISTS')) return undefined;
      throw error;
    }
  }

  /** Takes a segment over, if it is as it was read; `undefined` if it isn't. */
  takeOver(record: SegmentRecord, worker: string): Promise<SegmentRecord | undefined> {
    const set = { leased: true, worker, token: record.token + 1, beat: 0 };
    return this.#change(record, { set }, [{ attr: 'beat', eq: record.beat }]);
  }

  /** Shows that the worker lives. Resolves to whether it still has the segment. */
  async beat(lease: Lease): Promise<boolean> {
    return (await this.#change(lease, { add: { beat: 1 } })) !== undefined;
  }

  /** Changes what is stored of a segment. Resolves to whether the worker still has it. */
  async note(lease: Lease, set: SegmentChanges): Promise<boolean> {
    const remove = Object.keys(set).filter((name) => set[name as keyof SegmentRecord] === undefined);
    return (await this.#change(lease, { set, remove, add: { beat: 1 } })) !== undefined;
  }

  /** Notes that all segments are done. */
  async finish(job: string): Promise<void> {
    await updateItem(this.#contexts.jobs, { job, part: jobPart }, { set: { done: true } }, {});
  }

  async #find(job: string): Promise<JobRecord | 'no table' | undefined> {
    const { jobs } = this.#contexts;
    try {
      const wire = await readStored(jobs, jobs.keys.encode({ job, part: jobPart }));
      return wire && jobs.reader.read(wire);
    } catch (error) {
      if (reasonOf(error) === 'table absent') return 'no table';
      throw error;
    }
  }

  async #change(
    { job, part, token }: Lease,
    clauses: Clauses,
    more: readonly { readonly attr: 'beat'; readonly eq: number }[] = [],
  ): Promise<SegmentRecord | undefined> {
    const { segments } = this.#contexts;
    const condition = { and: [{ attr: 'token', eq: token } as const, ...more] };
    try {
      return segments.reader.read(await updateItem(segments, { job, part }, clauses, { condition }));
    } catch (error) {
      if (isMapperError(error, 'CONDITION_FAILED') || isMapperError(error, 'NOT_FOUND')) return undefined;
      // an earlier attempt of the request may have arrived: the segment counts as lost, until somebody takes it over
      if (isMapperError(error, 'CONFLICT')) return undefined;
      throw error;
    }
  }
}

/** The error for a job that is about something else. */
export function differentJob(stored: JobRecord, wanted: JobAbout): MapperError | undefined {
  const members = ['entity', 'swept_table', 'version'] as const;
  const member = members.find((name) => stored[name] !== wanted[name]);
  if (member === undefined) return undefined;
  const problem = `names a job with the ${member.replace('_', ' ')} ${stored[member]}, not ${wanted[member]}; give this one another name`;
  return new MapperError('INVALID_ARGUMENT', { call: 'sweep()', argument: 'job', problem });
}
