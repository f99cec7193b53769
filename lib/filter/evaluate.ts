import { isCommonDate } from '../codec/date-text.js';
import { valueWithin, wireBytes, type WireValue } from '../codec/wire.js';
import {
  isPath,
  type WireCondition,
  type WireOperand,
  type WirePath,
  type WirePredicate,
} from '../codec/wire-condition.js';
import { orderOfDates } from './dates.js';
import { hasMember, isSame, orderOf, sizeOf, wireTypeOf } from './compare.js';

/** The stored value of an attribute; `undefined` if there is none. */
export type AttributeValues = (attribute: string) => WireValue | undefined;

/**
 * Whether a condition holds on an item: exactly as an engine would say, except that dates are compared by their times.
 */
export function isTrueOf(condition: WireCondition, values: AttributeValues): boolean {
  if ('and' in condition) return condition.and.every((one) => isTrueOf(one, values));
  if ('or' in condition) return condition.or.some((one) => isTrueOf(one, values));
  if ('not' in condition) return !isTrueOf(condition.not, values);
  return isPredicateTrue(condition, values);
}

function isPredicateTrue(predicate: WirePredicate, values: AttributeValues): boolean {
  const found = valueOf(predicate, values);
  if ('exists' in predicate) return (found !== undefined) === predicate.exists;
  if ('type' in predicate) return found !== undefined && wireTypeOf(found) === predicate.type;
  if ('isCommonDate' in predicate) {
    return found !== undefined && 'S' in found && isCommonDate(found.S) === predicate.isCommonDate;
  }
  const operand = (one: WireOperand) => (isPath(one) ? valueOf(one, values) : one);
  if ('contains' in predicate) return contains(found, operand(predicate.contains));
  if ('beginsWith' in predicate) return beginsWith(found, operand(predicate.beginsWith));

  const subject = predicate.size ? measured(found) : found;
  // a comparison with what is absent or of another type is false, but for this one: it is what it is not
  if ('ne' in predicate) return !isSame(subject, operand(predicate.ne));
  if ('eq' in predicate) return isSame(subject, operand(predicate.eq));
  if ('in' in predicate) return predicate.in.some((one) => isSame(subject, operand(one)));
  const compare = predicate.dates ? orderOfDates : orderOf;
  const isOrdered = (one: WireOperand, accepts: (order: number) => boolean) => {
    const other = operand(one);
    const order = subject !== undefined && other !== undefined ? compare(subject, other) : undefined;
    return order !== undefined && accepts(order);
  };
  if ('lt' in predicate) return isOrdered(predicate.lt, (order) => order < 0);
  if ('lte' in predicate) return isOrdered(predicate.lte, (order) => order <= 0);
  if ('gt' in predicate) return isOrdered(predicate.gt, (order) => order > 0);
  if ('gte' in predicate) return isOrdered(predicate.gte, (order) => order >= 0);
  const [from, to] = predicate.between;
  return isOrdered(from, (order) => order >= 0) && isOrdered(to, (order) => order <= 0);
}

/** The value at a place; dates in the notation that they are written in. */
function valueOf({ attribute, dates, within = [] }: WirePath, values: AttributeValues): WireValue | undefined {
  const found = valueWithin(values(attribute), within);
  return (found && dates?.(found)) ?? found;
}

function measured(value: WireValue | undefined): WireValue | undefined {
  const size = value && sizeOf(value);
  return size === undefined ? undefined : { N: String(size) };
}

function contains(value: WireValue | undefined, part: WireValue | undefined): boolean {
  if (value === undefined || part === undefined) return false;
  if ('S' in value) return 'S' in part && value.S.includes(part.S);
  if ('B' in value) return 'B' in part && bytesOf(value.B).includes(bytesOf(part.B));
  return hasMember(value, part);
}

function beginsWith(value: WireValue | undefined, start: WireValue | undefined): boolean {
  if (value === undefined || start === undefined) return false;
  if ('S' in value) return 'S' in start && value.S.startsWith(start.S);
  if (!('B' in value) || !('B' in start)) return false;
  const bytes = bytesOf(start.B);
  return bytesOf(value.B).subarray(0, bytes.length).equals(bytes);
}

function bytesOf(bytes: string | Uint8Array): Buffer {
  return Buffer.from(wireBytes(bytes));
}
