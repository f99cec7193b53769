import type { Item } from '../item/item.js';
import type { UpgradeOptions } from '../model/registry.js';
import type { StepList } from '../upgrade/steps/steps.js';

/** What a step does: declared steps, or a function that changes the item it is given or returns a new one. */
export type StepOf = StepList | ((item: Item) => Item | void);

/** One step from a version to another, for `defineEntity`. */
export interface StepDefinition {
  readonly from: number;
  readonly to: number;
  readonly options: string | UpgradeOptions;
  readonly step: StepOf;
}

/**
 * The step from one version to a newer one, for the option `upgrades` of `defineEntity`: what `@Upgrade` is to a class.
 * `options` is a description, or the options of `@Upgrade`. The function is called without `this`, must be synchronous,
 * and must not need anything but the item.
 *
 * @example
 * const upgrades = [
 *   upgrade(1, 2, 'renamed state to session_state', steps(rename('state', 'session_state'))),
 *   upgrade(2, 3, 'titles are trimmed', (item) => {
 *     item.title = String(item.title).trim();
 *   }),
 * ];
 */
export function upgrade(from: number, to: number, options: string | UpgradeOptions, step: StepOf): StepDefinition {
  return Object.freeze({ from, to, options, step });
}

/**
 * The step from one version back to the previous one, for the option `downgrades` of `defineEntity`: what `@Downgrade`
 * is to a class. Declared upgrades that can be reversed need none.
 *
 * @example
 * const downgrades = [
 *   downgrade(3, 2, (item) => {
 *     if (item.tags instanceof Set) item.tags = [...item.tags];
 *   }),
 * ];
 */
export function downgrade(from: number, to: number, step: StepOf): StepDefinition {
  return Object.freeze({ from, to, options: {}, step });
}
