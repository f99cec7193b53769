import type { WireCondition } from '../codec/wire-condition.js';
import type { EntityModel } from '../model/entity-model.js';
import { possibleDates } from './dates.js';
import { predicatesOf } from './named-attributes.js';

/** Whether a stored item is of another version than the class, or doesn't say: `true` for every engine. */
export function isStale({ version, versionAttribute: attribute }: EntityModel): WireCondition {
  return { attribute, ne: { N: String(version) } };
}

/**
 * The condition that is sent to a server in place of one on the newest items. It lets every stale item through, which
 * is filtered after its upgrade, and every item that lacks an attribute that is read from its key.
 */
export function acrossVersions(
  model: EntityModel,
  condition: WireCondition,
  readFromKey: readonly string[],
): WireCondition {
  const absent = readFromKey.map((attribute) => ({ attribute, exists: false }));
  return { or: [possibleDates(withoutTextSizes(condition, true)), isStale(model), ...absent] };
}

/**
 * Whether a condition compares sizes. Engines differ in whether they count characters or bytes of text, so only the
 * mapper can evaluate it.
 */
export function asksForSize(condition: WireCondition): boolean {
  return predicatesOf(condition).some((predicate) => 'size' in predicate);
}

/** A condition that holds wherever the given one does, however an engine measures the size of text. */
function withoutTextSizes(condition: WireCondition, isWanted: boolean): WireCondition {
  if ('and' in condition) return { and: condition.and.map((one) => withoutTextSizes(one, isWanted)) };
  if ('or' in condition) return { or: condition.or.map((one) => withoutTextSizes(one, isWanted)) };
  if ('not' in condition) return { not: withoutTextSizes(condition.not, !isWanted) };
  if (!('size' in condition)) return condition;
  const { attribute, within } = condition;
  const isText = { attribute, ...(within && { within }), type: 'S' as const };
  return isWanted ? { or: [condition, isText] } : { and: [condition, { not: isText }] };
}
