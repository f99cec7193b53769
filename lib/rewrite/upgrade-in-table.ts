import { decodeItem } from '../codec/decode.js';
import { encodeItem } from '../codec/encode.js';
import { valueAt, type WireItem } from '../codec/wire.js';
import type { WireCondition } from '../codec/wire-condition.js';
import { type ErrorKey, MapperError } from '../errors.js';
import { conditionParams, fitsLimits } from '../store/condition.js';
import { type WireChange, updateParams } from '../store/update.js';
import { sameRevision, sameVersion } from '../filter/own-conditions.js';
import type { ItemContext } from '../read/entity-context.js';
import { conflict, isSameValue, readableItem, readStored } from '../read/stored-item.js';
import type { VersionedWire } from '../read/tracked-item.js';
import { allUnchangedSince, applyChanges, changeTo, type UpgradePlan, upgradePlan } from './plan-upgrade.js';

/** What a stale item is brought to the newest version with by a write that was asked for, whatever its chain does. */
export function certainPlan<T extends object>(context: ItemContext<T>, tracked: VersionedWire): UpgradePlan {
  return (
    upgradePlan(context.model, tracked, context.reader.newestItem(tracked.wire, tracked.version)) ??
    wholePlan(context, tracked)
  );
}

/** For chains that can't be traced: all that differs, as long as nothing that was there has changed. */
function wholePlan<T extends object>({ model, reader }: ItemContext<T>, { wire, version }: VersionedWire): UpgradePlan {
  const stored = encodeItem(decodeItem(wire));
  const newest = encodeItem(reader.newestItem(wire, version));
  const names = [...new Set([...Object.keys(stored), ...Object.keys(newest)])];
  const changes: WireChange[] = [];
  for (const name of names) {
    const after = valueAt(newest, name);
    if (!isSameValue(valueAt(stored, name), after)) changes.push(changeTo(name, after));
  }
  const fixed = new Set([model.versionAttribute, ...model.keys.map((one) => one.attribute)]);
  const declared = model.attributes.map((one) => one.attribute);
  const read = [...new Set([...Object.keys(wire), ...declared])].filter((name) => !fixed.has(name));
  return { changes, reads: allUnchangedSince(wire, read), isDynamic: true };
}

/** How often an upgrade is tried anew on what others stored meanwhile. */
const maximumAttempts = 10;

/**
 * Brings an item to the newest version in the table; answers what is stored then, `undefined` if it is gone. Throws
 * `CONDITION_TOO_LARGE`, `CONFLICT` after ten attempts, or why what is stored now can't be read.
 */
export async function upgradeInTable<T extends object>(
  context: ItemContext<T>,
  keyItem: WireItem,
  key: ErrorKey,
  stale: VersionedWire,
): Promise<VersionedWire | undefined> {
  const { connection, model } = context;
  let base = stale;
  for (let attempt = 1; base.version < model.version; attempt++) {
    const plan = certainPlan(context, base);
    const request = upgradeRequest(context, keyItem, base, plan);
    if (!request) throw new MapperError('CONDITION_TOO_LARGE', { entity: model.name, key });
    const outcome = await connection.update(request);
    if (outcome.done) return { wire: applyChanges(base.wire, plan.changes), version: model.version };
    const item = outcome.item ?? (await readStored(context, keyItem));
    if (!item) return undefined;
    base = readableItem(context, item);
    if (attempt >= maximumAttempts) throw conflict(context, key, item);
  }
  return base;
}

/** The request that writes an upgraded item back; `undefined` if its condition is more than engines take. */
export function upgradeRequest<T extends object>(
  { model, schema }: ItemContext<T>,
  key: WireItem,
  tracked: VersionedWire,
  plan: UpgradePlan,
): ReturnType<typeof updateParams> | undefined {
  const conditions: WireCondition[] = [...sameVersion(model, tracked.wire), ...plan.reads];
  if (plan.isDynamic) conditions.push(...sameRevision(model, tracked.wire));
  const request = updateParams(schema.name, key, plan.changes, { and: conditions });
  const condition = conditionParams({ and: conditions }).ConditionExpression;
  return fitsLimits(condition) && fitsLimits(request.UpdateExpression) ? request : undefined;
}
