import { encodeItem } from '../codec/encode.js';
import { valueAt, type WireItem } from '../codec/wire.js';
import type { WireCondition } from '../codec/wire-condition.js';
import { type CallName, type ErrorKey, MapperError } from '../errors.js';
import type { Condition, ConditionOf } from '../filter/condition.js';
import { asksForDates, certainDates } from '../filter/dates.js';
import { isTrueOf } from '../filter/evaluate.js';
import { attributesOf } from '../filter/named-attributes.js';
import { conditionFits } from '../store/condition.js';
import { compiledCondition } from '../read/compiled-condition.js';
import type { ItemContext } from '../read/entity-context.js';
import { conflict } from '../read/stored-item.js';
import type { VersionedWire } from '../read/tracked-item.js';
import { allUnchangedSince } from '../rewrite/rewrite-plan.js';

/** Options of writes to single items. */
export interface WriteOptions<T> {
  /**
   * A condition that the stored item must meet for anything to be written, with property names, in the grammar of
   * filters. It applies to the item in its newest version; an item of an older version is upgraded in the table first.
   */
  readonly condition?: ConditionOf<T> | undefined;
}

/**
 * A caller's condition on the stored item, by stored names, if there is one. Throws `FENCE_REQUIRED` or
 * `INVALID_CONDITION`.
 */
export function callerCondition<T extends object>(
  context: ItemContext<T>,
  call: CallName,
  condition: ConditionOf<T> | undefined,
): WireCondition | undefined {
  if (condition === undefined) return undefined;
  if (!context.isFenced) throw new MapperError('FENCE_REQUIRED', { call, with: 'a condition' });
  return compiledCondition(context, condition as Condition<T>, 'condition');
}

/**
 * A caller's condition as it is sent with a write to `base`, the item in the newest version as far as it is known.
 * Where only we can tell that it holds, since a date is stored in another notation, the write depends on all that the
 * condition looks at instead.
 */
export function sentCondition(condition: WireCondition, base: WireItem | undefined): WireCondition {
  const certain = certainDates(condition);
  if (!base || !asksForDates(condition)) return certain;
  const values = (attribute: string) => valueAt(base, attribute);
  if (isTrueOf(certain, values) || !isTrueOf(condition, values)) return certain;
  return { and: allUnchangedSince(base, [...attributesOf(condition)]) };
}

/**
 * The conditions of the write itself, combined with the caller's as it is sent with a write to `base`. Throws
 * `INVALID_CONDITION` if they are more than engines accept in one expression.
 */
export function joined<T extends object>(
  { model }: ItemContext<T>,
  fixed: readonly WireCondition[],
  condition: WireCondition | undefined,
  base: WireItem | undefined,
): WireCondition {
  if (!condition) return { and: fixed };
  const all = { and: [...fixed, sentCondition(condition, base)] };
  if (conditionFits(all)) return all;
  const problem =
    'is more than engines take in one expression: 4,096 bytes and 300 operators, those of the mapper included';
  throw new MapperError('INVALID_CONDITION', { class: model.name, at: 'condition', problem });
}

/**
 * Throws `CONDITION_FAILED` if the stored item doesn't meet a caller's condition: the engine doesn't say which of all
 * conditions failed. Throws `CONFLICT` instead if the request was repeated and may have been done before.
 */
export function assertHolds<T extends object>(
  context: ItemContext<T>,
  condition: WireCondition | undefined,
  key: ErrorKey,
  stored: VersionedWire | undefined,
  wasRepeated = false,
): void {
  if (!condition) return;
  const newest = stored ? newestWire(context, stored) : {};
  if (isTrueOf(condition, (attribute) => valueAt(newest, attribute))) return;
  if (wasRepeated) throw conflict(context, key, stored?.wire);
  const { model, reader } = context;
  throw new MapperError('CONDITION_FAILED', { entity: model.name, key }).withCurrent(
    () => stored && reader.read(stored.wire),
  );
}

/** A stored item as it is in the newest version. */
function newestWire<T extends object>({ model, reader }: ItemContext<T>, { version, wire }: VersionedWire): WireItem {
  return version === model.version ? wire : encodeItem(reader.newestItem(wire, version));
}
