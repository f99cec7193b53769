import type { WireItem, WireValue } from 'dynamo-evolve';
import { compileCondition } from '../expressions.js';
import { partOfItem } from './projection.js';
import { beyondProfile, EngineRefusal, invalid, Refusal } from './refusal.js';
import type { ProfileTable } from './table-catalog.js';
import { asHandedOut, byValue, textsAfterUpdate, tokensOf, withTextsOf } from './texts.js';
import { withStoredMembers } from './set-members.js';
import { onlyTakesAway, readsBeforeWriting, updateActions } from './update-clauses.js';
import type { Answer, Body, Upstream } from './upstream.js';

export type WriteOperation = 'PutItem' | 'UpdateItem' | 'DeleteItem';

/** What Alternator would do with a write, given what is stored. */
type Verdict = 'as the engine says' | 'refused' | 'without the condition' | { readonly unreadable: string };

const forbidden =
  "Read-modify-write operations are disabled by 'forbid_rmw' write isolation policy. Refer to " +
  'https://github.com/scylladb/scylla/blob/master/docs/alternator/alternator.md#write-isolation-policies for more information.';

/**
 * Does a write as Alternator does it. Writes come one after the other: what was read stays true until the write is
 * done.
 */
export async function writeItem(
  upstream: Upstream,
  table: ProfileTable,
  operation: WriteOperation,
  body: Body,
): Promise<Answer> {
  if (table.isReadModifyWriteForbidden && isReadModifyWrite(operation, body)) throw invalid(forbidden);
  refuseIndexKeys(table, body);
  const sent = (body.Item ?? body.Key) as WireItem;
  const key = table.keyOf(sent);
  const found = await storedItem(upstream, table, body.TableName ?? '', key);
  const isOther = found !== undefined && !table.isSpelledAs(key, found);
  const before = isOther ? undefined : found;
  const verdict = judge(body, before);
  if (typeof verdict === 'object') {
    await validate(upstream, table, operation, body);
    throw beyondProfile(verdict.unreadable);
  }
  if (verdict === 'refused') {
    // what is wrong with a request is told whether its condition holds or not
    await validate(upstream, table, operation, body);
    throw conditionFailed(body, before);
  }
  if (isOther && operation === 'DeleteItem') return { status: 200, body: {} };
  if (!before && operation === 'UpdateItem' && onlyTakesAway(body, Object.keys(key))) {
    // makes no item, unlike any other update
    if (body.AttributeUpdates === undefined) await validate(upstream, table, operation, body);
    return { status: 200, body: {} };
  }
  if (isOther) throw beyondProfile('it cannot keep two items whose number keys differ in their notation alone');

  const wanted = verdict === 'without the condition' ? withoutCondition(body) : body;
  const request = withStoredMembers(wanted, before);
  const answer = await upstream.send(operation, request);
  if (answer.status !== 200) return body.Expected === undefined ? refusedByEngine(answer, body, before) : answer;
  const after = operation === 'DeleteItem' ? undefined : await upstream.item(body.TableName ?? '', key);
  const now = after && textsNow(operation, after, before, body);
  table.note(key, now);
  return { ...answer, body: withTexts(answer.body, body, before, now) };
}

/** What becomes of an attribute, in a request without expressions. */
interface LegacyUpdate {
  readonly Action?: string;
  readonly Value?: WireValue;
}

/** The key of an index keeps its type, even where the stored item has another: it may be older than the index. */
function refuseIndexKeys(table: ProfileTable, body: Body): void {
  const { names, values } = tokensOf(body);
  const set = updateActions(body.UpdateExpression ?? '').flatMap(({ clause, place: [name = '', ...below], value }) =>
    clause === 'SET' && below.length === 0 ? [[names[name] ?? name, values[value]] as const] : [],
  );
  const put = Object.entries((body.AttributeUpdates ?? {}) as Record<string, LegacyUpdate>).map(
    ([name, { Value: value }]) => [name, value] as const,
  );
  const item = Object.entries((body.Item ?? {}) as WireItem);
  const written = new Map<string, WireValue | undefined>([...item, ...put, ...set]);
  for (const [name, type] of Object.entries(table.indexKeyTypes)) {
    const value = written.get(name);
    if (value === undefined || type in value) continue;
    const [found] = Object.keys(value);
    throw invalid(`Type mismatch: expected type ${type} for GSI or LSI key attribute ${name}, got type ${found}`);
  }
}

/** Throws what the engine behind finds wrong with a write, and never does it: its condition doesn't hold. */
export async function validate(
  upstream: Upstream,
  table: ProfileTable,
  operation: WriteOperation,
  body: Body,
): Promise<void> {
  refuseIndexKeys(table, body);
  const { ConditionExpression: condition, ExpressionAttributeNames: names } = body;
  const never = 'attribute_exists(#inTheProfile) AND attribute_not_exists(#inTheProfile)';
  const answer = await upstream.send(operation, {
    ...body,
    ConditionExpression: condition === undefined ? never : `${never} AND ${inBrackets(condition)}`,
    ExpressionAttributeNames: { ...(names as object | undefined), '#inTheProfile': table.partitionKey },
  });
  const text = JSON.stringify(answer.body);
  if (answer.status === 200) throw beyondProfile('a write was done that was to be validated');
  if (text.includes('#ConditionalCheckFailedException') || /maximum allowed size/.test(text)) return;
  throw new EngineRefusal(answer);
}

/** A condition that AND can follow; the engine behind refuses brackets that change nothing. */
function inBrackets(condition: string): string {
  let [depth, isAlternative] = [0, false];
  for (const [token] of condition.matchAll(/[()]|\bOR\b/gi)) {
    if (token === '(') depth++;
    else if (token === ')') depth--;
    else isAlternative ||= depth === 0;
  }
  return isAlternative ? `(${condition})` : condition;
}

/** An item as it is stored now, with the texts that Alternator would have kept. */
async function storedItem(
  upstream: Upstream,
  table: ProfileTable,
  name: string,
  key: WireItem,
): Promise<WireItem | undefined> {
  const item = await upstream.item(name, key);
  return item && table.dressed(item);
}

function textsNow(operation: WriteOperation, after: WireItem, before: WireItem | undefined, body: Body): WireItem {
  return operation === 'PutItem' ? asHandedOut(body.Item as WireItem) : textsAfterUpdate(after, before, body);
}

function isReadModifyWrite(operation: WriteOperation, body: Body): boolean {
  const { ConditionExpression: condition, ReturnValues: wanted = 'NONE', UpdateExpression: update } = body;
  if (condition !== undefined || body.Expected !== undefined) return true;
  if (operation !== 'UpdateItem') return wanted === 'ALL_OLD';
  const legacy = Object.values((body.AttributeUpdates ?? {}) as Record<string, LegacyUpdate>);
  const reads = ({ Action: action, Value: value }: LegacyUpdate) => action === 'ADD' || (action === 'DELETE' && value);
  if (legacy.some(reads)) return true;
  return (wanted !== 'NONE' && wanted !== 'UPDATED_NEW') || readsBeforeWriting(update ?? '');
}

/**
 * Evaluates the condition by text and by value. Where both agree the engine decides, where only the text differs we do.
 */
function judge(body: Body, item: WireItem | undefined): Verdict {
  const { ConditionExpression: condition } = body;
  if (condition === undefined) return 'as the engine says';
  const { names, values } = tokensOf(body);
  let holds;
  try {
    holds = compileCondition(condition);
  } catch (error) {
    return { unreadable: `it cannot read a condition: ${(error as Error).message}` };
  }
  const byText = holds({ item, names, values });
  const byNumber = holds({ item: item && byValue(item), names, values: byValue(values) });
  if (byText === byNumber) return byText ? 'as the engine says' : 'refused';
  return byText ? 'without the condition' : 'refused';
}

/** A condition, compiled; loud where the profile can't read it. */
export function readCondition(text: string): ReturnType<typeof compileCondition> {
  try {
    return compileCondition(text);
  } catch (error) {
    throw beyondProfile(`it cannot read an expression: ${(error as Error).message}`);
  }
}

function conditionFailed(body: Body, item: WireItem | undefined): Refusal {
  const isWanted = body.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
  return new Refusal(
    'ConditionalCheckFailedException',
    'The conditional request failed',
    isWanted && item ? { Item: item } : {},
  );
}

function withoutCondition(body: Body): Body {
  const rest = without(body, ['ConditionExpression', 'ReturnValuesOnConditionCheckFailure']);
  return withUsedTokens(rest, [body.UpdateExpression ?? '']);
}

/** A request without some of its members. */
export function without(body: Body, members: readonly string[]): Body {
  return Object.fromEntries(Object.entries(body).filter(([member]) => !members.includes(member)));
}

/** A request with the names and values that its expressions use: engines refuse any others. */
export function withUsedTokens(body: Body, expressions: readonly string[]): Body {
  const used = new Set(expressions.flatMap((text) => text.match(/[#:]\w+/g) ?? []));
  const rest = without(body, ['ExpressionAttributeNames', 'ExpressionAttributeValues']);
  const { names, values } = tokensOf(body);
  const usedOf = (all: object) => Object.fromEntries(Object.entries(all).filter(([token]) => used.has(token)));
  const [usedNames, usedValues] = [usedOf(names), usedOf(values)];
  return {
    ...rest,
    ...(Object.keys(usedNames).length > 0 && { ExpressionAttributeNames: usedNames }),
    ...(Object.keys(usedValues).length > 0 && { ExpressionAttributeValues: usedValues }),
  };
}

function refusedByEngine(answer: Answer, body: Body, before: WireItem | undefined): Answer {
  const isCondition = JSON.stringify(answer.body).includes('#ConditionalCheckFailedException');
  if (isCondition) {
    const stored = before ? 'an item that it knows' : 'no item';
    throw beyondProfile(`it and DynamoDB Local disagree about ${body.ConditionExpression} on ${stored}`);
  }
  return answer;
}

/** What a write returns, with our texts in it. */
function withTexts(answer: Body, body: Body, before: WireItem | undefined, now: WireItem | undefined): Body {
  const { Attributes: attributes, ...rest } = answer;
  if (attributes === undefined) return rest;
  const source = body.ReturnValues?.endsWith('_OLD') ? before : now;
  const all = withTextsOf(attributes as WireItem, source);
  if (!body.ReturnValues?.startsWith('UPDATED_') || body.UpdateExpression === undefined) {
    return { ...rest, Attributes: all };
  }
  const { names } = tokensOf(body);
  const changed = updateActions(body.UpdateExpression).map(({ place }) =>
    place.map((part) => (/^\d+$/.test(part) ? Number(part) : (names[part] ?? part))),
  );
  const part = partOfItem(source ?? all, changed);
  return part ? { ...rest, Attributes: part } : rest;
}
