import type { WireItem, WireValue } from 'dynamo-evolve';
import { type Action, compileCondition, compileUpdate, type Scope } from '../../tools/engines/expressions.js';
import { type Place, valueAt, withValueAt } from '../../tools/engines/wire-places.js';

/** A request for one item, as the SDK's commands carry it. */
export interface EngineRequest {
  readonly operation: string;
  readonly input: EngineInput;
}

export interface EngineInput {
  readonly Key?: WireItem;
  readonly Item?: WireItem;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, WireValue>>;
  readonly ReturnValues?: string;
  readonly ReturnValuesOnConditionCheckFailure?: string;
}

/** What an engine answers: an output, or the name of an error with what it carries. */
export interface EngineResponse {
  readonly output?: { readonly Item?: WireItem; readonly Items?: readonly WireItem[]; readonly Attributes?: WireItem };
  readonly error?: {
    readonly name: string;
    readonly message: string;
    readonly Item?: WireItem;
    readonly $metadata?: { readonly attempts: number };
  };
}

export interface EngineStep {
  /** What is stored afterwards. */
  readonly item: WireItem | undefined;
  readonly response: EngineResponse;
}

/** Done on an item as one indivisible step, as every engine does the operations on one item. */
export function performRequest(item: WireItem | undefined, { operation, input }: EngineRequest): EngineStep {
  if (operation === 'GetItem') return { item, response: { output: item ? { Item: item } : {} } };
  // the search has one item
  if (operation === 'Scan') return { item, response: { output: { Items: item ? [item] : [] } } };
  const scope: Scope = {
    item,
    names: input.ExpressionAttributeNames ?? {},
    values: input.ExpressionAttributeValues ?? {},
  };
  const { ConditionExpression: condition } = input;
  if (condition !== undefined && !compileCondition(condition)(scope)) {
    const withItem = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && item && { Item: item };
    const error = { name: 'ConditionalCheckFailedException', message: 'The conditional request failed', ...withItem };
    return { item, response: { error } };
  }
  if (operation === 'PutItem') return { item: input.Item, response: { output: {} } };
  if (operation === 'DeleteItem') return { item: undefined, response: { output: {} } };
  if (operation === 'UpdateItem') return updateItem(scope, input);
  throw new Error(`the model of the engine doesn't know ${operation}`);
}

/** UpdateItem creates what isn't there. */
function updateItem(scope: Scope, { Key: key = {}, UpdateExpression: update, ReturnValues: wanted }: EngineInput) {
  const { item } = scope;
  let updated: WireItem = item ?? key;
  const actions = compileUpdate(update ?? '');
  // values are those from before; places are removed from the back, so that positions stay what they were
  const ordered = [...actions.filter((one) => one.clause !== 'REMOVE'), ...removals(actions, scope)];
  for (const action of ordered) {
    const changed = perform(action, scope, updated);
    if (changed === undefined) return { item, response: { error: invalidPath } };
    updated = changed;
  }
  const isCreated = item !== undefined || actions.some(({ clause }) => clause === 'SET' || clause === 'ADD');
  const output = wanted === 'ALL_NEW' ? { Attributes: updated } : {};
  return { item: isCreated ? updated : undefined, response: { output } };
}

const invalidPath = {
  name: 'ValidationException',
  message: 'The document path provided in the update expression is invalid for update',
};

function removals(actions: readonly Action[], scope: Scope): Action[] {
  const positionOf = (action: Action) => Number(action.place(scope).at(-1));
  return actions.filter((one) => one.clause === 'REMOVE').toSorted((a, b) => positionOf(b) - positionOf(a) || 0);
}

function perform(action: Action, scope: Scope, item: WireItem): WireItem | undefined {
  const place = action.place(scope);
  if (place.length > 1 && !hasParent(item, place)) return undefined;
  const before = valueAt(scope.item, place);
  const value = action.value(scope);
  if (action.clause === 'ADD') return withValueAt(item, place, added(before, value as WireValue));
  if (action.clause === 'DELETE') return withValueAt(item, place, withoutMembers(before, value as WireValue));
  if (action.clause === 'REMOVE' && valueAt(item, place) === undefined) return item;
  return withValueAt(item, place, value);
}

function hasParent(item: WireItem, place: Place): boolean {
  const parent = valueAt(item, place.slice(0, -1));
  return parent !== undefined && (typeof place.at(-1) === 'number' ? 'L' in parent : 'M' in parent);
}

function added(before: WireValue | undefined, value: WireValue): WireValue {
  if (before === undefined) return value;
  if ('N' in before && 'N' in value) return { N: String(Number(before.N) + Number(value.N)) };
  if ('SS' in before && 'SS' in value) return { SS: [...new Set([...before.SS, ...value.SS])] };
  if ('NS' in before && 'NS' in value) return { NS: [...new Set([...before.NS, ...value.NS])] };
  throw new Error("the model of the engine can't ADD these");
}

function withoutMembers(before: WireValue | undefined, value: WireValue): WireValue | undefined {
  if (before === undefined) return undefined;
  if ('SS' in before && 'SS' in value) return setOf('SS', before.SS, value.SS);
  if ('NS' in before && 'NS' in value) return setOf('NS', before.NS, value.NS);
  throw new Error("the model of the engine can't DELETE these");
}

function setOf(type: 'SS' | 'NS', members: readonly string[], without: readonly string[]): WireValue | undefined {
  const left = members.filter((one) => !without.includes(one));
  return left.length === 0 ? undefined : ({ [type]: left } as unknown as WireValue);
}
