import { valueAt, type WireItem } from '../codec/wire.js';
import type { WireCondition } from '../codec/wire-condition.js';
import type { EntityModel } from '../model/entity-model.js';

/** The item is there: without this, a write to a deleted item would revive it. */
export function exists({ partitionKey }: EntityModel): WireCondition {
  return { attribute: partitionKey.attribute, exists: true };
}

/** The item isn't there. */
export function absent({ partitionKey }: EntityModel): WireCondition {
  return { attribute: partitionKey.attribute, exists: false };
}

/** What is there is of this class: no conditions where the class has a table of its own. */
export function ofThisClass({ discriminator }: EntityModel): WireCondition[] {
  if (!discriminator) return [];
  const { attribute, value } = discriminator;
  const same = { attribute, eq: { S: value } };
  return [discriminator.default ? { or: [{ attribute, exists: false }, same] } : same];
}

/** Old code can't overwrite a newer item, and no class another one's. */
export function fence(model: EntityModel): WireCondition {
  const { version, versionAttribute: attribute } = model;
  const olderOrSame = {
    or: [
      { attribute, exists: false },
      { attribute, lte: { N: String(version) } },
    ],
  };
  return { and: [olderOrSame, ...ofThisClass(model).map((condition) => ({ or: [absent(model), condition] }))] };
}

/** The item is there, of this class, and of the very version that was read. */
export function sameVersion(model: EntityModel, wire: WireItem): WireCondition[] {
  return [exists(model), sameValue(wire, model.versionAttribute), ...ofThisClass(model)];
}

/** What the version attribute of an item of the newest version holds. */
export function currentVersion({ version, versionAttribute }: EntityModel): WireItem {
  return { [versionAttribute]: { N: String(version) } };
}

/** The item has the revision that was read: no conditions where the class has none. */
export function sameRevision({ revision }: EntityModel, wire: WireItem): WireCondition[] {
  return revision ? [sameValue(wire, revision.attribute)] : [];
}

function sameValue(wire: WireItem, attribute: string): WireCondition {
  const value = valueAt(wire, attribute);
  return value === undefined ? { attribute, exists: false } : { attribute, eq: value };
}
