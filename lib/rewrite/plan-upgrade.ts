import { decodeItem } from '../codec/decode.js';
import { encodeItem, encodeValue } from '../codec/encode.js';
import { isSameValue, valueAt } from '../codec/wire.js';
import type { Item } from '../item/item.js';
import type { EntityModel } from '../model/entity-model.js';
import type { ItemContext } from '../read/entity-context.js';
import type { VersionedWire } from '../read/tracked-item.js';
import type { WireChange } from '../store/update.js';
import { recordChain, type Recording, recordSteps } from '../upgrade/recording.js';
import { stepsFrom } from '../upgrade/run.js';
import type { VersionStep } from '../upgrade/version-step.js';
import { allUnchangedSince, assertCertain, changeTo, type RewritePlan, versionChange } from './rewrite-plan.js';

/**
 * The plan that upgrades a stale item; `undefined` if its chain throws when it runs again, or gives another result than
 * `expected`. The conditions compare with the values that were read, which are never encoded again.
 */
export function planUpgrade<T extends object>(
  model: EntityModel<T>,
  stored: VersionedWire,
  expected: Item,
): RewritePlan | undefined {
  const { chain } = model;
  const recording = recordChain(decodeItem(stored.wire), stored.version, chain, model.attributeNames, expected);
  return recording && planRecorded(model, stored, recording);
}

/**
 * The plan by which a write upgrades a stale item to the newest version. Throws `UPGRADE_FAILED`, or `DYNAMIC_UPGRADE`
 * if it can't be known whether the plan is still right when it is carried out.
 */
export function planCertainUpgrade<T extends object>(context: ItemContext<T>, stored: VersionedWire): RewritePlan {
  const { model, reader } = context;
  const newest = reader.newestItem(stored.wire, stored.version);
  const steps = stepsFrom(stored.version, model.chain);
  // the result of this run counts, even if another run gives another
  const recording = recordSteps(decodeItem(stored.wire), steps, model.chain, model.attributeNames);
  const plan = recording ? planRecorded(model, stored, recording) : planUntraced(model, stored, newest);
  assertCertain(context, stored, plan);
  return plan;
}

function planRecorded<T extends object>(
  model: EntityModel<T>,
  { wire }: VersionedWire,
  { assigned, dynamicSteps, item, reads }: Recording,
): RewritePlan {
  const changes: WireChange[] = [...assigned].map((attribute) => {
    return changeTo(attribute, Object.hasOwn(item, attribute) ? encodeValue(item[attribute], attribute) : undefined);
  });
  changes.push(versionChange(model.versionAttribute, model.version));
  const read = [...reads].filter((name) => !model.fixedNames.has(name));
  return { changes, reads: allUnchangedSince(wire, read), dynamicSteps };
}

/** For chains that can't be recorded: sets everything that differs, if nothing that was there has changed. */
function planUntraced(model: EntityModel, { version, wire }: VersionedWire, newest: Item): RewritePlan {
  const before = encodeItem(decodeItem(wire));
  const after = encodeItem(newest);
  const changes: WireChange[] = [];
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const value = valueAt(after, name);
    if (!isSameValue(valueAt(before, name), value)) changes.push(changeTo(name, value));
  }
  const names = new Set([...Object.keys(wire), ...model.attributeNames]);
  const read = [...names].filter((name) => !model.fixedNames.has(name));
  return { changes, reads: allUnchangedSince(wire, read), dynamicSteps: methodsAmong(stepsFrom(version, model.chain)) };
}

/** The methods among some steps: it is known what declared steps look at. */
export function methodsAmong(steps: readonly VersionStep[]): readonly VersionStep[] {
  return steps.filter((step) => !step.declared);
}
