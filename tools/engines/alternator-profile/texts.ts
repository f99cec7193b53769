import type { WireItem, WireValue } from 'dynamo-evolve';
import { itemWithNumbers, shortDecimal, withNumbers } from '../decimals.js';
import { canonicalText, valueAt, withValueAt } from '../wire-places.js';
import { updateActions } from './update-clauses.js';
import type { Body } from './upstream.js';

/** What an expression names, of a request. */
export interface Tokens {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, WireValue>>;
}

export function tokensOf(body: Body): Tokens {
  return {
    names: (body.ExpressionAttributeNames ?? {}) as Tokens['names'],
    values: (body.ExpressionAttributeValues ?? {}) as Tokens['values'],
  };
}

/**
 * An item as Alternator hands it out: numbers at the first level in plain decimal without superfluous zeros, sets of
 * numbers and what is below the first level as they were sent.
 */
export function asHandedOut(item: WireItem): WireItem {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [name, 'N' in value ? withNumbers(value, shortDecimal) : value]),
  );
}

/**
 * What is stored after an update, with the texts of its numbers: those that were sent for what was set, those from
 * before for what stayed, the engine's for what it computed.
 */
export function textsAfterUpdate(stored: WireItem, before: WireItem | undefined, body: Body): WireItem {
  const { names, values } = tokensOf(body);
  let item = withTextsOf(stored, before);
  for (const { clause, place, value } of updateActions(body.UpdateExpression ?? '')) {
    const path = place.map((part) => (/^\d+$/.test(part) ? Number(part) : (names[part] ?? part)));
    const sent = clause === 'SET' ? values[value] : undefined;
    const now = valueAt(item, path);
    // an element beyond the end of a list stands elsewhere: the engine's text will do
    if (sent && now && isSameNumberForNumber(now, sent)) item = withValueAt(item, path, sent) ?? item;
  }
  return asHandedOut(item);
}

/** An item with the texts that another one has for the same numbers at the same places. */
export function withTextsOf(item: WireItem, texts: WireItem | undefined): WireItem {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [name, withTexts(value, texts && valueAt(texts, [name]))]),
  );
}

function withTexts(value: WireValue, text: WireValue | undefined): WireValue {
  if (text === undefined) return value;
  if ('M' in value && 'M' in text) return { M: withTextsOf(value.M, text.M) };
  if ('L' in value && 'L' in text) return { L: value.L.map((one, at) => withTexts(one, text.L[at])) };
  if ('NS' in value && 'NS' in text) return { NS: value.NS.map((member) => textIn(text.NS, member)) };
  return isSameNumberForNumber(value, text) ? text : value;
}

/** The member of a set that is the same number. */
function textIn(set: readonly string[], member: string): string {
  return set.find((one) => shortDecimal(one) === shortDecimal(member)) ?? member;
}

function isSameNumberForNumber(a: WireValue, b: WireValue): boolean {
  return canonicalText(withNumbers(a, shortDecimal)) === canonicalText(withNumbers(b, shortDecimal));
}

/** The same with every number in its shortest notation: what engines that compare by value see. */
export function byValue(item: WireItem): WireItem {
  return itemWithNumbers(item, shortDecimal);
}
