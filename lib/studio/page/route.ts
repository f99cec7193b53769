import { useEffect, useState } from 'preact/hooks';
import type { ShownItem } from '../shown-value.js';

/** What of a class is shown. */
export const views = ['items', 'chain', 'operations'] as const;
export type View = (typeof views)[number];

/** What the page shows, as its address says. */
export interface Route {
  readonly entity?: string;
  readonly view?: View | 'item';
  /** The key of the item. */
  readonly key?: ShownItem;
}

/** The address of a view. */
export function linkTo({ entity, key, view }: Route): string {
  if (entity === undefined) return '#/';
  const path = `#/${encodeURIComponent(entity)}/${view ?? 'items'}`;
  return key === undefined ? path : `${path}/${encodeURIComponent(JSON.stringify(key))}`;
}

/** What an address means; the tables if it means nothing. */
function routeOf(hash: string): Route {
  const [, entity = '', view = '', key = ''] = hash.split('/');
  try {
    if (entity === '') return {};
    const found = { entity: decodeURIComponent(entity) };
    if (view === 'item') return { ...found, view, key: JSON.parse(decodeURIComponent(key)) as ShownItem };
    return { ...found, view: views.find((each) => each === view) ?? 'items' };
  } catch {
    return {};
  }
}

/** What the page shows now. */
export function useRoute(): Route {
  const [seen] = useState(location.hash);
  const [route, setRoute] = useState(() => routeOf(seen));
  useEffect(() => {
    const follow = () => setRoute(routeOf(location.hash));
    addEventListener('hashchange', follow);
    // it may have changed before anybody listened
    if (location.hash !== seen) follow();
    return () => removeEventListener('hashchange', follow);
  }, []);
  return route;
}
