import { valueAt, type WireItem, type WireValue } from '../codec/wire.js';
import type { WireCondition } from '../codec/wire-condition.js';
import { MapperError } from '../errors.js';
import { setOwn } from '../item/own-value.js';
import type { EntityModel } from '../model/entity-model.js';
import type { ItemContext } from '../read/entity-context.js';
import type { VersionedWire } from '../read/tracked-item.js';
import { conditionFits, unchanged } from '../store/condition.js';
import type { WireChange } from '../store/update.js';
import type { VersionStep } from '../upgrade/version-step.js';

/** How a stored item is brought to another version in the table, and what must still hold for that. */
export interface RewritePlan {
  /** Every attribute that the steps assigned, and the version. */
  readonly changes: readonly WireChange[];
  /** Every attribute that the steps read is what it was. */
  readonly reads: readonly WireCondition[];
  /** The steps that may look at any attribute: one that appears in the meantime could change their result. */
  readonly dynamicSteps: readonly VersionStep[];
}

/**
 * Whether a plan is right for whatever is stored when its conditions hold. If it isn't known what its steps look at,
 * only an unchanged revision shows that no attribute has appeared, so the item must have one, and the request must ask
 * for it.
 */
export function isCertain({ revision }: EntityModel, { wire }: VersionedWire, { dynamicSteps }: RewritePlan): boolean {
  return dynamicSteps.length === 0 || (revision !== undefined && Object.hasOwn(wire, revision.attribute));
}

/** Throws `DYNAMIC_UPGRADE` for a plan that isn't certain. With `fence: false` the last write counts, and none is. */
export function assertCertain<T extends object>(
  { isFenced, keys, model }: ItemContext<T>,
  stored: VersionedWire,
  plan: RewritePlan,
): void {
  if (!isFenced || isCertain(model, stored, plan)) return;
  const methods = plan.dynamicSteps.map(({ method }) => method);
  const versions = plan.dynamicSteps.flatMap(({ from, to }) => [from, to]);
  const [from, to] = [Math.min(...versions), Math.max(...versions)];
  throw new MapperError('DYNAMIC_UPGRADE', { entity: model.name, key: keys.nameOf(stored.wire), methods, from, to });
}

/** Sets an attribute to a value, or removes it. */
export function changeTo(attribute: string, value: WireValue | undefined): WireChange {
  return value === undefined ? { attribute, remove: true } : { attribute, set: value };
}

/** Sets the version attribute. */
export function versionChange(versionAttribute: string, version: number): WireChange {
  return { attribute: versionAttribute, set: { N: String(version) } };
}

/** The condition that an attribute is what it was: leaf by leaf, or whole where that is too much for one expression. */
export function unchangedSince(wire: WireItem, attribute: string): WireCondition {
  const value = valueAt(wire, attribute);
  const byLeaves = unchanged(attribute, value);
  return conditionFits(byLeaves) ? byLeaves : unchanged(attribute, value, true);
}

/**
 * The conditions that attributes are what they were: if all leaves are too many for one expression, each is compared
 * whole.
 */
export function allUnchangedSince(wire: WireItem, attributes: readonly string[]): WireCondition[] {
  const byLeaves = attributes.map((attribute) => unchangedSince(wire, attribute));
  if (byLeaves.length === 0 || conditionFits({ and: byLeaves })) return byLeaves;
  return attributes.map((name) => unchanged(name, valueAt(wire, name), true));
}

/** Applies changes of whole attributes to an item. */
export function applyChanges(wire: WireItem, changes: readonly WireChange[]): WireItem {
  const result = { ...wire };
  for (const change of changes) {
    if ('set' in change) setOwn(result, change.attribute, change.set);
    else if ('remove' in change) delete (result as Record<string, WireValue>)[change.attribute];
  }
  return result;
}
