import type { WireItem } from '../codec/wire.js';
import type { MapperError } from '../errors.js';
import { groupBy } from '../model/shared-tables.js';
import { type Census, takeCensus } from '../operations/census.js';
import { type KeptCensus, keptCensus } from '../operations/census-store.js';
import type { EntityContext } from '../read/entity-context.js';
import { type BrokenItem, brokenItem } from './broken-item.js';
import { type Problem, problemOf } from './problem.js';
import { type StalePartition, StalePartitions } from './stale-partitions.js';
import type { StudioEntity } from './studio-entity.js';

/** What the page asks to be counted. */
export interface CensusRequest {
  /** The share of the tables to read; all of them unless given. */
  readonly sample?: number | undefined;
  /** Whether to read whole items, to find those that can't be read. */
  readonly examine?: boolean | undefined;
}

/** What is counted of a class so far. */
export interface EntityCount {
  readonly versions: Census['versions'];
  readonly withoutVersion: number;
  readonly otherClasses: number;
  readonly unreadable: number | undefined;
  readonly codes: Readonly<Record<string, number>>;
  readonly broken: readonly BrokenItem[];
  readonly stalePartitions: readonly StalePartition[];
  readonly sample: Census['sample'];
  readonly isDone: boolean;
}

/** How far counting is. */
export interface CensusStatus {
  readonly state: 'running' | 'done' | 'stopped' | 'failed';
  readonly startedAt: string;
  readonly milliseconds: number;
  readonly items: number;
  readonly pages: number;
  readonly problem?: Problem;
  /** By the entity's id. */
  readonly counts: Readonly<Record<string, EntityCount>>;
}

/** How many items of a class that can't be read are named. */
const mostNamed = 100;

/** One census of all tables, table after table. */
export class CensusRun {
  readonly result: Promise<void>;
  readonly #entities: readonly StudioEntity[];
  readonly #request: CensusRequest;
  readonly #keep: ((entity: StudioEntity, census: Census) => Promise<void>) | undefined;
  readonly #stopping = new AbortController();
  readonly #startedAt = new Date();
  readonly #began = performance.now();
  readonly #partitions = new Map<EntityContext<object>, StalePartitions>();
  readonly #broken = new Map<EntityContext<object>, BrokenItem[]>();
  readonly #censuses = new Map<EntityContext<object>, { readonly census: Census; readonly isDone: boolean }>();
  #soFar: { readonly contexts: readonly EntityContext<object>[]; readonly read: () => readonly Census[] } | undefined;
  #state: CensusStatus['state'] = 'running';
  #problem: Problem | undefined;
  #ended: number | undefined;
  #items = 0;
  #pages = 0;

  /** Starts at once. `keep` is given each census of a class. */
  constructor(
    entities: readonly StudioEntity[],
    request: CensusRequest,
    keep?: (entity: StudioEntity, census: Census) => Promise<void>,
  ) {
    this.#entities = entities;
    this.#request = request;
    this.#keep = keep;
    this.result = this.#run();
  }

  get isRunning(): boolean {
    return this.#state === 'running';
  }

  stop(): void {
    this.#stopping.abort();
  }

  get status(): CensusStatus {
    const { contexts = [], read } = this.#soFar ?? {};
    const soFar = read?.() ?? [];
    const counts = this.#entities.flatMap((entity) => {
      const { context, id } = entity;
      const ended = this.#censuses.get(context);
      const census = ended?.census ?? soFar[contexts.indexOf(context)];
      return census ? [[id, this.#countOf(entity, census, ended?.isDone ?? false)] as const] : [];
    });
    return {
      state: this.#state,
      startedAt: this.#startedAt.toISOString(),
      milliseconds: Math.round((this.#ended ?? performance.now()) - this.#began),
      items: this.#items,
      pages: this.#pages,
      ...(this.#problem && { problem: this.#problem }),
      counts: Object.fromEntries(counts),
    };
  }

  /** What history keeps of a class, once it is counted. */
  kept({ context }: StudioEntity): KeptCensus | undefined {
    const ended = this.#censuses.get(context);
    return ended?.isDone ? keptCensus(ended.census) : undefined;
  }

  async #run(): Promise<void> {
    try {
      const tables = groupBy(this.#entities, ({ context }) => context.table.name);
      for (const sharing of tables.values()) await this.#count(sharing);
      this.#state = 'done';
    } catch (error) {
      this.#state = this.#stopping.signal.aborted ? 'stopped' : 'failed';
      if (this.#state === 'failed') this.#problem = problemOf(error);
      this.#freeze(false);
    }
    this.#ended = performance.now();
  }

  async #count(sharing: readonly StudioEntity[]): Promise<void> {
    const contexts = sharing.map(({ context }) => context);
    for (const context of contexts) this.#partitions.set(context, new StalePartitions(context));
    const [items, pages] = [this.#items, this.#pages];
    const { examine = true, sample } = this.#request;
    const options = { examine, sample, signal: this.#stopping.signal };
    const censuses = await takeCensus(contexts as [EntityContext<object>], options, Math.random, {
      item: (context, wire) => this.#partitions.get(context)?.add(wire),
      unreadable: (context, wire, error) => this.#noteBroken(context, wire, error),
      page: (progress, read) => {
        this.#items = items + progress.items;
        this.#pages = pages + progress.pages;
        this.#soFar = { contexts, read };
      },
    });
    this.#soFar = undefined;
    for (const [at, entity] of sharing.entries()) {
      const census = censuses[at] as Census;
      this.#censuses.set(entity.context, { census, isDone: true });
      await this.#keep?.(entity, census);
    }
  }

  #noteBroken(context: EntityContext<object>, wire: WireItem, error: MapperError): void {
    const broken = this.#broken.get(context) ?? [];
    if (broken.length >= mostNamed) return;
    const { keys, reader } = context;
    const about = { key: keys.nameOf(wire), code: error.code, version: reader.storedVersion(wire) };
    this.#broken.set(context, [...broken, brokenItem(context, about, error)]);
  }

  /** Holds what was counted before the end came. */
  #freeze(isDone: boolean): void {
    const { contexts = [], read } = this.#soFar ?? {};
    const soFar = read?.() ?? [];
    for (const [at, context] of contexts.entries()) {
      const census = soFar[at];
      if (census && !this.#censuses.has(context)) this.#censuses.set(context, { census, isDone });
    }
    this.#soFar = undefined;
  }

  #countOf({ context }: StudioEntity, census: Census, isDone: boolean): EntityCount {
    const { otherClasses, sample, unreadable, versions, withoutVersion } = census;
    return {
      versions,
      withoutVersion,
      otherClasses,
      unreadable: unreadable?.count,
      codes: { ...unreadable?.codes },
      broken: this.#broken.get(context) ?? [],
      stalePartitions: this.#partitions.get(context)?.most ?? [],
      sample,
      isDone,
    };
  }
}
