import type { Item } from '../item/item.js';
import type { EntityModel } from '../model/entity-model.js';
import { type ItemIdentity, readVersion } from '../upgrade/run.js';

/** How errors identify a plain item. */
export function identifyItem({ keys, name }: EntityModel, item: Readonly<Item>): ItemIdentity {
  return { entity: name, key: () => Object.fromEntries(keys.map(({ attribute }) => [attribute, item[attribute]])) };
}

/** The version of a plain item. Throws `INVALID_VERSION`, `NEWER_VERSION` or `TOO_OLD_VERSION`. */
export function versionOf(model: EntityModel, item: Readonly<Item>): number {
  const { chain, versionAttribute } = model;
  const stored = Object.hasOwn(item, versionAttribute) ? item[versionAttribute] : undefined;
  return readVersion(stored, chain, identifyItem(model, item));
}
