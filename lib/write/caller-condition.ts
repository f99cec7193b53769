import { encodeItem } from '../codec/encode.js';
import { valueAt, type WireItem } from '../codec/wire.js';
import type { WireCondition } from '../codec/wire-condition.js';
import { type ErrorKey, MapperError } from '../errors.js';
import type { Condition, ConditionOf } from '../filter/condition.js';
import { isTrueOf } from '../filter/evaluate.js';
import { conditionFits } from '../store/condition.js';
import { compiledCondition } from '../read/compiled-condition.js';
import type { ItemContext } from '../read/entity-context.js';
import { conflict } from '../read/stored-item.js';
import type { VersionedWire } from '../read/tracked-item.js';

/** Options of writes to single items. */
export interface WriteOptions<T> {
  /**
   * What must hold of the stored item, by property names, for anything to be written: the grammar of filters. It speaks of the item
   * in its newest version; one of an older version is upgraded in the table first.
   */
  readonly condition?: ConditionOf<T> | undefined;
}

/** A caller's condition on what is stored, by stored names, or none. Throws `FENCE_REQUIRED` or `INVALID_CONDITION`. */
export function callerCondition<T extends object>(
  context: ItemContext<T>,
  call: string,
  condition: ConditionOf<T> | undefined,
): WireCondition | undefined {
  if (condition === undefined) return undefined;
  if (!context.isFenced) throw new MapperError('FENCE_REQUIRED', { call: `${call} with a condition` });
  return compiledCondition(context, condition as Condition<T>, 'condition');
}

/** The conditions of a write itself, and the caller's. Throws `INVALID_CONDITION` if they are more than engines take in one expression. */
export function joined<T extends object>(
  { model }: ItemContext<T>,
  fixed: readonly WireCondition[],
  condition: WireCondition | undefined,
): WireCondition {
  if (!condition) return { and: fixed };
  const all = { and: [...fixed, condition] };
  if (conditionFits(all)) return all;
  const problem =
    'is more than engines take in one expression: 4,096 bytes and 300 operators, those of the mapper included';
  throw new MapperError('INVALID_CONDITION', { class: model.name, at: 'condition', problem });
}

/**
 * Throws `CONDITION_FAILED` if a caller's condition doesn't hold on what is stored: an engine only says that something of all
 * that was asked for didn't. Where the request was repeated and may have been done before, `CONFLICT`.
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
