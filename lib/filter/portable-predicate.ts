import type { WireValue } from '../codec/wire.js';
import {
  isPath,
  type WireCondition,
  type WireOperand,
  type WirePath,
  type WirePredicate,
  type WireSubject,
} from '../codec/wire-condition.js';

/** How many numbers of `in` are compared one by one. More would exceed the operators of an expression. */
const mostNumbers = 50;

const orders = ['lt', 'lte', 'gt', 'gte'] as const;

/**
 * A condition that means the same as a predicate, in a form that every engine understands alike:
 *
 * - ScyllaDB compares numbers by their text in `=` and `IN`, and sets in their order in `<>`. `BETWEEN` compares values.
 * - dynalite treats two absent values as equal, orders values that have no order, and ends in an internal error if an
 *   attribute that is an operand is absent or of another type. So the type of such an operand is checked first.
 */
export function portablePredicate(predicate: WirePredicate): WireCondition {
  if ('exists' in predicate || 'type' in predicate || 'isCommonDate' in predicate) return predicate;
  if ('contains' in predicate) return predicate;
  if ('beginsWith' in predicate) {
    const { beginsWith: start } = predicate;
    return isPath(start) ? { and: [hasType(start, ['S', 'B']), predicate] } : predicate;
  }
  if ('ne' in predicate) {
    const { ne, ...subject } = predicate;
    return { not: portablePredicate({ ...subject, eq: ne }) };
  }
  if ('eq' in predicate) {
    const { eq, ...subject } = predicate;
    return equals(subject, eq);
  }
  if ('in' in predicate) return isAmong(predicate);
  if ('between' in predicate) {
    const { between, ...subject } = predicate;
    const [from, to] = between;
    if (!isPath(from) && !isPath(to)) return predicate;
    return { and: [portablePredicate({ ...subject, gte: from }), portablePredicate({ ...subject, lte: to })] };
  }
  const order = orders.find((name) => name in predicate) as (typeof orders)[number];
  const operand = (predicate as unknown as Record<string, WireOperand>)[order] as WireOperand;
  if (!isPath(operand)) return predicate;
  return { and: [hasType(operand, predicate.size ? ['N'] : ['S', 'N', 'B']), predicate] };
}

function equals(subject: WireSubject, operand: WireOperand): WireCondition {
  if (!isPath(operand)) {
    return isNumber(operand) && !subject.size
      ? { ...subject, between: [operand, operand] }
      : { ...subject, eq: operand };
  }
  const number = placeOf(operand);
  const { dates: _, ...plain } = subject;
  const isSameNumber = { and: [hasType(operand, ['N']), { ...plain, between: [number, number] as const }] };
  if (subject.size) return isSameNumber;
  return {
    or: [
      {
        and: [
          { ...placeOf(operand), exists: true },
          { ...subject, eq: operand },
        ],
      },
      isSameNumber,
    ],
  };
}

function isAmong(predicate: WireSubject & { readonly in: readonly WireOperand[] }): WireCondition {
  const { in: operands, ...subject } = predicate;
  const numbers = operands.filter(isNumber);
  const areCompared = numbers.length <= mostNumbers && !subject.size;
  const alone = operands.filter((operand) => isPath(operand) || (areCompared && isNumber(operand)));
  if (alone.length === 0) return predicate;
  const listed = operands.filter((operand) => !alone.includes(operand));
  const conditions = alone.map((operand) => equals(subject, operand));
  return { or: listed.length > 0 ? [...conditions, { ...subject, in: listed }] : conditions };
}

function hasType(operand: WirePath, types: readonly ('S' | 'N' | 'B')[]): WireCondition {
  const conditions = types.map((type) => ({ ...placeOf(operand), type }));
  return conditions.length === 1 ? (conditions[0] as WireCondition) : { or: conditions };
}

function placeOf({ attribute, within }: WirePath): WirePath {
  return { attribute, ...(within && { within }) };
}

function isNumber(operand: WireOperand): operand is WireValue & { readonly N: string } {
  return !isPath(operand) && 'N' in operand;
}
