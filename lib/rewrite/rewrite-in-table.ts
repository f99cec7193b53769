import type { WireItem } from '../codec/wire.js';
import type { WireCondition } from '../codec/wire-condition.js';
import { type ErrorKey, MapperError } from '../errors.js';
import { sameRevision, sameVersion } from '../filter/own-conditions.js';
import type { ItemContext } from '../read/entity-context.js';
import { conflict, readableItem, readStored } from '../read/stored-item.js';
import { inStoredNotation } from '../read/stored-notation.js';
import type { VersionedWire } from '../read/tracked-item.js';
import { updateFits, type UpdateParams, updateParams } from '../store/update.js';
import { onlyVersion, planPinned } from './plan-pinned.js';
import { planCertainUpgrade } from './plan-upgrade.js';
import { applyChanges, assertCertain, type RewritePlan } from './rewrite-plan.js';

/** How often a rewrite is tried on what others stored meanwhile. */
const maximumAttempts = 10;

/** An item to bring to a version. */
export interface Rewrite {
  readonly keyItem: WireItem;
  readonly key: ErrorKey;
  readonly stored: VersionedWire;
  readonly version: number;
}

/** An item that is of the wanted version now. */
export interface Rewritten {
  readonly stored: VersionedWire;
  /** Whether this rewrite brought it there, and nobody else did. */
  readonly isOurs: boolean;
}

/**
 * Brings an item to the newest version in the table; answers what is stored then, `undefined` if it is gone. Throws
 * `CONDITION_TOO_LARGE`, `DYNAMIC_UPGRADE`, `CONFLICT` after ten attempts, or why what is stored now can't be read.
 */
export async function upgradeInTable<T extends object>(
  context: ItemContext<T>,
  keyItem: WireItem,
  key: ErrorKey,
  stored: VersionedWire,
): Promise<VersionedWire | undefined> {
  const rewritten = await rewriteInTable(context, { keyItem, key, stored, version: context.model.version });
  return rewritten?.stored;
}

/**
 * Brings an item to a version in the table, up or down; `undefined` if it is gone. Throws like `upgradeInTable`, and
 * `DOWNGRADE_LOSES` or `DOWNGRADE_FAILED` if an older version can't hold it.
 */
export async function rewriteInTable<T extends object>(
  given: ItemContext<T>,
  { key, keyItem, stored, version }: Rewrite,
): Promise<Rewritten | undefined> {
  let base = stored;
  let context = given;
  for (let attempt = 1; base.version !== version; attempt++) {
    const { params, plan } = certainRewrite(context, key, base, version);
    const outcome = await context.table.update(keyItem, params);
    if (outcome.done) return { stored: { wire: applyChanges(base.wire, plan.changes), version }, isOurs: true };
    const item = outcome.item ?? (await readStored(context, keyItem));
    if (!item) {
      const read = { key, keyItem, wire: stored.wire };
      const found = context === given ? await inStoredNotation(given, read) : undefined;
      if (!found) return undefined;
      ({ context } = found);
      base = readableItem(context, found.item);
      continue;
    }
    base = readableItem(context, item);
    if (attempt >= maximumAttempts) throw conflict(context, key, item);
  }
  return { stored: base, isOurs: false };
}

/**
 * The update that brings an item to a version, and that is right for whatever is stored when its conditions hold.
 * Throws like `rewriteInTable`, before anything is sent.
 */
export function certainRewrite<T extends object>(
  context: ItemContext<T>,
  key: ErrorKey,
  base: VersionedWire,
  version: number,
): { readonly plan: RewritePlan; readonly params: UpdateParams } {
  const { model } = context;
  const plan =
    version === model.version ? planCertainUpgrade(context, base) : planPinned(context, base, onlyVersion(version));
  assertCertain(context, base, plan);
  const params = rewriteParams(context, base, plan);
  if (params) return { plan, params };
  throw new MapperError('CONDITION_TOO_LARGE', { entity: model.name, key });
}

/** The update that rewrites a stored item; `undefined` if it is more than engines take in one expression. */
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
