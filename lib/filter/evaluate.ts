import { valueWithin, wireBytes, type WireValue } from '../codec/wire.js';
import {
  isPath,
  type WireCondition,
  type WireOperand,
  type WirePath,
  type WirePredicate,
} from '../codec/wire-condition.js';
import { hasMember, isSame, orderOf, sizeOf, wireTypeOf } from './compare.js';

/** The stored value of an attribute; `undefined` if there is none. */
export type AttributeValues = (attribute: string) => WireValue | undefined;

/** Whether an item meets a condition, exactly as an engine would decide. */
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
  const resolve = (operand: WireOperand) => (isPath(operand) ? valueOf(operand, values) : operand);
  if ('contains' in predicate) return contains(found, resolve(predicate.contains));
  if ('beginsWith' in predicate) return beginsWith(found, resolve(predicate.beginsWith));

  const subject = predicate.size ? measured(found) : found;
  // comparisons with absent values or other types are false, except for `ne`, which negates `eq`
  if ('ne' in predicate) return !isSame(subject, resolve(predicate.ne));
  if ('eq' in predicate) return isSame(subject, resolve(predicate.eq));
  if ('in' in predicate) return predicate.in.some((operand) => isSame(subject, resolve(operand)));
  const isOrdered = (operand: WireOperand, accepts: (order: number) => boolean) => {
    const compared = resolve(operand);
    const order = subject !== undefined && compared !== undefined ? orderOf(subject, compared) : undefined;
    return order !== undefined && accepts(order);
  };
  if ('lt' in predicate) return isOrdered(predicate.lt, (order) => order < 0);
  if ('lte' in predicate) return isOrdered(predicate.lte, (order) => order <= 0);
  if ('gt' in predicate) return isOrdered(predicate.gt, (order) => order > 0);
  if ('gte' in predicate) return isOrdered(predicate.gte, (order) => order >= 0);
  const [from, to] = predicate.between;
  return isOrdered(from, (order) => order >= 0) && isOrdered(to, (order) => order <= 0);
}

/** The value at a place. */
function valueOf({ attribute, within = [] }: WirePath, values: AttributeValues): WireValue | undefined {
  return valueWithin(values(attribute), within);
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
