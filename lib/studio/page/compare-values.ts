import type { ShownItem, ShownValue } from '../shown-value.js';

/** Whether two values are the same to the letter; the order of a set means nothing. */
export function isSame(a: ShownValue | undefined, b: ShownValue | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  return JSON.stringify(ordered(a)) === JSON.stringify(ordered(b));
}

/** The value of a name, which may be one that every object inherits. */
export function memberOf(item: ShownItem, name: string): ShownValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

/** An item after attributes were set and removed. */
export function applied(item: ShownItem, set: ShownItem, removed: readonly string[]): ShownItem {
  const gone = new Set(removed);
  const names = [...new Set([...Object.keys(item), ...Object.keys(set)])].filter((name) => !gone.has(name));
  // from entries: an assignment to __proto__ would be none
  return Object.fromEntries(names.map((name) => [name, memberOf(set, name) ?? memberOf(item, name)!]));
}

function ordered(value: ShownValue): unknown {
  if ('SS' in value) return { SS: value.SS.toSorted() };
  if ('NS' in value) return { NS: value.NS.toSorted() };
  if ('BS' in value) return { BS: value.BS.toSorted() };
  if ('L' in value) return { L: value.L.map(ordered) };
  if ('M' in value) {
    const names = Object.keys(value.M).toSorted();
    return ['M', names.map((name) => [name, ordered(value.M[name]!)])];
  }
  return value;
}
