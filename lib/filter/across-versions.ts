import type { WireCondition } from '../codec/wire-condition.js';
import type { EntityModel } from '../model/entity-model.js';
import { possibleDates } from './dates.js';
import { predicatesOf } from './named-attributes.js';

/** Whether a stored item is of another version than the class, or doesn't say: `true` for every engine. */
export function isStale({ version, versionAttribute: attribute }: EntityModel): WireCondition {
  return { attribute, ne: { N: String(version) } };
}

/**
 * The condition that a server is asked instead of one on the newest items: it lets every stale item through, to be judged after
 * its upgrade, and every item that lacks one of the attributes which are read from its key.
 */
export function acrossVersions(
  model: EntityModel,
  condition: WireCondition,
  readFromKey: readonly string[],
): WireCondition {
  const absent = readFromKey.map((attribute) => ({ attribute, exists: false }));
  return { or: [possibleDates(withoutTextSizes(condition, true)), isStale(model), ...absent] };
}

/** Whether a condition asks how large something is: engines count a text's characters or its bytes, so only we can tell. */
export function asksForSize(condition: WireCondition): boolean {
  return predicatesOf(condition).some((predicate) => 'size' in predicate);
}

/** A condition that holds wherever the given one does, whatever an engine takes for the size of a text. */
function withoutTextSizes(condition: WireCondition, isWanted: boolean): WireCondition {
  if ('and' in condition) return { and: condition.and.map((one) => withoutTextSizes(one, isWanted)) };
  if ('or' in condition) return { or: condition.or.map((one) => withoutTextSizes(one, isWanted)) };
  if ('not' in condition) return { not: withoutTextSizes(condition.not, !isWanted) };
  if (!('size' in condition)) return condition;
  const { attribute, within } = condition;
  const isText = { attribute, ...(within && { within }), type: 'S' as const };
  return isWanted ? { or: [condition, isText] } : { and: [condition, { not: isText }] };
}
