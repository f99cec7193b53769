import { encodeItem } from '../codec/encode.js';
import type { WireItem } from '../codec/wire.js';
import { copyPlain } from '../item/copy.js';
import type { Item } from '../item/item.js';
import type { EntityContext } from '../read/entity-context.js';
import { identifyItem } from '../read/item-version.js';
import { compareItems, type ItemDifference } from '../schema/item-difference.js';
import { stepsBetween } from '../upgrade/downgrade.js';
import { runSteps, stepsFrom } from '../upgrade/run.js';
import { type Problem, problemOf } from './problem.js';
import { type ShownItem, shownItem } from './shown-value.js';

/** What code of an older version would see of an item. */
export type OlderView =
  | {
      readonly version: number;
      readonly state: 'seen';
      readonly item: ShownItem;
      /** What is different after the way back and forth: older code loses it if it stores the item. */
      readonly lost: readonly ItemDifference[];
    }
  | { readonly version: number; readonly state: 'unseen'; readonly problem: Problem };

/** What code of each older version would see of an item of the newest version, the nearest version first. */
export function olderViews({ model }: EntityContext<object>, newest: Item): OlderView[] {
  const { floor, newest: last } = model.chain;
  const versions = Array.from({ length: Math.min(last - floor, mostVersions) }, (_, at) => last - 1 - at);
  return versions.map((version) => olderView(model, newest, version));
}

/** A chain can be long, and nobody runs code of all its versions. */
const mostVersions = 20;

function olderView(model: EntityContext<object>['model'], newest: Item, version: number): OlderView {
  const { chain, downgrades } = model;
  const identity = identifyItem(model, newest);
  try {
    const down = stepsBetween(chain.newest, version, chain, downgrades);
    const older = runSteps(copyPlain(newest), down, chain, identity);
    const item: WireItem = encodeItem(older);
    const again = runSteps(copyPlain(older), stepsFrom(version, chain), chain, identity);
    return { version, state: 'seen', item: shownItem(item), lost: compareItems(newest, again) };
  } catch (error) {
    return { version, state: 'unseen', problem: problemOf(error) };
  }
}
