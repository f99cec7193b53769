/** A write that the engine has acknowledged: to which shard, and what it made of which item. */
export interface Written {
  readonly shard: string;
  readonly change: string;
}

/** A change that a process was handed. Times are nanoseconds of a clock that all processes share. */
export interface Delivery {
  readonly process: string;
  readonly shard: string;
  readonly change: string;
  readonly at: bigint;
  /** When the process asked for the next one; `undefined` if it was killed before. */
  readonly acknowledgedAt: bigint | undefined;
}

/** What the deliveries come to, compared with the writes. */
export interface Account {
  readonly written: number;
  readonly deliveries: number;
  readonly repeats: number;
  /** Writes of which no process was handed a change. */
  readonly missed: readonly string[];
  /** Changes that nobody has written. */
  readonly invented: readonly string[];
  /** Shards whose changes came for the first time in another order than they were written. */
  readonly disordered: readonly string[];
  /** How often a change came again after a later one of its shard had been handed out. */
  readonly wentBack: number;
  /**
   * Of the changes that one process had acknowledged of a shard and that came again: the longest time between the first
   * and the last acknowledgement, in milliseconds.
   */
  readonly widestRepeat: number;
}

/** Settles what was written, in its order within each shard, against what was handed out. */
export function settle(written: readonly Written[], deliveries: readonly Delivery[]): Account {
  const places = new Map<string, number>();
  const firsts = new Map<string, number[]>();
  for (const { change, shard } of written) places.set(`${shard} ${change}`, places.size);
  const latest = new Map<string, number>();
  const seen = new Set<string>();
  const invented: string[] = [];
  let wentBack = 0;
  for (const { change, shard } of inOrder(deliveries)) {
    const name = `${shard} ${change}`;
    const place = places.get(name);
    if (place === undefined) {
      invented.push(name);
      continue;
    }
    if (!seen.has(name)) firsts.set(shard, [...(firsts.get(shard) ?? []), place]);
    seen.add(name);
    if (place < (latest.get(shard) ?? -1)) wentBack++;
    latest.set(shard, Math.max(place, latest.get(shard) ?? -1));
  }
  return {
    written: places.size,
    deliveries: deliveries.length,
    repeats: deliveries.length - seen.size - invented.length,
    missed: [...places.keys()].filter((name) => !seen.has(name)),
    invented,
    disordered: [...firsts].filter(([, order]) => !isGrowing(order)).map(([shard]) => shard),
    wentBack,
    widestRepeat: widestRepeat(deliveries),
  };
}

function widestRepeat(deliveries: readonly Delivery[]): number {
  const last = new Map<string, bigint>();
  for (const { at, change, shard } of inOrder(deliveries)) last.set(`${shard} ${change}`, at);
  const repeated = new Map<string, bigint[]>();
  for (const { acknowledgedAt: at, change, process, shard } of deliveries) {
    if (at === undefined || at >= (last.get(`${shard} ${change}`) as bigint)) continue;
    const key = `${process} ${shard}`;
    repeated.set(key, [...(repeated.get(key) ?? []), at]);
  }
  const widths = [...repeated.values()].map((times) => {
    const ordered = times.toSorted((a, b) => Number(a - b));
    return Number((ordered.at(-1) as bigint) - (ordered[0] as bigint)) / 1e6;
  });
  return Math.max(0, ...widths);
}

function inOrder(deliveries: readonly Delivery[]): Delivery[] {
  return deliveries.toSorted((a, b) => Number(a.at - b.at));
}

function isGrowing(places: readonly number[]): boolean {
  return places.every((place, at) => at === 0 || place > (places[at - 1] as number));
}
