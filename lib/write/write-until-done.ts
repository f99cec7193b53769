import type { WireItem } from '../codec/wire.js';
import type { WireCondition } from '../codec/wire-condition.js';
import type { ErrorKey } from '../errors.js';
import type { ItemContext } from '../read/entity-context.js';
import { conflict, hasRevision, readableItem, readStored } from '../read/stored-item.js';
import type { VersionedWire } from '../read/tracked-item.js';
import { upgradeInTable } from '../rewrite/rewrite-in-table.js';
import type { RefusedWrite, WriteOutcome } from '../store/table.js';
import { assertHolds } from './caller-condition.js';

/** How often a write is tried on what others stored meanwhile. */
const maximumAttempts = 10;

/** A conditional write: what it is tried on, and what it means. */
export interface WritePlan {
  readonly key: ErrorKey;
  readonly keyItem: WireItem;
  /** What the write is first tried on: a known item, one that is read first, or none, where the engine alone will judge. */
  readonly startsFrom: VersionedWire | 'stored item' | 'nothing known';
  /** Sends the write, on the condition that the item is still what it is tried on. */
  attempt(base: VersionedWire | undefined): Promise<WriteOutcome>;
  /** Whether the write still means the same on what is stored now; it is given up as a `CONFLICT` where it doesn't. */
  canGoOn(current: VersionedWire, base: VersionedWire | undefined, wasRepeated: boolean): boolean;
  /** The caller's condition. An engine only says that something didn't hold, so it is judged here again. */
  readonly condition?: WireCondition | undefined;
  /** The revision that the write generates. An item that carries it shows that the write was done, and its answer lost. */
  readonly revision?: unknown;
  /** Whether a stale item is brought to the newest version in the table first: conditions speak of that version. */
  readonly upgradesFirst?: boolean;
  /** Whether the write can be done where nothing is stored. */
  readonly createsItem?: boolean;
}

/** How a write ended. */
export type WriteEnd =
  | {
      readonly end: 'done';
      /** What the write was applied to. */
      readonly base: VersionedWire | undefined;
      /** What is stored now, if the write asked for it. */
      readonly item: WireItem | undefined;
    }
  /** An earlier attempt was done, and its answer lost. */
  | { readonly end: 'was done'; readonly stored: VersionedWire }
  /** There is no item. If the write was repeated, an earlier attempt may have removed it. */
  | { readonly end: 'absent'; readonly wasRepeated: boolean };

/**
 * Sends a conditional write until it is done, or no longer makes sense. Where it was refused, reads what is stored, recognises its own
 * lost answer, judges the caller's condition, and tries again on what is there now.
 *
 * Throws `CONFLICT` after ten attempts or where the write doesn't mean the same any more, `CONDITION_FAILED`, or why what is stored now
 * can't be read.
 */
export async function writeUntilDone<T extends object>(context: ItemContext<T>, plan: WritePlan): Promise<WriteEnd> {
  const { condition, key, keyItem, startsFrom } = plan;
  let base = typeof startsFrom === 'object' ? startsFrom : undefined;
  let refused: RefusedWrite | undefined;
  let wasRepeated = false;
  for (let attempt = 0; ; attempt++) {
    if (refused || startsFrom === 'stored item') {
      const item = refused?.item ?? (await readStored(context, keyItem));
      const current = item && readableItem(context, item);
      if (current && hasRevision(context, current.wire, plan.revision)) return { end: 'was done', stored: current };
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
    // the engine judges what the entity was loaded from
    if (refused || startsFrom === 'stored item') assertHolds(context, condition, key, base, wasRepeated);
    const outcome = await plan.attempt(base);
    if (outcome.done) return { end: 'done', base, item: outcome.item };
    if (outcome.because !== 'condition') throw outcome.error;
    refused = outcome;
    wasRepeated ||= outcome.wasRepeated;
  }
}
