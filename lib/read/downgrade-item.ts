import type { Item } from '../item/item.js';
import { MapperError } from '../errors.js';
import { modelOf } from '../hydration/hydrator.js';
import type { Class } from '../model/class.js';
import { copyPlain } from '../item/copy.js';
import { stepsBetween } from '../upgrade/downgrade.js';
import { runSteps } from '../upgrade/run.js';
import { identifyItem, versionOf } from './item-version.js';
import { assertItem } from './upgrade-item.js';

/**
 * Brings a plain item (JavaScript values under stored names) of any version to another one, older or newer, without an engine: for tests of
 * downgrades, tools and scripts. The item that is handed in is never changed.
 *
 * Throws `POINT_OF_NO_RETURN` where an upgrade on the way has no way back, `DOWNGRADE_FAILED`, `INVALID_ARGUMENT` for a version that the
 * class can't read, or what `upgradeItem` throws.
 *
 * @example
 * downgradeItem(Session, { session_id: 'abc-123', session_state: 'open', tags: new Set(['ci']), schema_version: 3 }, 1);
 * // → { session_id: 'abc-123', tags: ['ci'], schema_version: 1, state: 'open' }
 */
export function downgradeItem(target: Class, item: Readonly<Item>, version: number): Item {
  assertItem('downgradeItem()', item);
  const model = modelOf(target);
  const { chain, downgrades } = model;
  if (!Number.isInteger(version) || version < chain.floor || version > chain.newest) {
    const problem = `is no version from ${chain.floor} to ${chain.newest}`;
    throw new MapperError('INVALID_ARGUMENT', { call: 'downgradeItem()', argument: 'version', problem });
  }
  const steps = stepsBetween(versionOf(model, item), version, chain, downgrades);
  return runSteps(copyPlain(item), steps, chain, identifyItem(model, item));
}
