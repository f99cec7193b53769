import type { WireItem } from '../codec/wire.js';
import type { WireCondition } from '../codec/wire-condition.js';
import type { ErrorKey } from '../errors.js';
import type { ItemContext } from '../read/entity-context.js';
import { conflict, hasRevision, readableItem, readStored } from '../read/stored-item.js';
import { inStoredNotation } from '../read/stored-notation.js';
import type { VersionedWire } from '../read/tracked-item.js';
import { upgradeInTable } from '../rewrite/rewrite-in-table.js';
import type { RefusedWrite, Table, WriteOutcome } from '../store/table.js';
import { assertHolds } from './caller-condition.js';

/** How many times a write is tried on what others have stored in the meantime. */
const maximumAttempts = 10;

/** A conditional write: the item that it is tried on, and how to judge its outcome. */
export interface WritePlan {
  readonly key: ErrorKey;
  readonly keyItem: WireItem;
  /**
   * The item that the write is tried on first: a known one, one that is read first, or none, if the engine alone
   * judges.
   */
  readonly startsFrom: VersionedWire | 'stored item' | 'nothing known';
  /** Sends the write to the table, on the condition that the stored item is still the given one. */
  attempt(base: VersionedWire | undefined, table: Table): Promise<WriteOutcome>;
  /** Whether the write still means the same for what is stored now. If not, it ends with a `CONFLICT`. */
  canGoOn(current: VersionedWire, base: VersionedWire | undefined, wasRepeated: boolean): boolean;
  /** The caller's condition. It is judged here again, because the engine doesn't say which condition failed. */
  readonly condition?: WireCondition | undefined;
  /**
   * The revision that the write generates. If a stored item has it, the write was done, and only its answer was lost.
   */
  readonly revision?: unknown;
  /**
   * Whether a stored item is what the write would have left behind. Asked of a write without a revision that was sent
   * more than once: then an earlier attempt was done, or another write that left the same behind.
   */
  isStored?(current: VersionedWire, base: VersionedWire | undefined): boolean;
  /** Whether a stale item is first upgraded in the table, because conditions apply to the newest version. */
  readonly upgradesFirst?: boolean;
  /** Whether the write can be done if nothing is stored. */
  readonly createsItem?: boolean;
  /** Whether the write removes the item: then it may be gone because an earlier attempt was done. */
  readonly removesItem?: boolean;
  /** An item with this key, as it was read: it may be stored under another notation of the key. */
  readonly read?: WireItem | undefined;
}

/** How a write ended. */
export type WriteEnd =
  | {
      readonly end: 'done';
      /** The item to which the write was applied. */
      readonly base: VersionedWire | undefined;
      /** The item that is stored now, if the write requested it. */
      readonly item: WireItem | undefined;
    }
  /** An earlier attempt was done, and only its answer was lost. */
  | { readonly end: 'was done'; readonly stored: VersionedWire }
  /** There is no item. If the write was repeated, an earlier attempt may have removed it. */
  | { readonly end: 'absent'; readonly wasRepeated: boolean };

/**
 * Sends a conditional write until it is done or no longer means the same. If it was refused, reads what is stored,
 * recognises an earlier attempt whose answer was lost, judges the caller's condition, and tries again on the stored
 * item.
 *
 * Throws `CONFLICT` after ten attempts or if the write no longer means the same, `CONDITION_FAILED`, or the error of
 * reading what is stored now.
 */
export async function writeUntilDone<T extends object>(given: ItemContext<T>, plan: WritePlan): Promise<WriteEnd> {
  const { condition, key, keyItem, startsFrom } = plan;
  let base = typeof startsFrom === 'object' ? startsFrom : undefined;
  let refused: RefusedWrite | undefined;
  let wasRepeated = false;
  let context = given;
  for (let attempt = 0; ; attempt++) {
    if (refused || startsFrom === 'stored item') {
      let item = refused?.item ?? (await readStored(context, keyItem));
      const mayBeGoneByUs = plan.removesItem === true && wasRepeated;
      if (!item && plan.read && context === given && !mayBeGoneByUs) {
        ({ context, item } = (await inStoredNotation(given, { key, keyItem, wire: plan.read })) ?? { context, item });
      }
      const current = item && readableItem(context, item);
      if (current && wasDone(context, plan, { current, base, wasRepeated }))
        return { end: 'was done', stored: current };
      const isSameStill = !current || plan.canGoOn(current, base, wasRepeated);
      if (attempt >= maximumAttempts || !isSameStill) {
        assertHolds(context, condition, key, current, wasRepeated);
        throw conflict(context, key, item);
      }
      base = current;
    }
    if (base && plan.upgradesFirst && base.version < context.model.version) {
      const upgraded = await upgradeInTable(context, keyItem, key, base);
      if (upgraded && !plan.canGoOn(upgraded, base, wasRepeated)) throw conflict(context, key, upgraded.wire);
      base = upgraded;
    }
    const isKnown = attempt > 0 || startsFrom !== 'nothing known';
    if (!base && isKnown && !plan.createsItem) return { end: 'absent', wasRepeated };
    // the engine judges whether the loaded item is still stored
    if (refused || startsFrom === 'stored item') assertHolds(context, condition, key, base, wasRepeated);
    const outcome = await plan.attempt(base, refused ? context.table.again : context.table);
    if (outcome.done) return { end: 'done', base, item: outcome.item };
    if (outcome.because !== 'condition') throw outcome.error;
    refused = outcome;
    wasRepeated ||= outcome.wasRepeated;
  }
}

/** Whether an earlier attempt was done: by its revision if there is one, else by what it assigned. */
function wasDone<T extends object>(
  context: ItemContext<T>,
  plan: WritePlan,
  { base, current, wasRepeated }: { current: VersionedWire; base: VersionedWire | undefined; wasRepeated: boolean },
): boolean {
  if (plan.revision !== undefined) return hasRevision(context, current.wire, plan.revision);
  return wasRepeated && plan.isStored?.(current, base) === true;
}
