import { MapperError } from '../errors.js';
import type { Mapper } from '../mapper.js';
import { type KeptCensus, CensusStore } from '../operations/census-store.js';
import { CensusRecord } from '../operations/census-records.js';
import { type JobStatus, jobStatus } from '../operations/job-status.js';
import { jobContexts, JobStore } from '../operations/job-store.js';
import { planSweep } from '../operations/plan-sweep.js';
import { invalidArgument } from '../query/query-options.js';
import { contextFor, type RepositoryHost } from '../read/entity-context.js';
import { type CensusRequest, CensusRun, type CensusStatus } from './census-run.js';
import { chainView, type ChainView, type SchemaFiles } from './chain-view.js';
import { type ItemList, type ItemQuery, listItems } from './item-list.js';
import { type ItemWay, itemWay } from './item-way.js';
import { keyFromJson } from './json-values.js';
import { type Problem, problemOf } from './problem.js';
import { ReadOnlyHost } from './read-only-host.js';
import { type RetirementView, retirementView } from './retirement.js';
import { type EntityInfo, entityInfo, studioEntities, type StudioEntity } from './studio-entity.js';
import { SweepRun, type SweepStatus } from './sweep-run.js';

/** What the page knows from the start. */
export interface StudioInfo {
  readonly mayWrite: boolean;
  readonly entities: readonly EntityInfo[];
}

/** What a sweep would do. */
export interface PlanShown {
  readonly version: number;
  readonly rewrites: { readonly value: number; readonly from: number; readonly to: number };
  readonly bytes: number;
  readonly sample: { readonly read: number; readonly total: number };
  readonly examined: number;
  readonly alreadyThere: number;
  readonly expiring: number;
  readonly seconds: readonly (readonly [rate: number, seconds: number])[];
  readonly codes: Readonly<Record<string, number>>;
}

/** A job in the control table. */
export type JobShown = Pick<JobStatus, 'job' | 'version' | 'segments' | 'isDone' | 'examined' | 'rewritten'> & {
  readonly startedAt: string;
  readonly failed: number;
};

interface OfEntity {
  readonly entity: string;
}

/** Everything that the page can ask, with what it gives and gets. */
export interface StudioCalls {
  info: (given: object) => StudioInfo;
  tables: (given: object) => Promise<{ readonly differences: readonly string[]; readonly problem?: Problem }>;
  census: (given: object) => CensusStatus | null;
  startCensus: (given: CensusRequest) => CensusStatus;
  stopCensus: (given: object) => CensusStatus | null;
  censusHistory: (given: OfEntity) => Promise<readonly KeptCensus[]>;
  items: (given: OfEntity & ItemQuery) => Promise<ItemList>;
  item: (given: OfEntity & { readonly key: unknown }) => Promise<ItemWay | null>;
  chain: (given: OfEntity) => ChainView;
  plan: (given: OfEntity) => Promise<PlanShown>;
  jobs: (given: OfEntity) => Promise<readonly JobShown[]>;
  sweep: (given: OfEntity) => SweepStatus | null;
  startSweep: (given: OfEntity & SweepRequest) => SweepStatus;
  steerSweep: (given: OfEntity & { readonly to: 'pause' | 'resume' | 'cancel' }) => Promise<SweepStatus | null>;
  retire: (given: OfEntity & { readonly below: number; readonly lastOldWriter: string }) => Promise<RetirementView>;
}

/** How to sweep. */
export interface SweepRequest {
  readonly job?: string | undefined;
  /** Items a second; adaptive unless given. */
  readonly rate?: number | undefined;
  readonly canary?: number | undefined;
  readonly onlyFailed?: boolean | undefined;
  /** 64 unless given: enough for several processes, as the command line has it. */
  readonly segments?: number | undefined;
}

/** What a studio is made of. */
export interface StudioOptions extends SchemaFiles {
  readonly mapper: Mapper;
  /** Whether sweeps may be started, and censuses be kept. */
  readonly mayWrite: boolean;
}

const sweepSegments = 64;
const mostJobs = 20;

/** Answers the page. Reads only, except for sweeps and the history of censuses if it may write. */
export class Studio {
  readonly calls: StudioCalls;
  readonly #options: StudioOptions;
  readonly #reading: RepositoryHost;
  readonly #entities: readonly StudioEntity[];
  readonly #sweeps = new Map<string, SweepRun>();
  /** What was counted since the start, where it isn't kept in the engine. */
  readonly #history = new Map<string, KeptCensus[]>();
  #census: CensusRun | undefined;

  constructor(options: StudioOptions) {
    this.#options = options;
    this.#reading = new ReadOnlyHost(options.mapper);
    this.#entities = studioEntities(this.#reading, options.classes);
    this.calls = {
      info: () => ({ mayWrite: options.mayWrite, entities: this.#entities.map(entityInfo) }),
      tables: () => this.#tables(),
      census: () => this.#census?.status ?? null,
      startCensus: (given) => this.#startCensus(given),
      stopCensus: () => this.#stopCensus(),
      censusHistory: ({ entity }) => this.#censusHistory(this.#entity(entity)),
      items: ({ entity, ...query }) => listItems(this.#entity(entity).context, query),
      item: ({ entity, key }) => this.#item(this.#entity(entity), key),
      chain: ({ entity }) => chainView(this.#entity(entity), options),
      plan: ({ entity }) => this.#plan(this.#entity(entity)),
      jobs: ({ entity }) => this.#jobs(this.#entity(entity)),
      sweep: ({ entity }) => this.#sweeps.get(entity)?.status ?? null,
      startSweep: ({ entity, ...request }) => this.#startSweep(this.#entity(entity), request),
      steerSweep: ({ entity, to }) => this.#steerSweep(entity, to),
      retire: ({ entity, ...given }) =>
        retirementView(this.#entity(entity).context, () => jobContexts(this.#reading), given),
    };
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#census?.stop();
    await this.#census?.result;
    await Promise.all([...this.#sweeps.values()].map((sweep) => sweep.cancel()));
  }

  #entity(id: string): StudioEntity {
    const found = this.#entities.find((entity) => entity.id === id);
    if (found) return found;
    throw invalidArgument('dynamo-evolve studio', 'entity', `is ${id}, which isn't a class of the configuration`);
  }

  async #tables() {
    try {
      const differences = await this.#options.mapper.verifyTables();
      return { differences: differences.map(({ message }) => message) };
    } catch (error) {
      return { differences: [], problem: problemOf(error) };
    }
  }

  #startCensus({ examine, sample }: CensusRequest): CensusStatus {
    if (this.#census?.isRunning) return this.#census.status;
    const { mapper, mayWrite } = this.#options;
    const store = mayWrite ? new CensusStore(mapper[contextFor](CensusRecord)) : undefined;
    const run = new CensusRun(this.#entities, { examine, sample }, store && ((_entity, census) => store.keep(census)));
    this.#census = run;
    if (!store) void run.result.then(() => this.#remember(run));
    return run.status;
  }

  #remember(run: CensusRun): void {
    for (const entity of this.#entities) {
      const kept = run.kept(entity);
      if (kept) this.#history.set(entity.id, [...(this.#history.get(entity.id) ?? []), kept]);
    }
  }

  #stopCensus(): CensusStatus | null {
    this.#census?.stop();
    return this.#census?.status ?? null;
  }

  async #censusHistory({ context, id }: StudioEntity): Promise<readonly KeptCensus[]> {
    const store = new CensusStore(this.#reading[contextFor](CensusRecord));
    const kept = await store.all({ entity: context.model.name, table: context.table.name });
    return [...kept, ...(this.#history.get(id) ?? [])];
  }

  async #item({ context }: StudioEntity, key: unknown): Promise<ItemWay | null> {
    const wire = await context.table.get(keyFromJson(context.model, key), { consistent: true });
    return wire ? itemWay(context, wire) : null;
  }

  async #plan({ context }: StudioEntity): Promise<PlanShown> {
    const { bytes, counts, rewrites, sample, seconds, version } = await planSweep(context, {});
    const { alreadyThere, examined, expiring, failed } = counts;
    const codes = Object.entries(failed).map(([code, { count }]) => [code, count] as const);
    const about = { version, rewrites, bytes, sample, examined, alreadyThere, expiring };
    return { ...about, seconds: [...seconds], codes: Object.fromEntries(codes) };
  }

  async #jobs({ context }: StudioEntity): Promise<JobShown[]> {
    const jobs = jobContexts(this.#reading);
    const found = await new JobStore(jobs).all({ entity: context.model.name, swept_table: context.table.name });
    const shown: JobShown[] = [];
    for (const { job } of found.slice(0, mostJobs)) {
      const status = await jobStatus(context, jobs, job);
      if (!status) continue;
      const { examined, failed, isDone, rewritten, segments, startedAt, version } = status;
      const failures = Object.values(failed).reduce((sum, { count }) => sum + count, 0);
      const about = { job, version, segments, isDone, examined, rewritten };
      shown.push({ ...about, startedAt: startedAt.toISOString(), failed: failures });
    }
    return shown;
  }

  #startSweep(
    { id, target }: StudioEntity,
    { canary, job, onlyFailed, rate, segments = sweepSegments }: SweepRequest,
  ): SweepStatus {
    this.#assertMayWrite();
    const running = this.#sweeps.get(id);
    if (running?.isRunning) return running.status;
    const run = new SweepRun(this.#options.mapper, target, {
      segments,
      ...(job && { job }),
      ...(canary !== undefined && { canary }),
      ...(rate !== undefined && { rate: { items: rate } }),
      ...(onlyFailed && { only: 'failed' }),
    });
    this.#sweeps.set(id, run);
    return run.status;
  }

  async #steerSweep(id: string, to: 'pause' | 'resume' | 'cancel'): Promise<SweepStatus | null> {
    this.#assertMayWrite();
    const run = this.#sweeps.get(id);
    if (to === 'pause') run?.pause();
    else if (to === 'resume') run?.resume();
    else if (to === 'cancel') await run?.cancel();
    else throw invalidArgument('dynamo-evolve studio', 'to', 'is neither pause, resume nor cancel');
    return run?.status ?? null;
  }

  #assertMayWrite(): void {
    if (this.#options.mayWrite) return;
    const problem = "wasn't given: this studio only reads. Start it again with --write";
    throw new MapperError('INVALID_ARGUMENT', { call: 'dynamo-evolve studio', argument: '--write', problem });
  }
}
