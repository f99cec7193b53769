import { decodeItem } from '../codec/decode.js';
import { encodeItem, encodeValue } from '../codec/encode.js';
import { valueAt } from '../codec/wire.js';
import type { Item } from '../item/item.js';
import type { EntityModel } from '../model/entity-model.js';
import type { ItemContext } from '../read/entity-context.js';
import { isSameValue } from '../read/stored-item.js';
import type { VersionedWire } from '../read/tracked-item.js';
import type { WireChange } from '../store/update.js';
import { recordChain } from '../upgrade/recording.js';
import { allUnchangedSince, changeTo, type RewritePlan, versionChange } from './rewrite-plan.js';

/**
 * The plan for a stale item; `undefined` if its chain can't be traced, or makes another item of it than `expected`. The values to
 * compare with are those that were read, never encoded again.
 */
export function planUpgrade<T extends object>(
  model: EntityModel<T>,
  { wire, version }: VersionedWire,
  expected: Item,
): RewritePlan | undefined {
  const recording = recordChain(decodeItem(wire), version, model.chain, model.attributeNames, expected);
  if (!recording) return undefined;

  const { assigned, isDynamic, item, reads } = recording;
  const changes: WireChange[] = [...assigned].map((attribute) => {
    return changeTo(attribute, Object.hasOwn(item, attribute) ? encodeValue(item[attribute], attribute) : undefined);
  });
  changes.push(versionChange(model.versionAttribute, model.version));
  const read = [...reads].filter((name) => !model.fixedNames.has(name));
  return { changes, reads: allUnchangedSince(wire, read), isDynamic };
}

/** The plan by which a write that was asked for brings a stale item to the newest version, whatever its chain does. */
export function planCertainUpgrade<T extends object>(
  { model, reader }: ItemContext<T>,
  stored: VersionedWire,
): RewritePlan {
  const newest = reader.newestItem(stored.wire, stored.version);
  return planUpgrade(model, stored, newest) ?? planUntraced(model, stored, newest);
}

/** For chains that can't be traced: sets everything that differs, if nothing that was there has changed. */
function planUntraced(model: EntityModel, { wire }: VersionedWire, newest: Item): RewritePlan {
  const before = encodeItem(decodeItem(wire));
  const after = encodeItem(newest);
  const changes: WireChange[] = [];
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const value = valueAt(after, name);
    if (!isSameValue(valueAt(before, name), value)) changes.push(changeTo(name, value));
  }
  const names = new Set([...Object.keys(wire), ...model.attributeNames]);
  const read = [...names].filter((name) => !model.fixedNames.has(name));
  return { changes, reads: allUnchangedSince(wire, read), isDynamic: true };
}
