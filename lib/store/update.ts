import type { WireItem, WireValue } from '../codec/wire.js';
import type { WireCondition, WirePath } from '../codec/wire-condition.js';
import { conditionExpression, fitsLimits, lengthFits } from './condition.js';
import { ExpressionTokens, type TokenParams } from './expression-tokens.js';

/** What an update does to one place of an item. */
export type WireChange =
  | (WirePath & { readonly set: WireValue })
  | (WirePath & { readonly remove: true })
  | (WirePath & { readonly add: WireValue })
  | (WirePath & { readonly delete: WireValue });

/** An update as a request carries it. */
export interface UpdateParams extends TokenParams {
  readonly UpdateExpression: string;
  readonly ConditionExpression?: string;
}

const clauses = ['set', 'remove', 'add', 'delete'] as const;

/** Expresses an update; without a condition it is a plain write that also creates. */
export function updateParams(changes: readonly WireChange[], condition: WireCondition | undefined): UpdateParams {
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
    UpdateExpression: used.map((clause) => `${clause.toUpperCase()} ${actions[clause].join(', ')}`).join(' '),
    ...(condition && { ConditionExpression: conditionExpression(condition, tokens) }),
    // last: the expressions make them
    ...tokens.params,
  };
}

/** Whether engines take the expressions of an update. */
export function updateFits({ ConditionExpression: condition = '', UpdateExpression: update }: UpdateParams): boolean {
  return lengthFits(update) && fitsLimits(condition);
}

/** The parts of an update as people read them. */
export interface ReadableUpdate {
  readonly update: string;
  /** Empty if there is none. */
  readonly condition: string;
  /** What `#…` stands for. */
  readonly names: Readonly<Record<string, string>>;
  /** What `:…` stands for. */
  readonly values: WireItem;
}

/** The parts of an update, for people. */
export function readableUpdate(params: UpdateParams): ReadableUpdate {
  const {
    ConditionExpression: condition = '',
    ExpressionAttributeNames: names = {},
    ExpressionAttributeValues: values = {},
    UpdateExpression: update,
  } = params;
  return { update, condition, names, values };
}
