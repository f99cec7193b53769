import type { Item } from '../item/item.js';
import type { EntityModel } from '../model/entity-model.js';
import type { UpgradeChain } from '../upgrade/chain.js';
import type { VersionStep } from '../upgrade/version-step.js';
import { copyPlain } from '../item/copy.js';
import { type ItemIdentity, readVersion, runChain, stepsFrom } from '../upgrade/run.js';

/** How errors name an item. */
function identify(model: EntityModel, item: Item): ItemIdentity {
  return {
    entity: model.name,
    key: () => Object.fromEntries(model.keys.map(({ attribute }) => [attribute, item[attribute]])),
  };
}

/** The version of an item. Throws `INVALID_VERSION`, `NEWER_VERSION` or `TOO_OLD_VERSION`. */
export function versionOf(model: EntityModel, item: Item): number {
  const { chain, versionAttribute } = model;
  const stored = Object.hasOwn(item, versionAttribute) ? item[versionAttribute] : undefined;
  return readVersion(stored, chain, identify(model, item));
}

/** An item before and after a step. */
export interface StepRun {
  readonly step: VersionStep;
  readonly before: Item;
  readonly after: Item;
}

/** Runs the steps from an item's version one by one; the item stays as it is. Throws what `versionOf` throws, or `UPGRADE_FAILED`. */
export function runEachStep(model: EntityModel, item: Item): StepRun[] {
  const runs: StepRun[] = [];
  let before = copyPlain(item);
  for (const step of stepsFrom(versionOf(model, item), model.chain)) {
    const after = runStep(model, step, before);
    runs.push({ step, before, after });
    before = after;
  }
  return runs;
}

/** Runs one step on an item of its version; the item stays as it is. Throws `UPGRADE_FAILED`. */
export function runStep(model: EntityModel, step: VersionStep, item: Item): Item {
  const chain: UpgradeChain = { ...model.chain, floor: step.from, newest: step.to, paths: [[step]], renames: [[]] };
  return runChain(copyPlain(item), step.from, chain, identify(model, item));
}
