import type { WireItem, WireValue } from 'dynamo-evolve';

/** A place of an item: an attribute's name, and names and positions below it. */
export type Place = readonly (string | number)[];

/** The value at a place; `undefined` if there is none. */
export function valueAt(item: WireItem | undefined, place: Place): WireValue | undefined {
  return place.reduce<WireValue | undefined>(member, item && { M: item });
}

function member(value: WireValue | undefined, part: string | number): WireValue | undefined {
  if (value === undefined) return undefined;
  if (typeof part === 'number') return 'L' in value ? value.L[part] : undefined;
  return 'M' in value && Object.hasOwn(value.M, part) ? value.M[part] : undefined;
}

/** An item with another value at a place; `undefined` if there is nothing to put it into. */
export function withValueAt(item: WireItem, place: Place, value: WireValue | undefined): WireItem | undefined {
  const changed = changedBelow({ M: item }, place, value);
  return changed && 'M' in changed ? changed.M : undefined;
}

function changedBelow(
  container: WireValue | undefined,
  place: Place,
  value: WireValue | undefined,
): WireValue | undefined {
  const [part, ...rest] = place;
  if (part === undefined) return value;
  if (container === undefined) return undefined;
  if (typeof part === 'number') return 'L' in container ? changedList(container.L, part, rest, value) : undefined;
  if (!('M' in container)) return undefined;
  const entries = new Map(Object.entries(container.M));
  const below = changedBelow(entries.get(part), rest, value);
  if (below !== undefined) entries.set(part, below);
  else if (rest.length > 0) return undefined;
  else entries.delete(part);
  return { M: Object.fromEntries(entries) };
}

function changedList(list: readonly WireValue[], at: number, rest: Place, value: WireValue | undefined) {
  const below = changedBelow(list[at], rest, value);
  if (below === undefined) return rest.length > 0 ? undefined : { L: list.filter((_, index) => index !== at) };
  // beyond the end means at the end
  return at < list.length ? { L: list.with(at, below) } : { L: [...list, below] };
}

/** A text that is the same for equal values: the order of names and of sets' members says nothing. */
export function canonicalText(value: WireValue | WireItem | undefined): string {
  return JSON.stringify(value ?? null, (name, one: unknown) => {
    if (one instanceof Uint8Array) return Buffer.from(one).toString('base64');
    if (Array.isArray(one)) return ['SS', 'NS', 'BS'].includes(name) ? one.map(sortable).toSorted() : one;
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}

const sortable = (one: unknown) => (one instanceof Uint8Array ? Buffer.from(one).toString('base64') : String(one));
