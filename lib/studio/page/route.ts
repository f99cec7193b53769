import { useEffect, useState } from 'preact/hooks';
import type { ItemQuery } from '../item-list.js';
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
  /** What is looked for among the items. */
  readonly query?: ItemQuery;
}

/** The address of a view. */
export function linkTo({ entity, key, query, view }: Route): string {
  if (entity === undefined) return '#/';
  const path = `#/${encodeURIComponent(entity)}/${view ?? 'items'}`;
  const about = key ?? (query && Object.keys(query).length > 0 ? query : undefined);
  return about === undefined ? path : `${path}/${encodeURIComponent(JSON.stringify(about))}`;
}

/** What an address means; the tables if it means nothing. */
function routeOf(hash: string): Route {
  const [, entity = '', view = '', about = ''] = hash.split('/');
  try {
    if (entity === '') return {};
    const found = { entity: decodeURIComponent(entity) };
    if (view === 'item') return { ...found, view, key: JSON.parse(decodeURIComponent(about)) as ShownItem };
    const known = views.find((each) => each === view) ?? 'items';
    if (known !== 'items' || about === '') return { ...found, view: known };
    const query: unknown = JSON.parse(decodeURIComponent(about));
    return { ...found, view: known, ...(typeof query === 'object' && query !== null && { query }) };
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
