// by its subpath: the whole library takes two hundred milliseconds to load
import { EntityConditionParser } from 'dynamodb-toolbox/entity/actions/parseCondition';
import { requestValue, type WireValue } from '../codec/wire.js';

/** A condition on stored attributes, by their stored names, with wire values. */
export type WireCondition =
  | { readonly attribute: string; readonly exists: boolean }
  | { readonly attribute: string; readonly eq: WireValue }
  | { readonly attribute: string; readonly lte: WireValue }
  | { readonly and: readonly WireCondition[] }
  | { readonly or: readonly WireCondition[] };

/** A condition as a request carries it. */
export interface ConditionParams {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, never>;
}

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

function withStandIns(condition: WireCondition, names: string[]): object {
  if ('and' in condition) return { and: condition.and.map((one) => withStandIns(one, names)) };
  if ('or' in condition) return { or: condition.or.map((one) => withStandIns(one, names)) };
  const { attribute, ...rest } = condition;
  if (!names.includes(attribute)) names.push(attribute);
  const attr = `n${names.indexOf(attribute)}`;
  if ('eq' in rest) return { attr, eq: requestValue(rest.eq) };
  if ('lte' in rest) return { attr, lte: requestValue(rest.lte) };
  return { attr, ...rest };
}
