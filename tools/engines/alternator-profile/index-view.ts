import type { WireItem, WireValue } from 'dynamo-evolve';
import { orderOf } from '../expressions.js';
import type { KeyTypes } from './table-catalog.js';

/** How many bytes ScyllaDB takes for a key. */
const longestKey = 65_535;

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
  readonly #lateness: number;
  readonly #entries = new Map<string, WireItem>();
  #changes: Change[] = [];

  /** `lateness` is for how many queries or scans of the index a change of its table isn't seen. */
  constructor(keys: KeyTypes, tableKeys: KeyTypes, lateness: number) {
    this.#keys = keys;
    this.#tableKeys = tableKeys;
    this.#lateness = lateness;
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
      this.#changes.filter((one) => one.seenBy > this.#lateness),
      this.#changes.filter((one) => one.seenBy <= this.#lateness),
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

  /** An item without the index's keys, or with keys of other types or longer than any key, isn't in it. */
  #holds(item: WireItem): boolean {
    return Object.entries(this.#keys).every(([name, type]) => {
      const value = item[name];
      return value !== undefined && type in value && bytesOf(value) <= longestKey;
    });
  }
}

function bytesOf(value: WireValue): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  return 'B' in value ? Buffer.from(value.B as string, 'base64').length : 0;
}
