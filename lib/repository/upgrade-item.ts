import type { Item } from '../codec/decode.js';
import { modelOf } from '../hydration/hydrator.js';
import type { Class } from '../model/class.js';
import { copyPlain } from '../upgrade/copy.js';
import { readVersion, runChain } from '../upgrade/run.js';

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
  const model = modelOf(target);
  const { chain, versionAttribute } = model;
  const key = () => Object.fromEntries(model.keys.map(({ attribute }) => [attribute, item[attribute]]));
  const identity = { entity: model.name, key };
  const version = readVersion(
    Object.hasOwn(item, versionAttribute) ? item[versionAttribute] : undefined,
    chain,
    identity,
  );
  return version === chain.newest ? item : runChain(copyPlain(item), version, chain, identity);
}
