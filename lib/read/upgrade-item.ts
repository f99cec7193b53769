import type { Item } from '../item/item.js';
import { MapperError } from '../errors.js';
import { modelOf } from '../hydration/hydrator.js';
import type { Class } from '../model/class.js';
import { copyPlain } from '../item/copy.js';
import { runChain } from '../upgrade/run.js';
import { identifyItem, versionOf } from './item-version.js';

/**
 * Brings a plain item (JavaScript values under stored names) of any version to the newest version of a class, as every read
 * does, without an engine: for tests, tools and scripts. The item that is handed in is never changed; an item of the
 * newest version is returned as it is.
 *
 * Throws `INVALID_VERSION`, `NEWER_VERSION`, `TOO_OLD_VERSION`, `UPGRADE_FAILED`, or an error about the class's decorators.
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

/** Throws `INVALID_ARGUMENT` for an argument that isn't an item. */
export function assertItem(call: string, item: unknown): void {
  if (typeof item !== 'object' || item === null) {
    throw new MapperError('INVALID_ARGUMENT', { call, argument: 'the item', problem: 'is no object' });
  }
}
