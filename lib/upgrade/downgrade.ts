import { MapperError } from '../errors.js';
import type { UpgradeChain } from './chain.js';
import type { VersionStep } from './version-step.js';
import { findWay } from './way.js';

/** How far items of the newest version can be brought down, and by which steps. */
export interface DowngradeChain {
  /** The downgrades: those derived from declared steps, and those written by hand. */
  readonly steps: readonly VersionStep[];
  /** The oldest version that can still be stored. */
  readonly oldest: number;
  /** The last upgrade that has no downgrade; `undefined` if every readable version can be stored. */
  readonly pointOfNoReturn: VersionStep | undefined;
}

/** Finds the oldest version that the downgrades lead to without a gap. */
export function compileDowngradeChain(chain: UpgradeChain, steps: readonly VersionStep[]): DowngradeChain {
  let oldest = chain.newest;
  while (oldest > chain.floor && findWay(steps, chain.newest, oldest - 1)) oldest--;
  const pointOfNoReturn = oldest > chain.floor ? stepWithoutWayBack(chain, steps, oldest - 1) : undefined;
  return Object.freeze({ steps, oldest, pointOfNoReturn });
}

/** The last upgrade on the path from a version to the newest that no downgrade undoes. */
function stepWithoutWayBack(
  chain: UpgradeChain,
  steps: readonly VersionStep[],
  version: number,
): VersionStep | undefined {
  return chain.paths[version - chain.floor]?.findLast((step) => !findWay(steps, step.to, step.from));
}

/**
 * The steps from one version to another, which may be older: the direct path, or else the path by way of the newest
 * version. Throws `POINT_OF_NO_RETURN` if no downgrade leads there.
 */
export function stepsBetween(
  from: number,
  to: number,
  chain: UpgradeChain,
  { steps: downgrades }: DowngradeChain,
): readonly VersionStep[] {
  const straight = findWay(from <= to ? chain.steps : downgrades, from, to);
  if (straight) return straight;
  const up = findWay(chain.steps, from, chain.newest) ?? [];
  const down = findWay(downgrades, chain.newest, to);
  if (down) return [...up, ...down];
  const { method = '', from: older = to, to: newer = chain.newest } = stepWithoutWayBack(chain, downgrades, to) ?? {};
  throw new MapperError('POINT_OF_NO_RETURN', { class: chain.class, version: to, method, from: older, to: newer });
}
