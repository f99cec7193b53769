import { type Item, upgradeItem, type WireItem } from 'dynamo-evolve';
import { decodeItem } from '../../lib/codec/decode.js';
import { canonicalText } from '../../tools/engines/wire-places.js';
import { NewTicket } from './releases.js';

/** What an item says in the newest release's terms, whatever its version; equal ones are the same object. */
export interface Saying {
  readonly id: number;
  readonly values: Item;
}

/** An item that is or was stored; equal ones are the same object. */
export interface StoredItem {
  readonly id: number;
  readonly item: WireItem;
  readonly text: string;
  readonly says: Saying;
}

const items = new Map<string, StoredItem>();
const sayings = new Map<string, Saying>();
const changes = new WeakMap<Item, Map<Saying, Saying>>();

export function storedItem(item: WireItem, text = canonicalText(item)): StoredItem {
  const known = items.get(text);
  if (known) return known;
  // the version says nothing
  const { schema_version: _, ...values } = upgradeItem(NewTicket, decodeItem(item));
  const stored = { id: items.size, item, text, says: sayingOf(values) };
  items.set(text, stored);
  return stored;
}

/** What is said when a change has been made. */
export function changed(before: Saying, change: Item): Saying {
  const known = changes.get(change) ?? new Map<Saying, Saying>();
  const after = known.get(before) ?? sayingOf({ ...before.values, ...change });
  changes.set(change, known.set(before, after));
  return after;
}

function sayingOf(values: Item): Saying {
  const text = JSON.stringify(Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const saying = sayings.get(text) ?? { id: sayings.size, values };
  sayings.set(text, saying);
  return saying;
}
