import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { requestItem, requestValue, type WireItem, type WireValue } from '../codec/wire.js';
import type { WireCondition, WirePath } from '../codec/wire-condition.js';
import { conditionParams } from './condition.js';

/** What an update does to one place of an item. */
export type WireChange =
  | (WirePath & { readonly set: WireValue })
  | (WirePath & { readonly remove: true })
  | (WirePath & { readonly add: WireValue })
  | (WirePath & { readonly delete: WireValue });

const clauses = ['set', 'remove', 'add', 'delete'] as const;

/** An UpdateItem request; with an empty condition it is a plain write that also creates. */
export function updateParams(
  table: string,
  key: WireItem,
  changes: readonly WireChange[],
  condition: WireCondition | undefined,
): UpdateItemCommandInput & { UpdateExpression: string } {
  const names: Record<string, string> = {};
  const values: Record<string, WireValue> = {};
  const tokens = new Map<string, string>();
  const nameToken = (name: string) => {
    const token = tokens.get(name) ?? `#u${tokens.size}`;
    tokens.set(name, token);
    names[token] = name;
    return token;
  };
  const pathOf = ({ attribute, within = [] }: WirePath) =>
    nameToken(attribute) +
    within.map((part) => (typeof part === 'number' ? `[${part}]` : `.${nameToken(part)}`)).join('');
  const valueToken = (value: WireValue) => {
    const token = `:u${Object.keys(values).length}`;
    values[token] = requestValue(value);
    return token;
  };

  const actions = { set: [], remove: [], add: [], delete: [] } as Record<(typeof clauses)[number], string[]>;
  for (const change of changes) {
    const path = pathOf(change);
    if ('set' in change) actions.set.push(`${path} = ${valueToken(change.set)}`);
    else if ('remove' in change) actions.remove.push(path);
    else if ('add' in change) actions.add.push(`${path} ${valueToken(change.add)}`);
    else actions.delete.push(`${path} ${valueToken(change.delete)}`);
  }
  const used = clauses.filter((clause) => actions[clause].length > 0);
  const conditional = condition && conditionParams(condition);
  const allValues = { ...values, ...conditional?.ExpressionAttributeValues };
  return {
    TableName: table,
    Key: requestItem(key) as never,
    UpdateExpression: used.map((clause) => `${clause.toUpperCase()} ${actions[clause].join(', ')}`).join(' '),
    ExpressionAttributeNames: { ...names, ...conditional?.ExpressionAttributeNames },
    ...(Object.keys(allValues).length > 0 && { ExpressionAttributeValues: allValues as never }),
    ...(conditional && {
      ConditionExpression: conditional.ConditionExpression,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    }),
  };
}
