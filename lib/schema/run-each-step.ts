import { copyPlain } from '../item/copy.js';
import type { Item } from '../item/item.js';
import type { EntityModel } from '../model/entity-model.js';
import { identifyItem, versionOf } from '../read/item-version.js';
import type { UpgradeChain } from '../upgrade/chain.js';
import { runChain, stepsFrom } from '../upgrade/run.js';
import type { VersionStep } from '../upgrade/version-step.js';

/** An item before and after a step. */
export interface StepRun {
  readonly step: VersionStep;
  readonly before: Item;
  readonly after: Item;
}

/**
 * Runs the upgrades of an item one by one and yields each as it is done, up to the one that fails. The item itself is
 * never changed. Throws what `versionOf` throws, or `UPGRADE_FAILED`.
 */
export function* runEachStep(model: EntityModel, item: Item): Generator<StepRun, void> {
  let before = copyPlain(item);
  for (const step of stepsFrom(versionOf(model, item), model.chain)) {
    const after = runStep(model, step, before);
    yield { step, before, after };
    before = after;
  }
}

/** Runs one upgrade on an item of its version. The item itself is never changed. Throws `UPGRADE_FAILED`. */
export function runStep(model: EntityModel, step: VersionStep, item: Item): Item {
  const chain: UpgradeChain = { ...model.chain, floor: step.from, newest: step.to, paths: [[step]], renames: [[]] };
  return runChain(copyPlain(item), step.from, chain, identifyItem(model, item));
}
