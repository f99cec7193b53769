import { addNumbers } from '../codec/number.js';
import { memberTexts, type SetMembers, setMembers, setOf } from '../codec/set-members.js';
import { valueWithin, type WireItem, type WireValue } from '../codec/wire.js';
import { setOwn } from '../item/own-value.js';
import type { WireChange } from './update.js';

/** What came of changes in memory: the item, or the change that can't be done, and why. */
export type AppliedUpdate =
  { readonly item: WireItem } | { readonly refused: WireChange; readonly because: 'no parent' | 'other type' };

type Part = string | number;

/**
 * Does to an item in canonical notation what an engine does with the clauses of an UpdateItem: all see the values as
 * they were.
 */
export function applyUpdate(before: WireItem, changes: readonly WireChange[]): AppliedUpdate {
  const root = { M: { ...before } };
  // maps and lists that are copies already: each is copied once, whatever happens in it
  const copies = new Set<object>([root.M]);
  for (const change of inEngineOrder(changes)) {
    const path = [change.attribute, ...(change.within ?? [])];
    const old = valueWithin({ M: before }, path);
    const value = newValue(change, old);
    if (value === mismatch) return { refused: change, because: 'other type' };
    if (value === undefined && old === undefined && hasParent(before, path)) continue;
    if (!assign(root, path, value, copies)) return { refused: change, because: 'no parent' };
  }
  return { item: root.M };
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
  const [before, more] = [setMembers(old), setMembers(added)];
  if (before?.type !== more?.type || !before || !more) return mismatch;
  return setOf(before.type, [...before.members, ...membersWithout(more, before)]);
}

function difference(old: WireValue, removed: WireValue): WireValue | undefined | typeof mismatch {
  const [before, fewer] = [setMembers(old), setMembers(removed)];
  if (before?.type !== fewer?.type || !before || !fewer) return mismatch;
  const left = membersWithout(before, fewer);
  return left.length === 0 ? undefined : setOf(before.type, left);
}

function membersWithout(set: SetMembers, others: SetMembers): SetMembers['members'] {
  const texts = memberTexts(set);
  const other = new Set(memberTexts(others));
  return set.members.filter((_, at) => !other.has(texts[at] as string));
}

function hasParent(item: WireItem, path: readonly Part[]): boolean {
  const parent = valueWithin({ M: item }, path.slice(0, -1));
  return parent !== undefined && (typeof path.at(-1) === 'number' ? 'L' in parent : 'M' in parent);
}

/**
 * Puts a value at a place, or takes it away there, copying what is on the way; `false` if there is nothing to put it
 * into.
 */
function assign(root: WireValue, path: readonly Part[], value: WireValue | undefined, copies: Set<object>): boolean {
  let container: WireValue = root;
  for (const part of path.slice(0, -1)) {
    const below: WireValue | undefined = valueWithin(container, [part]);
    if (below === undefined) return false;
    const copy = copied(below, copies);
    if (copy !== below) put(container, part, copy);
    container = copy;
  }
  const last = path.at(-1) as Part;
  if (typeof last === 'number' ? !('L' in container) : !('M' in container)) return false;
  put(container, last, value);
  return true;
}

/** A map or list that may be changed. */
function copied(value: WireValue, copies: Set<object>): WireValue {
  const content = 'M' in value ? value.M : 'L' in value ? value.L : undefined;
  if (content === undefined || copies.has(content)) return value;
  const copy = 'M' in value ? { M: { ...value.M } } : { L: [...(content as readonly WireValue[])] };
  copies.add('M' in copy ? copy.M : copy.L);
  return copy;
}

function put(container: WireValue, part: Part, value: WireValue | undefined): void {
  if (typeof part === 'number') {
    const { L: list } = container as { readonly L: WireValue[] };
    if (value === undefined) list.splice(part, 1);
    // beyond the end means at the end
    else if (part >= list.length) list.push(value);
    else list[part] = value;
  } else {
    const map = (container as { readonly M: WireItem }).M as Record<string, WireValue>;
    if (value === undefined) delete map[part];
    else setOwn(map, part, value);
  }
}
