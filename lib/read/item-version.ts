import type { Item } from '../item/item.js';
import type { EntityModel } from '../model/entity-model.js';
import { type ItemIdentity, readVersion } from '../upgrade/run.js';
import { isVersion } from '../upgrade/version.js';

/** How errors identify a plain item. */
export function identifyItem({ keys, name }: EntityModel, item: Readonly<Item>): ItemIdentity {
  return { entity: name, key: () => Object.fromEntries(keys.map(({ attribute }) => [attribute, item[attribute]])) };
}

/** The version of a plain item. Throws `INVALID_VERSION`, `NEWER_VERSION` or `TOO_OLD_VERSION`. */
export function versionOf(model: EntityModel, item: Readonly<Item>): number {
  return readVersion(versionValue(model, item), model.chain, identifyItem(model, item));
}

/** Whether a plain item is of a version below another. */
export function isBelow(model: EntityModel, item: Readonly<Item>, version: number): boolean {
  const value = versionValue(model, item) ?? model.chain.initial;
  return isVersion(value) && value < version;
}

function versionValue({ versionAttribute }: EntityModel, item: Readonly<Item>): unknown {
  return Object.hasOwn(item, versionAttribute) ? item[versionAttribute] : undefined;
}
