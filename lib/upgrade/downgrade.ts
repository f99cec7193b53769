import { MapperError } from '../errors.js';
import type { UpgradeChain } from './chain.js';
import type { VersionStep } from './version-step.js';
import { findWay } from './way.js';

/** The ways back from the newest version. */
export interface DowngradeChain {
  /** Steps down: those derived from declared steps, and those written by hand. */
  readonly steps: readonly VersionStep[];
  /** The oldest version that can still be stored. */
  readonly oldest: number;
  /** The upgrade into that version or over it that nothing undoes; `undefined` if every readable version can be stored. */
  readonly pointOfNoReturn: VersionStep | undefined;
}

/** Finds how far down the steps lead without a gap. */
export function compileDowngradeChain(chain: UpgradeChain, steps: readonly VersionStep[]): DowngradeChain {
  let oldest = chain.newest;
  while (oldest > chain.floor && findWay(steps, chain.newest, oldest - 1)) oldest--;
  const pointOfNoReturn = oldest > chain.floor ? stepWithoutWayBack(chain, steps, oldest - 1) : undefined;
  return Object.freeze({ steps, oldest, pointOfNoReturn });
}

/** The last upgrade on the way from a version to the newest one that no step undoes. */
function stepWithoutWayBack(
  chain: UpgradeChain,
  steps: readonly VersionStep[],
  version: number,
): VersionStep | undefined {
  return chain.paths[version - chain.floor]?.findLast((step) => !findWay(steps, step.to, step.from));
}

/**
 * The steps from a version to another that may be older: straight, or over the newest version where no straight way is. Throws
 * `POINT_OF_NO_RETURN` where nothing leads back.
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
