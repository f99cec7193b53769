import type { WireValue } from '../codec/wire.js';
import {
  isPath,
  type WireComparison,
  type WireCondition,
  type WireOperand,
  type WirePath,
  type WirePredicate,
} from '../codec/wire-condition.js';
import { ExpressionTokens, type TokenParams } from './expression-tokens.js';

/** A condition as a request carries it. */
export interface ConditionParams extends TokenParams {
  readonly ConditionExpression: string;
}

/** What engines take in one expression. */
const longestExpression = 4_096;
const mostOperators = 300;

/** Expresses a condition for a request that has no other expressions. */
export function conditionParams(condition: WireCondition): ConditionParams {
  const tokens = new ExpressionTokens();
  return { ConditionExpression: conditionExpression(condition, tokens), ...tokens.params };
}

/** Expresses a condition by tokens. */
export function conditionExpression(condition: WireCondition, tokens: ExpressionTokens): string {
  return joinedExpression(condition, { tokens, isLean: asksForNotation(condition) });
}

interface Expressing {
  readonly tokens: ExpressionTokens;
  /** Whether parentheses stand only where they are needed: dynalite takes twice as long for each level of them. */
  readonly isLean: boolean;
}

function joinedExpression(condition: WireCondition, expressing: Expressing): string {
  if ('and' in condition) return joined(condition.and, 'AND', expressing);
  if ('or' in condition) return joined(condition.or, 'OR', expressing);
  if ('not' in condition) return `NOT (${joinedExpression(condition.not, expressing)})`;
  return predicateExpression(condition, expressing.tokens);
}

function joined(conditions: readonly WireCondition[], operator: 'AND' | 'OR', expressing: Expressing): string {
  const parts = conditions.map((condition) => {
    const part = joinedExpression(condition, expressing);
    // AND binds more tightly than OR
    const isBare = expressing.isLean && (operator === 'OR' || !isAlternative(condition));
    return isBare || conditions.length === 1 ? part : `(${part})`;
  });
  return parts.join(` ${operator} `);
}

function isAlternative(condition: WireCondition): boolean {
  const joins = 'and' in condition ? condition.and : 'or' in condition ? condition.or : [];
  if (joins.length === 1) return isAlternative(joins[0] as WireCondition);
  return 'or' in condition;
}

/** Whether a condition asks how dates are written, which takes many expressions. */
function asksForNotation(condition: WireCondition): boolean {
  if ('and' in condition) return condition.and.some(asksForNotation);
  if ('or' in condition) return condition.or.some(asksForNotation);
  return 'not' in condition ? asksForNotation(condition.not) : 'isCommonDate' in condition;
}

function predicateExpression(predicate: WirePredicate, tokens: ExpressionTokens): string {
  const place = tokens.path(predicate);
  const operandOf = (operand: WireOperand) => (isPath(operand) ? tokens.path(operand) : tokens.value(operand));
  if ('exists' in predicate) return `${predicate.exists ? 'attribute_exists' : 'attribute_not_exists'}(${place})`;
  if ('type' in predicate) return `attribute_type(${place}, ${tokens.value({ S: predicate.type })})`;
  if ('isCommonDate' in predicate) return notationExpression(place, predicate.isCommonDate, tokens);
  if ('contains' in predicate) return `contains(${place}, ${operandOf(predicate.contains)})`;
  if ('beginsWith' in predicate) return `begins_with(${place}, ${operandOf(predicate.beginsWith)})`;
  const subject = predicate.size ? `size(${place})` : place;
  return comparisonExpression(subject, predicate, operandOf);
}

/**
 * Of the notations of dates only ours has 24 characters, T and Z, and begins with a digit: no other one has all of
 * that.
 */
function notationExpression(place: string, isCommonDate: boolean, tokens: ExpressionTokens): string {
  const value = (text: string) => tokens.value({ S: text });
  const contained = `contains(${place}, ${value('T')}) AND contains(${place}, ${value('Z')})`;
  const isOurs = `size(${place}) = ${tokens.value({ N: '24' })} AND ${contained} AND ${place} >= ${value('0')}`;
  return isCommonDate ? isOurs : `attribute_type(${place}, ${value('S')}) AND NOT (${isOurs})`;
}

function comparisonExpression(
  subject: string,
  comparison: WireComparison,
  express: (operand: WireOperand) => string,
): string {
  if ('eq' in comparison) return `${subject} = ${express(comparison.eq)}`;
  if ('ne' in comparison) return `${subject} <> ${express(comparison.ne)}`;
  if ('lt' in comparison) return `${subject} < ${express(comparison.lt)}`;
  if ('lte' in comparison) return `${subject} <= ${express(comparison.lte)}`;
  if ('gt' in comparison) return `${subject} > ${express(comparison.gt)}`;
  if ('gte' in comparison) return `${subject} >= ${express(comparison.gte)}`;
  if ('in' in comparison) return `${subject} IN (${comparison.in.map(express).join(', ')})`;
  const [from, to] = comparison.between;
  return `${subject} BETWEEN ${express(from)} AND ${express(to)}`;
}

/** Whether engines take a condition or filter: by its length and the number of its operators. */
export function fitsLimits(expression: string): boolean {
  // an operator takes a character at least
  if (expression.length <= mostOperators) return true;
  return lengthFits(expression) && operatorCount(expression) <= mostOperators;
}

/** Whether engines take an expression by its length. DynamoDB counts operators in conditions alone. */
export function lengthFits(expression: string): boolean {
  return expression.length <= longestExpression;
}

/**
 * The number of operators as DynamoDB counts them: comparisons, functions, AND, OR, NOT, IN and BETWEEN, whose AND
 * belongs to it. Commas and parentheses don't count.
 */
export function operatorCount(expression: string): number {
  const operators = expression.match(/\b(?:AND|OR|NOT|IN|BETWEEN)\b|<>|[<>]=?|=|\b[a-z_]+\(/g) ?? [];
  const ranges = expression.match(/\bBETWEEN\b/g) ?? [];
  return operators.length - ranges.length;
}

/** Whether engines take a condition in one expression. */
export function conditionFits(condition: WireCondition): boolean {
  // most conditions of writes are so short that they need not be expressed to be measured
  return briefParts(condition) <= 16 || fitsLimits(conditionParams(condition).ConditionExpression);
}

/** The number of comparisons and lists, each of which takes at most 40 characters; infinite if others are among them. */
function briefParts(condition: WireCondition): number {
  const count = (parts: readonly WireCondition[]) => parts.reduce((sum, part) => sum + briefParts(part), 1);
  if ('and' in condition) return count(condition.and);
  if ('or' in condition) return count(condition.or);
  if ('not' in condition || (condition.within && condition.within.length > 0)) return Infinity;
  return 'exists' in condition || ('eq' in condition && !isPath(condition.eq)) ? 1 : Infinity;
}

/**
 * The condition that an attribute is what it was when it was read. A map or list is compared leaf by leaf, because not
 * every engine compares them whole; `whole` does that all the same, where leaves are too many for one expression.
 */
export function unchanged(attribute: string, value: WireValue | undefined, whole = false): WireCondition {
  if (value === undefined) return { attribute, exists: false };
  if (whole) return { attribute, eq: value };
  const leaves: WireCondition[] = [];
  addLeaves({ attribute, within: [] }, value, leaves);
  return leaves.length === 1 ? (leaves[0] as WireCondition) : { and: leaves };
}

function addLeaves(
  path: WirePath & Required<Pick<WirePath, 'within'>>,
  value: WireValue,
  leaves: WireCondition[],
): void {
  const below = (name: string | number) => ({ ...path, within: [...path.within, name] });
  if ('M' in value) {
    const entries = Object.entries(value.M);
    leaves.push({ ...path, type: 'M' }, { ...path, size: true, eq: { N: String(entries.length) } });
    for (const [name, member] of entries) addLeaves(below(name), member, leaves);
  } else if ('L' in value) {
    leaves.push({ ...path, type: 'L' }, { ...path, size: true, eq: { N: String(value.L.length) } });
    for (const [at, member] of value.L.entries()) addLeaves(below(at), member, leaves);
  } else {
    leaves.push({ ...path, eq: value });
  }
}
