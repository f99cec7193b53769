import { valueAt, type WireItem } from '../codec/wire.js';
import type { WireCondition } from '../codec/wire-condition.js';
import type { EntityModel } from '../model/entity-model.js';

/** The item exists. Without this condition, a write to a deleted item would revive it. */
export function exists({ partitionKey }: EntityModel): WireCondition {
  return { attribute: partitionKey.attribute, exists: true };
}

/** The item doesn't exist. */
export function absent({ partitionKey }: EntityModel): WireCondition {
  return { attribute: partitionKey.attribute, exists: false };
}

/** The stored item belongs to this class. No conditions if the class doesn't share its table. */
export function ofThisClass({ discriminator }: EntityModel): WireCondition[] {
  if (!discriminator) return [];
  const { attribute, value } = discriminator;
  const same = { attribute, eq: { S: value } };
  return [discriminator.default ? { or: [{ attribute, exists: false }, same] } : same];
}

/** Old code can't overwrite a newer item, and a class can't overwrite an item of another one. */
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

/** The item exists, belongs to this class, and has the version that was read. */
export function sameVersion(model: EntityModel, wire: WireItem): WireCondition[] {
  return [exists(model), sameValue(wire, model.versionAttribute), ...ofThisClass(model)];
}

/** The version attribute's value in an item of the newest version. */
export function currentVersion({ version, versionAttribute }: EntityModel): WireItem {
  return { [versionAttribute]: { N: String(version) } };
}

/** The item has the revision that was read. No conditions if the class has no revision. */
export function sameRevision({ revision }: EntityModel, wire: WireItem): WireCondition[] {
  return revision ? [sameValue(wire, revision.attribute)] : [];
}

function sameValue(wire: WireItem, attribute: string): WireCondition {
  const value = valueAt(wire, attribute);
  return value === undefined ? { attribute, exists: false } : { attribute, eq: value };
}
