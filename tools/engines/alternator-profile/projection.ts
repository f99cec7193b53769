import type { WireItem, WireValue } from 'dynamo-evolve';
import { type Place, valueAt } from '../wire-places.js';
import type { Tokens } from './texts.js';

/** The part of an item that a ProjectionExpression names; all of it without one. */
export function project(item: WireItem, projection: unknown, { names }: Tokens): WireItem {
  if (typeof projection !== 'string') return item;
  const places = projection.split(',').map((path) => placeOf(path.trim(), names));
  return picked({ M: item }, places) as WireItem;
}

/** The parts of an item at some places; `undefined` if it has none of them. */
export function partOfItem(item: WireItem, places: readonly Place[]): WireItem | undefined {
  const found = picked({ M: item }, places) as WireItem;
  return Object.keys(found).length > 0 ? found : undefined;
}

function placeOf(path: string, names: Tokens['names']): Place {
  return (path.match(/[^.[\]]+/g) ?? []).map((part) => (/^\d+$/.test(part) ? Number(part) : (names[part] ?? part)));
}

/** Elements of lists close ranks; maps keep the names of what was picked of them. */
function picked(container: WireValue, places: readonly Place[]): Readonly<Record<string, WireValue>> | WireValue[] {
  const parts = [...new Set(places.map(([part]) => part as string | number))];
  const entries = parts.flatMap((part) => {
    const below = places.filter(([first]) => first === part).map(([, ...rest]) => rest);
    const value = valueAt({ it: container }, ['it', part]);
    if (value === undefined) return [];
    const found = below.some((rest) => rest.length === 0) ? value : partOf(value, below);
    return found === undefined ? [] : [[part, found] as const];
  });
  if ('M' in container) return Object.fromEntries(entries);
  return entries.toSorted(([a], [b]) => Number(a) - Number(b)).map(([, value]) => value);
}

/** A map or list with what it has of the places; `undefined` if it has none of them. */
function partOf(value: WireValue, places: readonly Place[]): WireValue | undefined {
  const found = picked(value, places);
  if (Object.keys(found).length === 0) return undefined;
  return 'M' in value ? { M: found as WireItem } : { L: found as WireValue[] };
}
