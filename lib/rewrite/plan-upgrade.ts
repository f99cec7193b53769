import { decodeItem } from '../codec/decode.js';
import type { Item } from '../item/item.js';
import { encodeValue } from '../codec/encode.js';
import { valueAt, type WireItem, type WireValue } from '../codec/wire.js';
import type { WireCondition } from '../codec/wire-condition.js';
import type { EntityModel } from '../model/entity-model.js';
import { conditionParams, fitsLimits, unchanged } from '../store/condition.js';
import type { WireChange } from '../store/update.js';
import { recordChain } from '../upgrade/recording.js';
import type { VersionedWire } from '../read/tracked-item.js';

/** How a stale item is brought to the newest version in the table, and what must still hold for that. */
export interface UpgradePlan {
  /** Every attribute that the chain assigned, and the version. */
  readonly changes: readonly WireChange[];
  /** Every attribute that the chain read is what it was. */
  readonly reads: readonly WireCondition[];
  /** Whether an attribute that appears meanwhile could change the outcome. */
  readonly isDynamic: boolean;
}

/**
 * The plan for a stale item; `undefined` if the chain can't be traced, or makes another item of it than `expected`. The
 * values to compare with are those that were read, never encoded anew.
 */
export function upgradePlan<T extends object>(
  model: EntityModel<T>,
  { wire, version }: VersionedWire,
  expected: Item,
): UpgradePlan | undefined {
  const declared = model.attributes.map((one) => one.attribute);
  const recording = recordChain(decodeItem(wire), version, model.chain, declared, expected);
  if (!recording) return undefined;

  const { assigned, isDynamic, item, reads } = recording;
  const changes: WireChange[] = [...assigned].map((attribute) => {
    return changeTo(attribute, Object.hasOwn(item, attribute) ? encodeValue(item[attribute], attribute) : undefined);
  });
  changes.push(changeTo(model.versionAttribute, { N: String(model.version) }));
  // keys never change
  const keys = new Set(model.keys.map((one) => one.attribute));
  const read = [...reads].filter((name) => !keys.has(name));
  return { changes, reads: allUnchangedSince(wire, read), isDynamic };
}

/** Sets an attribute to a value, or removes it. */
export function changeTo(attribute: string, value: WireValue | undefined): WireChange {
  return value === undefined ? { attribute, remove: true } : { attribute, set: value };
}

/** The condition that an attribute is what it was: leaf by leaf, or whole where that is too much for one expression. */
export function unchangedSince(wire: WireItem, attribute: string): WireCondition {
  const value = valueAt(wire, attribute);
  const condition = unchanged(attribute, value);
  return fitsLimits(conditionParams(condition).ConditionExpression) ? condition : unchanged(attribute, value, true);
}

/** The conditions that attributes are what they were: if all leaves are too many for one expression, each is compared whole. */
export function allUnchangedSince(wire: WireItem, attributes: readonly string[]): WireCondition[] {
  const byLeaves = attributes.map((attribute) => unchangedSince(wire, attribute));
  if (byLeaves.length === 0 || fitsLimits(conditionParams({ and: byLeaves }).ConditionExpression)) return byLeaves;
  return attributes.map((name) => unchanged(name, valueAt(wire, name), true));
}

/** The item that changes make of another one; nested changes are not meant here. */
export function applyChanges(wire: WireItem, changes: readonly WireChange[]): WireItem {
  const values = new Map(Object.entries(wire));
  for (const change of changes) {
    if ('set' in change) values.set(change.attribute, change.set);
    else if ('remove' in change) values.delete(change.attribute);
  }
  // from entries: unlike an assignment, it takes __proto__ for a name like any other
  return Object.fromEntries(values);
}
