import { isDeepStrictEqual } from 'node:util';
import { type Item, upgradeItem, type WireItem } from 'dynamo-evolve';
import { decodeItem } from '../../lib/codec/decode.js';
import { type Deed, deeds, type Instances, type Release } from './instance.js';
import { inNewestTerms, NewTicket, storedTicket } from './releases.js';

/** One instance of the application. */
interface Instance {
  readonly release: Release;
  /** The item of the entity that it loaded and hasn't saved yet. */
  readonly held: WireItem | undefined;
}

/** Everything there is between two events. */
export interface Fleet {
  readonly instances: readonly Instance[];
  readonly item: WireItem;
  /** What users were told is stored, in the newest release's terms. */
  readonly acknowledged: Item;
  /** Whether every item has been read, with write-back, since the last instance was pinned. */
  readonly isSwept: boolean;
  /** What has happened since the beginning. */
  readonly events: readonly string[];
}

/** What a move of the procedure does to one instance: it runs that release from then on. Its restart forgets what it held. */
interface Move {
  readonly name: string;
  readonly from: Release;
  readonly to: Release;
  readonly isRestart: boolean;
  /** Whether the documented procedure allows it. */
  readonly isAllowed: (others: readonly Release[], isSwept: boolean) => boolean;
}

const moves: readonly Move[] = [
  { name: 'is deployed', from: 'old', to: 'pinned', isRestart: true, isAllowed: () => true },
  {
    name: 'is unpinned',
    from: 'pinned',
    to: 'new',
    isRestart: false,
    isAllowed: (others) => !others.includes('old'),
  },
  { name: 'is pinned', from: 'new', to: 'pinned', isRestart: false, isAllowed: () => true },
  {
    name: 'is rolled back',
    from: 'pinned',
    to: 'old',
    isRestart: true,
    isAllowed: (others, isSwept) => !others.includes('new') && isSwept,
  },
];

/** What a search found, with the events that led there. */
export interface Report {
  readonly states: number;
  readonly events: number;
  /** Whether there was nothing more to find beyond the bound. */
  readonly isExhausted: boolean;
  /** By code: how often a user got an error for a read or an update. */
  readonly errors: ReadonlyMap<string, number>;
  readonly failedReads: readonly string[];
  readonly lost: readonly string[];
}

/**
 * Follows every order of events that can happen to a fleet, up to so many: what instances do for their users, restarts, and the moves
 * of the procedure; with `isFree` also the moves that it forbids.
 */
export async function searchFleet(
  instances: Instances,
  size: number,
  { bound = 40, isFree = false }: { readonly bound?: number; readonly isFree?: boolean } = {},
): Promise<Report> {
  const acknowledged = newestOf(storedTicket);
  const old: Instance = { release: 'old', held: undefined };
  const start: Fleet = {
    instances: Array.from({ length: size }, () => old),
    item: storedTicket,
    acknowledged,
    isSwept: false,
    events: [],
  };
  const known = new Set([textOf(start)]);
  const errors = new Map<string, number>();
  const failedReads: string[] = [];
  const lost: string[] = [];
  let events = 0;
  let fleets = [start];
  for (let depth = 0; depth < bound && fleets.length > 0; depth++) {
    const following: Fleet[] = [];
    for (const fleet of fleets) {
      const deedsDone = await doneDeeds(instances, fleet);
      for (const { deed, error, next } of deedsDone) {
        if (error !== undefined) errors.set(error, (errors.get(error) ?? 0) + 1);
        if (error !== undefined && deed !== 'saves') failedReads.push(`${next.events.join(', ')}: ${error}`);
        if (!isDeepStrictEqual(newestOf(next.item), next.acknowledged)) lost.push(next.events.join(', '));
      }
      for (const next of [...deedsDone.map((one) => one.next), ...moved(fleet, isFree)]) {
        events++;
        const text = textOf(next);
        if (known.has(text)) continue;
        known.add(text);
        following.push(next);
      }
    }
    fleets = following;
  }
  return { states: known.size, events, isExhausted: fleets.length === 0, errors, failedReads, lost };
}

async function doneDeeds(instances: Instances, fleet: Fleet) {
  const done: { readonly deed: Deed; readonly error: string | undefined; readonly next: Fleet }[] = [];
  for (const [at, instance] of fleet.instances.entries()) {
    for (const deed of deeds) {
      if (deed === 'saves' && !instance.held) continue;
      const { acknowledged, error, held, item } = await instances.perform(
        instance.release,
        deed,
        fleet.item,
        instance.held,
      );
      const isSweep = deed === 'reads' && instance.release === 'pinned' && !releasesOf(fleet).includes('new');
      const keeps = deed === 'holds' || deed === 'saves' ? held : instance.held;
      done.push({
        deed,
        error,
        next: {
          instances: fleet.instances.with(at, { ...instance, held: keeps }),
          item,
          acknowledged: { ...fleet.acknowledged, ...inNewestTerms(acknowledged ?? {}, instance.release !== 'old') },
          isSwept: fleet.isSwept || isSweep,
          events: [...fleet.events, `${instance.release} ${at} ${deed}`],
        },
      });
    }
  }
  return done;
}

/** The fleet after each move that is possible, or allowed. */
function moved(fleet: Fleet, isFree: boolean): Fleet[] {
  return fleet.instances.flatMap((instance, at) => {
    const others = releasesOf(fleet).toSpliced(at, 1);
    const possible = moves.filter(({ from }) => from === instance.release);
    const taken = possible.filter(({ isAllowed }) => isFree || isAllowed(others, fleet.isSwept));
    return taken.map(({ isRestart, name, to }) => ({
      ...fleet,
      instances: fleet.instances.with(at, { release: to, held: isRestart ? undefined : instance.held }),
      isSwept: to === 'new' ? false : fleet.isSwept,
      events: [...fleet.events, `${at} ${name}`],
    }));
  });
}

function releasesOf({ instances }: Fleet): Release[] {
  return instances.map((one) => one.release);
}

/** What an item says in the newest release's terms; the version says nothing. */
function newestOf(item: WireItem): Item {
  const { schema_version: _, ...newest } = upgradeItem(NewTicket, decodeItem(item));
  return newest;
}

/** Which instance is which doesn't matter, nor how all this came about. */
function textOf({ acknowledged, instances, isSwept, item }: Fleet): string {
  const sorted = (values: object) => Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const texts = instances.map(({ held, release }) => JSON.stringify([release, held && sorted(held)]));
  return JSON.stringify([texts.toSorted(), sorted(item), sorted(acknowledged), isSwept]);
}
