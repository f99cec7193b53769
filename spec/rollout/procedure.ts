import type { WireItem } from 'dynamo-evolve';
import type { Release } from './instance.js';

/** What the procedure of docs/rollouts.md looks at before a move of one instance. */
export interface Outlook {
  /** What the other instances run. */
  readonly others: readonly Release[];
  /** What those calls began as that are still under way in the other instances. */
  readonly underWay: readonly Release[];
  readonly item: WireItem;
}

/** What is to be checked before a move. To leave it out is a way to break the procedure. */
export interface Check {
  readonly name: string;
  readonly holds: (outlook: Outlook) => boolean;
}

const noneOlder: Check = {
  name: 'that no instance of older code is left, before the pin is lifted',
  holds: ({ others }) => !others.includes('old') && !others.includes('first'),
};
const allPinned: Check = {
  name: 'that every instance is pinned, before old code is deployed',
  holds: ({ others }) => !others.includes('new'),
};
const writesEnded: Check = {
  name: 'that no write from before the pin is under way, before old code is deployed',
  holds: ({ underWay }) => !underWay.includes('new'),
};
const swept: Check = {
  name: 'that no newer version is stored, before old code is deployed',
  holds: ({ item }) => versionOf(item) <= 2,
};
/** Nothing makes up for it: the moves that ask for this one aren't part of the procedure. */
const pinnedFirst: Check = {
  name: 'that new code is pinned, when it is deployed and before it is taken back',
  holds: () => false,
};

export const checks: readonly Check[] = [noneOlder, allPinned, writesEnded, swept, pinnedFirst];

/**
 * What a move does to one instance: it runs that release from then on. A restart forgets what the instance held and was
 * doing.
 */
export interface Move {
  readonly name: string;
  readonly from: Release;
  readonly to: Release;
  readonly isRestart: boolean;
  readonly checks: readonly Check[];
}

const releases: readonly Release[] = ['first', 'old', 'pinned', 'new'];

export const moves: readonly Move[] = [
  ...releases.map((release) => ({ name: 'is restarted', from: release, to: release, isRestart: true, checks: [] })),
  { name: 'is deployed', from: 'first', to: 'pinned', isRestart: true, checks: [] },
  { name: 'is deployed', from: 'old', to: 'pinned', isRestart: true, checks: [] },
  { name: 'is unpinned', from: 'pinned', to: 'new', isRestart: false, checks: [noneOlder] },
  { name: 'is pinned', from: 'new', to: 'pinned', isRestart: false, checks: [] },
  { name: 'is rolled back', from: 'pinned', to: 'old', isRestart: true, checks: [allPinned, writesEnded, swept] },
  { name: 'is deployed without a pin', from: 'old', to: 'new', isRestart: true, checks: [pinnedFirst] },
  { name: 'is rolled back without a pin', from: 'new', to: 'old', isRestart: true, checks: [pinnedFirst] },
];

function versionOf({ schema_version: version }: WireItem): number {
  return version && 'N' in version ? Number(version.N) : 1;
}
