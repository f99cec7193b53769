import type { WireValue } from './wire.js';
import type { WireType } from './wire-types.js';

/** Where a value stands: a stored attribute, by its name, and the way from there into its maps and lists. */
export interface WirePath {
  readonly attribute: string;
  readonly within?: readonly (string | number)[];
  /** Only at a place of dates that are stored as text: such a text is compared by its time. */
  readonly dates?: DatesIn;
}

/** A value with its dates in the notation that they are written in; `undefined` if there are none in it. */
export type DatesIn = (value: WireValue) => WireValue | undefined;

/** What a value is compared with: a wire value, or what stands at another place of the same item. */
export type WireOperand = WireValue | WirePath;

/** What a comparison looks at: the value at a place, or how large it is. */
export interface WireSubject extends WirePath {
  readonly size?: true;
}

/** How a value is compared. */
export type WireComparison =
  | { readonly eq: WireOperand }
  | { readonly ne: WireOperand }
  | { readonly lt: WireOperand }
  | { readonly lte: WireOperand }
  | { readonly gt: WireOperand }
  | { readonly gte: WireOperand }
  | { readonly between: readonly [WireOperand, WireOperand] }
  | { readonly in: readonly WireOperand[] };

/**
 * A condition on one value. `isCommonDate` asks of a text whether it is a date as we write it, in a year of four
 * digits.
 */
export type WirePredicate =
  | (WirePath & { readonly exists: boolean })
  | (WirePath & { readonly type: WireType })
  | (WirePath & { readonly isCommonDate: boolean })
  | (WirePath & { readonly contains: WireOperand })
  | (WirePath & { readonly beginsWith: WireOperand })
  | (WireSubject & WireComparison);

/** A condition on a stored item, by stored names and wire values. */
export type WireCondition =
  | WirePredicate
  | { readonly and: readonly WireCondition[] }
  | { readonly or: readonly WireCondition[] }
  | { readonly not: WireCondition };

/** Whether an operand is a place in the item, not a value. */
export function isPath(operand: WireOperand): operand is WirePath {
  return 'attribute' in operand;
}

/** The operands of a condition on one value. */
export function operandsOf(predicate: WirePredicate): readonly WireOperand[] {
  if ('exists' in predicate || 'type' in predicate || 'isCommonDate' in predicate) return [];
  if ('between' in predicate) return predicate.between;
  if ('in' in predicate) return predicate.in;
  if ('contains' in predicate) return [predicate.contains];
  if ('beginsWith' in predicate) return [predicate.beginsWith];
  if ('eq' in predicate) return [predicate.eq];
  if ('ne' in predicate) return [predicate.ne];
  if ('lt' in predicate) return [predicate.lt];
  if ('lte' in predicate) return [predicate.lte];
  return ['gt' in predicate ? predicate.gt : predicate.gte];
}
