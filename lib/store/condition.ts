// by its subpath: the whole library takes two hundred milliseconds to load
import { EntityConditionParser } from 'dynamodb-toolbox/entity/actions/parseCondition';
import { requestValue, type WireValue } from '../codec/wire.js';
import { isPath, type WireCondition, type WireOperand, type WirePath } from '../codec/wire-condition.js';

/** A condition as a request carries it. */
export interface ConditionParams {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, never>;
}

/** What engines take in one expression. */
const longestExpression = 4_096;
const mostOperators = 300;

/** Expresses a condition for a request. Any attribute name will do: dynamodb-toolbox only sees stand-ins for them. */
export function conditionParams(condition: WireCondition): ConditionParams {
  const names: string[] = [];
  const expressed = EntityConditionParser.express(withStandIns(condition, names) as never);
  const { ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues } = expressed;
  const realNames = Object.entries(ExpressionAttributeNames).map(([token, name]) => [
    token,
    names[Number(name.slice(1))],
  ]);
  return {
    ConditionExpression,
    ExpressionAttributeNames: Object.fromEntries(realNames) as Record<string, string>,
    ...(Object.keys(ExpressionAttributeValues).length > 0 && {
      ExpressionAttributeValues: ExpressionAttributeValues as Record<string, never>,
    }),
  };
}

/** Whether engines take an expression: by its length and the number of its operators. */
export function fitsLimits(expression: string): boolean {
  const operators = expression.match(/\b(?:AND|OR|NOT|IN|BETWEEN|SET|REMOVE)\b|<>|[<>]=?|[=,(]/g) ?? [];
  return expression.length <= longestExpression && operators.length <= mostOperators;
}

/**
 * The condition that an attribute is what it was when it was read. A map or list is compared leaf by leaf, because not every
 * engine compares them whole; `whole` does that all the same, where leaves are too many for one expression.
 */
export function unchanged(attribute: string, value: WireValue | undefined, whole = false): WireCondition {
  if (value === undefined) return { attribute, exists: false };
  if (whole) return { attribute, eq: value };
  const leaves: WireCondition[] = [];
  addLeaves({ attribute, within: [] }, value, leaves);
  return leaves.length === 1 ? (leaves[0] as WireCondition) : { and: leaves };
}

function addLeaves(path: Required<WirePath>, value: WireValue, leaves: WireCondition[]): void {
  const below = (name: string | number) => ({ ...path, within: [...path.within, name] });
  if ('M' in value) {
    const entries = Object.entries(value.M);
    leaves.push({ ...path, type: 'M' }, { ...path, size: true, eq: { N: String(entries.length) } });
    for (const [name, one] of entries) addLeaves(below(name), one, leaves);
  } else if ('L' in value) {
    leaves.push({ ...path, type: 'L' }, { ...path, size: true, eq: { N: String(value.L.length) } });
    for (const [at, one] of value.L.entries()) addLeaves(below(at), one, leaves);
  } else {
    leaves.push({ ...path, eq: value });
  }
}

function withStandIns(condition: WireCondition, names: string[]): object {
  if ('and' in condition) return { and: condition.and.map((one) => withStandIns(one, names)) };
  if ('or' in condition) return { or: condition.or.map((one) => withStandIns(one, names)) };
  if ('not' in condition) return { not: withStandIns(condition.not, names) };
  const { attribute, within, size, ...operators } = condition as WirePath & { readonly size?: true };
  const place = standInPath({ attribute, ...(within && { within }) }, names);
  const [[operator, operand]] = Object.entries(operators) as [[string, unknown]];
  return { [size ? 'size' : 'attr']: place, [operator]: withoutNames(operator, operand, names) };
}

function withoutNames(operator: string, operand: unknown, names: string[]): unknown {
  if (operator === 'exists') return operand;
  if (operator === 'type') return { S: operand };
  const express = (one: WireOperand) => (isPath(one) ? { attr: standInPath(one, names) } : requestValue(one));
  return Array.isArray(operand) ? operand.map(express) : express(operand as WireOperand);
}

function standInPath({ attribute, within = [] }: WirePath, names: string[]): string {
  const parts = [attribute, ...within].map((part) =>
    typeof part === 'number' ? `[${part}]` : `.${standIn(part, names)}`,
  );
  return parts.join('').slice(1);
}

/** A name that dynamodb-toolbox reads no path in: `n` and the name's place in the list. */
function standIn(name: string, names: string[]): string {
  if (!names.includes(name)) names.push(name);
  return `n${names.indexOf(name)}`;
}
