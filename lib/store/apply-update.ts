import { addNumbers } from '../codec/number.js';
import { equalWire, valueAt, type WireItem, type WireValue } from '../codec/wire.js';
import { setOwn } from '../item/own-value.js';
import type { WireChange } from './update.js';

/** What came of changes in memory: the item, or the change that can't be done, and why. */
export type AppliedUpdate =
  { readonly item: WireItem } | { readonly refused: WireChange; readonly because: 'no parent' | 'other type' };

type Part = string | number;

/** Does to an item in canonical notation what an engine does with the clauses of an UpdateItem: all see the values of before. */
export function applyUpdate(before: WireItem, changes: readonly WireChange[]): AppliedUpdate {
  let item = before;
  for (const change of inEngineOrder(changes)) {
    const path = [change.attribute, ...(change.within ?? [])];
    const old = at({ M: before }, path);
    const value = newValue(change, old);
    if (value === mismatch) return { refused: change, because: 'other type' };
    if (value === undefined && old === undefined && hasParent(before, path)) continue;
    const changed = withValue({ M: item }, path, value);
    if (changed === undefined) return { refused: change, because: 'no parent' };
    item = (changed as { readonly M: WireItem }).M;
  }
  return { item };
}

/** Places are removed from the back, so that positions stay what they were. */
function inEngineOrder(changes: readonly WireChange[]): WireChange[] {
  const removals = changes.filter((change) => 'remove' in change);
  return [
    ...changes.filter((change) => !('remove' in change)),
    ...removals.toSorted((a, b) => positionOf(b) - positionOf(a)),
  ];
}

function positionOf({ within = [] }: WireChange): number {
  const last = within.at(-1);
  return typeof last === 'number' ? last : -1;
}

const mismatch = Symbol('mismatch');

function newValue(change: WireChange, old: WireValue | undefined): WireValue | undefined | typeof mismatch {
  if ('set' in change) return change.set;
  if ('remove' in change) return undefined;
  if ('add' in change) return old === undefined ? change.add : sum(old, change.add);
  return old === undefined ? undefined : difference(old, change.delete);
}

function sum(old: WireValue, added: WireValue): WireValue | typeof mismatch {
  if ('N' in old && 'N' in added) {
    const total = addNumbers(old.N, added.N);
    return total === undefined ? mismatch : { N: total };
  }
  const [one, other] = [membersOf(old), membersOf(added)];
  if (one?.type !== other?.type || !one || !other) return mismatch;
  return setOf(one.type, [...one.members, ...other.members.filter((member) => !one.members.some(isSame(member)))]);
}

function difference(old: WireValue, removed: WireValue): WireValue | undefined | typeof mismatch {
  const [one, other] = [membersOf(old), membersOf(removed)];
  if (one?.type !== other?.type || !one || !other) return mismatch;
  const left = one.members.filter((member) => !other.members.some(isSame(member)));
  return left.length === 0 ? undefined : setOf(one.type, left);
}

interface Members {
  readonly type: 'SS' | 'NS' | 'BS';
  /** Each as the value that it would be by itself. */
  readonly members: readonly WireValue[];
}

function membersOf(value: WireValue): Members | undefined {
  if ('SS' in value) return { type: 'SS', members: value.SS.map((S) => ({ S })) };
  if ('NS' in value) return { type: 'NS', members: value.NS.map((N) => ({ N })) };
  return 'BS' in value ? { type: 'BS', members: value.BS.map((B) => ({ B })) } : undefined;
}

function setOf(type: Members['type'], members: readonly WireValue[]): WireValue {
  return { [type]: members.map((member) => Object.values(member)[0] as string) } as unknown as WireValue;
}

const isSame = (value: WireValue) => (other: WireValue) => equalWire(value, other);

/** The value at a place; `undefined` if there is none. */
function at(value: WireValue | undefined, path: readonly Part[]): WireValue | undefined {
  const [part, ...rest] = path;
  if (part === undefined || value === undefined) return value;
  if (typeof part === 'number') return at('L' in value ? value.L[part] : undefined, rest);
  return at('M' in value ? valueAt(value.M, part) : undefined, rest);
}

function hasParent(item: WireItem, path: readonly Part[]): boolean {
  const parent = at({ M: item }, path.slice(0, -1));
  return parent !== undefined && (typeof path.at(-1) === 'number' ? 'L' in parent : 'M' in parent);
}

/** A value with another one at a place below it; `undefined` if there is nothing to put it into. */
function withValue(container: WireValue, path: readonly Part[], value: WireValue | undefined): WireValue | undefined {
  const [part, ...rest] = path as [Part, ...Part[]];
  const old = at(container, [part]);
  const below = rest.length === 0 ? value : old && withValue(old, rest, value);
  if (rest.length > 0 && below === undefined) return undefined;
  if (typeof part === 'number') return 'L' in container ? { L: withElement(container.L, part, below) } : undefined;
  return 'M' in container ? { M: withMember(container.M, part, below) } : undefined;
}

function withElement(list: readonly WireValue[], position: number, value: WireValue | undefined): WireValue[] {
  if (value === undefined) return list.filter((_, index) => index !== position);
  // beyond the end means at the end
  return position < list.length ? list.with(position, value) : [...list, value];
}

function withMember(map: WireItem, name: string, value: WireValue | undefined): WireItem {
  const result: WireItem = { ...map };
  if (value === undefined) delete (result as Record<string, WireValue>)[name];
  else setOwn(result, name, value);
  return result;
}
