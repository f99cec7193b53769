import type { WireItem } from 'dynamo-evolve';
import type { Deeds } from './deeds.js';
import { type Instance, instanceOf, type Release } from './instance.js';
import { type Check, type Move, moves } from './procedure.js';
import { changed, type Saying, type StoredItem, storedItem } from './stored.js';

/** Instances that serve side by side; the same ones are the same object, for which of them is which doesn't matter. */
interface Fleet {
  readonly instances: readonly Instance[];
  /** Whether one of them is in the middle of something. */
  readonly isSlow: boolean;
  /** What it was found to become: by an instance, and by what becomes of that. */
  readonly next: Map<Instance, Map<Instance, Fleet>>;
  /** What it was found together with, as numbers: what is stored, and what users were told. */
  readonly known: Set<number>;
}

/** Everything there is between two events. */
interface State {
  readonly fleet: Fleet;
  readonly item: StoredItem;
  /** What users were told is stored. */
  readonly acknowledged: Saying;
  /** How it came about first. */
  readonly past?: Past;
}

interface Past {
  readonly before: State;
  readonly event: string;
}

/** Courses of events that came to the same. */
export interface Findings {
  count: number;
  /** Some of them, the shortest ones first. */
  readonly examples: string[];
}

/** What a search found. */
export interface Report {
  readonly states: number;
  /** How many events lead to the last of them. */
  readonly depth: number;
  /** How many things can happen next in those states, together. */
  readonly events: number;
  /** Whether there was nothing more to find beyond the bound. */
  readonly isExhausted: boolean;
  /** By code: how often a user got an error, for whatever deed. */
  readonly errors: ReadonlyMap<string, number>;
  /** Which releases got another error than a conflict. */
  readonly failing: ReadonlySet<Release>;
  /** How users came to get an error for a read or an update. */
  readonly failedReads: Findings;
  /** How an acknowledged change came to be lost. */
  readonly losses: Findings;
}

export interface SearchOptions {
  /** What runs in the beginning. */
  readonly releases: readonly Release[];
  /** What is stored in the beginning. */
  readonly item: WireItem;
  /** How many events are followed. */
  readonly bound?: number;
  /** The checks of the procedure that are left out. */
  readonly without?: readonly Check[];
}

/**
 * Follows every order of events that can happen to a fleet, up to so many: what instances do for their users, and the
 * moves of the procedure, restarts among them. One deed at a time may be slow, and stop before any one of its requests
 * while everything else happens. (How requests of several deeds follow each other is for `spec/proof` to search.)
 */
export async function searchFleet(deeds: Deeds, options: SearchOptions): Promise<Report> {
  return new Search(deeds, options).run(options.bound ?? Infinity);
}

class Search {
  readonly #deeds: Deeds;
  readonly #without: readonly Check[];
  readonly #fleets = new Map<string, Fleet>();
  #latest: State[] = [];
  #states = 0;
  #events = 0;
  readonly #errors = new Map<string, number>();
  readonly #failing = new Set<Release>();
  readonly #failedReads: Findings = { count: 0, examples: [] };
  readonly #losses: Findings = { count: 0, examples: [] };

  constructor(deeds: Deeds, { item: stored, releases, without = [] }: SearchOptions) {
    this.#deeds = deeds;
    this.#without = without;
    const item = storedItem(stored);
    this.#meet({ fleet: this.#fleet(releases.map((release) => instanceOf(release))), item, acknowledged: item.says });
  }

  async run(bound: number): Promise<Report> {
    let depth = 0;
    while (depth < bound && this.#latest.length > 0) {
      const states = this.#latest;
      this.#latest = [];
      for (const state of states) {
        // what one of two that are alike does, the other may as well have done
        for (const instance of new Set(state.fleet.instances)) {
          await this.#serve(state, instance);
          this.#move(state, instance);
        }
      }
      if (this.#latest.length > 0) depth++;
    }
    return {
      states: this.#states,
      events: this.#events,
      depth,
      isExhausted: this.#latest.length === 0,
      errors: this.#errors,
      failing: this.#failing,
      failedReads: this.#failedReads,
      losses: this.#losses,
    };
  }

  /** What one instance can do next for its users. */
  async #serve(before: State, instance: Instance): Promise<void> {
    const { fleet } = before;
    for (const step of await this.#deeds.next(instance, before.item)) {
      if (fleet.isSlow && step.instance.course) continue;
      const { deed, error, event, item } = step;
      const acknowledged = step.acknowledged ? changed(before.acknowledged, step.acknowledged) : before.acknowledged;
      if (error !== undefined) {
        this.#errors.set(error, (this.#errors.get(error) ?? 0) + 1);
        if (error !== 'CONFLICT') this.#failing.add(instance.release);
        if (deed !== 'saves') add(this.#failedReads, { before, event });
      }
      this.#happen(before, event, this.#after(fleet, instance, step.instance), item, acknowledged);
    }
  }

  /** The moves of one instance that are possible, and allowed by all checks that are made. */
  #move(before: State, instance: Instance): void {
    const { acknowledged, fleet, item } = before;
    for (const move of moves) {
      if (move.from !== instance.release || !this.#allows(move, before, instance)) continue;
      const { isRestart, name, to } = move;
      const moved = isRestart ? instanceOf(to) : instanceOf(to, instance.held, instance.course);
      this.#happen(before, `${instance.release} ${name}`, this.#after(fleet, instance, moved), item, acknowledged);
    }
  }

  #allows({ checks }: Move, { fleet, item }: State, instance: Instance): boolean {
    const asked = checks.filter((check) => !this.#without.includes(check));
    if (asked.length === 0) return true;
    const others = fleet.instances.toSpliced(fleet.instances.indexOf(instance), 1);
    const outlook = {
      others: others.map(({ release }) => release),
      underWay: others.flatMap(({ course }) => course?.release ?? []),
      item: item.item,
    };
    return asked.every(({ holds }) => holds(outlook));
  }

  #happen(before: State, event: string, fleet: Fleet, item: StoredItem, acknowledged: Saying): void {
    this.#events++;
    if (item.says !== acknowledged) add(this.#losses, { before, event });
    if (!fleet.known.has(numberOf(item, acknowledged))) {
      this.#meet({ fleet, item, acknowledged, past: { before, event } });
    }
  }

  #meet(state: State): void {
    state.fleet.known.add(numberOf(state.item, state.acknowledged));
    this.#states++;
    this.#latest.push(state);
  }

  /** The fleet when one of its instances has become another. */
  #after(fleet: Fleet, instance: Instance, later: Instance): Fleet {
    const known = fleet.next.get(instance) ?? new Map<Instance, Fleet>();
    const next = known.get(later) ?? this.#fleet(fleet.instances.with(fleet.instances.indexOf(instance), later));
    fleet.next.set(instance, known.set(later, next));
    return next;
  }

  #fleet(instances: readonly Instance[]): Fleet {
    const sorted = instances.toSorted((a, b) => a.id - b.id);
    const text = sorted.map(({ id }) => id).join();
    const isSlow = instances.some(({ course }) => course);
    const fleet = this.#fleets.get(text) ?? { instances: sorted, isSlow, next: new Map(), known: new Set() };
    this.#fleets.set(text, fleet);
    return fleet;
  }
}

/** Items are fewer than that. */
const numberOf = (item: StoredItem, acknowledged: Saying) => acknowledged.id * 2 ** 16 + item.id;

function add(findings: Findings, past: Past): void {
  findings.count++;
  if (findings.examples.length < 3) findings.examples.push(storyOf(past));
}

function storyOf({ before, event }: Past): string {
  return before.past ? `${storyOf(before.past)}; ${event}` : event;
}
