import type { ItemTexts, Text } from './texts.js';

/** Any text: what a write makes up itself. */
export const anyText = '*';

/** What is stored under the keys that a phase is about; a key without an item has none. */
export type State = ReadonlyMap<string, ItemTexts>;

/** What a call that resolved has done to one item, at one moment between its start and its end. */
export interface Effect {
  /** Where the item is. */
  readonly slot: string;
  /** Effects of the same entity come one after another, in the order of the calls. */
  readonly entity?: object;
  /** The items that it can have become; none if the call can't have resolved on this one. */
  readonly apply: (item: ItemTexts | undefined) => readonly (ItemTexts | undefined)[];
}

/** Where effects can lead, one after another in any order: the states at the end, and all on the way. */
export interface Outcomes {
  readonly last: readonly State[];
  readonly all: readonly State[];
}

export function outcomesOf(start: State, effects: readonly Effect[]): Outcomes {
  const all = new Map<string, State>();
  const last = new Map<string, State>();
  const seen = new Set<string>();
  const go = (state: State, remaining: readonly Effect[]): void => {
    const text = stateText(state);
    const place = `${remaining.map((effect) => effects.indexOf(effect)).join()} ${text}`;
    if (seen.has(place)) return;
    seen.add(place);
    all.set(text, state);
    if (remaining.length === 0) last.set(text, state);
    for (const [at, effect] of remaining.entries()) {
      const isTurn = !remaining.slice(0, at).some(({ entity }) => entity && entity === effect.entity);
      if (!isTurn) continue;
      const others = remaining.filter((other) => other !== effect);
      for (const item of effect.apply(state.get(effect.slot))) go(withItem(state, effect.slot, item), others);
    }
  };
  go(start, effects);
  return { last: [...last.values()], all: [...all.values()] };
}

function withItem(state: State, slot: string, item: ItemTexts | undefined): State {
  const next = new Map(state);
  if (item) next.set(slot, item);
  else next.delete(slot);
  return next;
}

/** An item with some attributes changed; `undefined` stands for none. */
export function changed(item: ItemTexts, changes: Iterable<readonly [string, Text | undefined]>): ItemTexts {
  const next = new Map(item);
  for (const [name, text] of changes) {
    if (text === undefined) next.delete(name);
    else next.set(name, text);
  }
  return next;
}

/** Every choice of one of the options for each name. */
export function combinations<Value>(options: ReadonlyMap<string, readonly Value[]>): [string, Value][][] {
  let all: [string, Value][][] = [[]];
  for (const [name, values] of options) {
    all = all.flatMap((chosen) => values.map((value) => [...chosen, [name, value] as [string, Value]]));
  }
  return all;
}

/** Whether an item is as a state has it. */
function isItem(expected: ItemTexts | undefined, found: ItemTexts | undefined): boolean {
  if (!expected || !found) return expected === found;
  if (expected.size !== found.size) return false;
  return [...expected].every(([name, text]) => found.has(name) && (text === anyText || found.get(name) === text));
}

/** Whether all that is stored is as a state has it. */
export function isState(expected: State, found: State): boolean {
  return expected.size === found.size && [...expected].every(([slot, item]) => isItem(item, found.get(slot)));
}

export function stateText(state: State): string {
  return [...state.entries()]
    .toSorted(byFirst)
    .map(([slot, item]) => `${slot} ${itemText(item)}`)
    .join('\n');
}

export function itemText(item: ItemTexts | undefined): string {
  return item
    ? [...item]
        .toSorted(byFirst)
        .map(([name, text]) => `${name}=${text}`)
        .join(' ')
    : 'nothing';
}

const byFirst = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : Number(a > b));
