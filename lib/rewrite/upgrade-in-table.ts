import type { WireItem } from '../codec/wire.js';
import type { WireCondition } from '../codec/wire-condition.js';
import { type ErrorKey, MapperError } from '../errors.js';
import { sameRevision, sameVersion } from '../filter/own-conditions.js';
import type { ItemContext } from '../read/entity-context.js';
import { conflict, readableItem, readStored } from '../read/stored-item.js';
import type { VersionedWire } from '../read/tracked-item.js';
import { updateFits, type UpdateParams, updateParams } from '../store/update.js';
import { planCertainUpgrade } from './plan-upgrade.js';
import { applyChanges, type RewritePlan } from './rewrite-plan.js';

/** How many times an upgrade is tried on what others have stored in the meantime. */
const maximumAttempts = 10;

/**
 * Brings an item to the newest version in the table. Resolves to the stored item; `undefined` if it was deleted. Throws
 * `CONDITION_TOO_LARGE`, `DYNAMIC_UPGRADE`, `CONFLICT` after ten attempts, or the error of reading what is stored now.
 */
export async function upgradeInTable<T extends object>(
  context: ItemContext<T>,
  keyItem: WireItem,
  key: ErrorKey,
  stale: VersionedWire,
): Promise<VersionedWire | undefined> {
  const { model, table } = context;
  let base = stale;
  for (let attempt = 1; base.version < model.version; attempt++) {
    const plan = planCertainUpgrade(context, base);
    const params = rewriteParams(context, base, plan);
    if (!params) throw new MapperError('CONDITION_TOO_LARGE', { entity: model.name, key });
    const outcome = await table.update(keyItem, params);
    if (outcome.done) return { wire: applyChanges(base.wire, plan.changes), version: model.version };
    const item = outcome.item ?? (await readStored(context, keyItem));
    if (!item) return undefined;
    base = readableItem(context, item);
    if (attempt >= maximumAttempts) throw conflict(context, key, item);
  }
  return base;
}

/** The update that rewrites a stored item; `undefined` if it is more than engines accept in one expression. */
export function rewriteParams<T extends object>(
  { model }: ItemContext<T>,
  { wire }: VersionedWire,
  plan: RewritePlan,
): UpdateParams | undefined {
  const conditions: WireCondition[] = [...sameVersion(model, wire), ...plan.reads];
  if (plan.dynamicSteps.length > 0) conditions.push(...sameRevision(model, wire));
  const params = updateParams(plan.changes, { and: conditions });
  return updateFits(params) ? params : undefined;
}
