import type { Body } from './upstream.js';

/** One action of an UpdateExpression, as text. */
export interface UpdateAction {
  readonly clause: 'SET' | 'REMOVE' | 'ADD' | 'DELETE';
  /** The tokens of the place it changes: names and positions. */
  readonly place: readonly string[];
  /** What it is set to; empty for REMOVE. */
  readonly value: string;
}

/** The actions of an UpdateExpression, in order. */
export function updateActions(expression: string): UpdateAction[] {
  const parts = expression.split(/\b(SET|REMOVE|ADD|DELETE)\b/i).slice(1);
  return parts.flatMap((clause, at) => (at % 2 === 0 ? actionsOf(clause.toUpperCase(), parts[at + 1] ?? '') : []));
}

function actionsOf(name: string, text: string): UpdateAction[] {
  const clause = name as UpdateAction['clause'];
  // not at the commas inside of a function's brackets
  return text.split(/,(?![^(]*\))/).map((action) => {
    const [, place = '', value = ''] = /^\s*([^\s=]+)\s*(?:=|\s)?\s*(.*?)\s*$/s.exec(action) ?? [];
    return { clause, place: place.match(/[^.[\]]+/g) ?? [], value };
  });
}

/** Whether an update does nothing but take whole attributes, or members of sets, away, and no keys. */
export function onlyTakesAway(body: Body, keys: readonly string[]): boolean {
  const { AttributeUpdates: updates, ExpressionAttributeNames: tokens, UpdateExpression: expression } = body;
  const names = (tokens ?? {}) as Readonly<Record<string, string>>;
  const actions = Object.values((updates ?? {}) as Record<string, { readonly Action?: string }>);
  const isTaken = updateActions(expression ?? '').map(({ clause, place: [name = '', ...below] }) => {
    const takes = clause === 'REMOVE' || clause === 'DELETE';
    return takes && below.length === 0 && !keys.includes(names[name] ?? name);
  });
  const all = [...isTaken, ...actions.map(({ Action: action }) => action === 'DELETE')];
  return all.length > 0 && all.every(Boolean);
}

/** Whether an update needs to know what is stored: Alternator counts it to the conditional writes then. */
export function readsBeforeWriting(expression: string): boolean {
  return updateActions(expression).some(
    ({ clause, place, value }) =>
      clause === 'ADD' || clause === 'DELETE' || place.length > 1 || (clause === 'SET' && !/^:\w+$/.test(value)),
  );
}
