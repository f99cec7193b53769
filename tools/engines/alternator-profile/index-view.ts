import type { WireItem, WireValue } from 'dynamo-evolve';
import { orderOf } from '../expressions.js';
import type { KeyTypes } from './table-catalog.js';

/** For how many queries or scans of an index a change of its table isn't seen. */
const lateness = 2;

interface Entry {
  readonly key: string;
  readonly item: WireItem;
}

interface Change {
  readonly key: string;
  readonly item: WireItem | undefined;
  seenBy: number;
}

/** A global index as Alternator has it: a view that lags behind its table and holds whole items. */
export class IndexView {
  readonly #keys: KeyTypes;
  readonly #tableKeys: KeyTypes;
  readonly #entries = new Map<string, WireItem>();
  #changes: Change[] = [];

  constructor(keys: KeyTypes, tableKeys: KeyTypes) {
    this.#keys = keys;
    this.#tableKeys = tableKeys;
  }

  /** Takes an item in at once: what a new index is built from. */
  fill(key: string, item: WireItem): void {
    this.#apply(key, item);
  }

  /** A change of the table, which will be seen later. */
  note(key: string, item: WireItem | undefined): void {
    this.#changes.push({ key, item, seenBy: 0 });
  }

  /** What the index holds when a query or scan starts, in the order of its sort key; later ones see more. */
  start(): void {
    for (const change of this.#changes) change.seenBy++;
    const [due, waiting] = [
      this.#changes.filter((one) => one.seenBy > lateness),
      this.#changes.filter((one) => one.seenBy <= lateness),
    ];
    this.#changes = waiting;
    for (const { key, item } of due) this.#apply(key, item);
  }

  /** The items that a query wants, in the order of the sort key and then of the table's keys. */
  items(wants: (item: WireItem) => boolean): WireItem[] {
    const entries: Entry[] = [...this.#entries].map(([key, item]) => ({ key, item }));
    return entries
      .filter(({ item }) => wants(item))
      .toSorted((a, b) => this.order(a.item, b.item))
      .map(({ item }) => item);
  }

  /** How two items, or the keys of two, stand in the index. */
  order(a: WireItem, b: WireItem): number {
    const [, sortKey] = Object.keys(this.#keys);
    const names = [...(sortKey === undefined ? [] : [sortKey]), ...Object.keys(this.#tableKeys)];
    for (const name of names) {
      const order = orderOf(a[name], b[name]) ?? 0;
      if (order !== 0) return order;
    }
    return 0;
  }

  #apply(key: string, item: WireItem | undefined): void {
    if (item && this.#holds(item)) this.#entries.set(key, item);
    else this.#entries.delete(key);
  }

  /** An item without the index's keys, or with keys of other types, isn't in it. */
  #holds(item: WireItem): boolean {
    return Object.entries(this.#keys).every(([name, type]) => type in ((item[name] ?? {}) as WireValue));
  }
}
