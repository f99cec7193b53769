import type { WireItem } from '../codec/wire.js';
import type { EntityContext } from '../read/entity-context.js';
import { shownItem, type ShownItem } from './shown-value.js';

/** A partition and its stale items. */
export interface StalePartition {
  /** The partition key, by its stored name. */
  readonly partition: ShownItem;
  readonly stale: number;
}

/** How many partitions are counted at once; beyond, those with the fewest items make room. */
const mostCounted = 20_000;
const mostShown = 8;

interface Count {
  readonly partition: WireItem;
  stale: number;
}

/** Finds the partitions that hold the most stale items, in bounded memory: counts are at least as high as shown. */
export class StalePartitions {
  readonly #context: EntityContext<object>;
  readonly #counts = new Map<string, Count>();

  constructor(context: EntityContext<object>) {
    this.#context = context;
  }

  add(wire: WireItem): void {
    const { keys, model, reader } = this.#context;
    const version = reader.storedVersion(wire);
    if (version === undefined || version >= model.version) return;
    const text = keys.partitionOf(wire);
    const count = this.#counts.get(text);
    if (count) count.stale++;
    else {
      const name = model.partitionKey.attribute;
      this.#counts.set(text, { partition: { [name]: wire[name] as WireItem[string] }, stale: 1 });
      if (this.#counts.size > mostCounted) this.#makeRoom();
    }
  }

  /** Those with the most stale items. One item in each says nothing. */
  get most(): StalePartition[] {
    return [...this.#counts.values()]
      .filter(({ stale }) => stale > 1)
      .toSorted((a, b) => b.stale - a.stale)
      .slice(0, mostShown)
      .map(({ partition, stale }) => ({ partition: shownItem(partition), stale }));
  }

  #makeRoom(): void {
    const kept = [...this.#counts].toSorted(([, a], [, b]) => b.stale - a.stale).slice(0, mostCounted / 2);
    this.#counts.clear();
    for (const [text, count] of kept) this.#counts.set(text, count);
  }
}
