import type { Item } from '../item/item.js';
import { type CallName, MapperError } from '../errors.js';
import { modelOf } from '../hydration/model-of.js';
import type { Class } from '../model/class.js';
import { copyPlain } from '../item/copy.js';
import { stepsBetween } from '../upgrade/downgrade.js';
import { runChain, runSteps } from '../upgrade/run.js';
import { identifyItem, versionOf } from './item-version.js';

/**
 * Brings a plain item (JavaScript values under stored names) of any version to the newest version of a class, as every
 * read does, but without an engine. For tests, tools and scripts. The given item is never changed. An item of the
 * newest version is returned as it is.
 *
 * Throws `INVALID_VERSION`, `NEWER_VERSION`, `TOO_OLD_VERSION`, `UPGRADE_FAILED`, or an error about the class's
 * decorators.
 *
 * @example
 * upgradeItem(Session, { session_id: 'abc-123', state: 'open' });
 * // → { session_id: 'abc-123', session_state: 'open', blueprint: 'devassist', schema_version: 3 }
 */
export function upgradeItem(target: Class, item: Readonly<Item>): Item {
  assertItem('upgradeItem()', item);
  const model = modelOf(target);
  const version = versionOf(model, item);
  if (version === model.version) return item;
  return runChain(copyPlain(item), version, model.chain, identifyItem(model, item));
}

/**
 * Brings a plain item (JavaScript values under stored names) of any version to another version, older or newer, without
 * an engine. For tests of downgrades, tools and scripts. The given item is never changed.
 *
 * Throws `POINT_OF_NO_RETURN` if an upgrade in between can't be undone, `DOWNGRADE_FAILED`, `INVALID_ARGUMENT` for a
 * version that the class can't read, or what `upgradeItem` throws.
 *
 * @example
 * downgradeItem(Session, { session_id: 'abc-123', session_state: 'open', tags: new Set(['ci']), schema_version: 3 },
 * 1); // → { session_id: 'abc-123', tags: ['ci'], schema_version: 1, state: 'open' }
 */
export function downgradeItem(target: Class, item: Readonly<Item>, version: number): Item {
  assertItem('downgradeItem()', item);
  const model = modelOf(target);
  const { chain, downgrades } = model;
  if (!Number.isInteger(version) || version < chain.floor || version > chain.newest) {
    const problem = `isn't a version from ${chain.floor} to ${chain.newest}`;
    throw new MapperError('INVALID_ARGUMENT', { call: 'downgradeItem()', argument: 'version', problem });
  }
  const steps = stepsBetween(versionOf(model, item), version, chain, downgrades);
  return runSteps(copyPlain(item), steps, chain, identifyItem(model, item));
}

/** Throws `INVALID_ARGUMENT` for an argument that isn't an item. */
function assertItem(call: CallName, item: unknown): void {
  if (typeof item !== 'object' || item === null) {
    throw new MapperError('INVALID_ARGUMENT', { call, argument: 'the item', problem: "isn't an object" });
  }
}
