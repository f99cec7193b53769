import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { requestItem, type WireItem, type WireValue } from '../codec/wire.js';
import type { WireCondition, WirePath } from '../codec/wire-condition.js';
import { conditionExpression } from './condition.js';
import { ExpressionTokens } from './expression-tokens.js';

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
  const tokens = new ExpressionTokens();
  const actions = { set: [], remove: [], add: [], delete: [] } as Record<(typeof clauses)[number], string[]>;
  for (const change of changes) {
    const path = tokens.path(change);
    if ('set' in change) actions.set.push(`${path} = ${tokens.value(change.set)}`);
    else if ('remove' in change) actions.remove.push(path);
    else if ('add' in change) actions.add.push(`${path} ${tokens.value(change.add)}`);
    else actions.delete.push(`${path} ${tokens.value(change.delete)}`);
  }
  const used = clauses.filter((clause) => actions[clause].length > 0);
  return {
    TableName: table,
    Key: requestItem(key) as never,
    UpdateExpression: used.map((clause) => `${clause.toUpperCase()} ${actions[clause].join(', ')}`).join(' '),
    ...(condition && {
      ConditionExpression: conditionExpression(condition, tokens),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    }),
    // last: the expressions make them
    ...tokens.params,
  };
}
