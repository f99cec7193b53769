import type { Item } from '../item/item.js';
import { setOwn } from '../item/own-value.js';
import type { Random } from './random.js';

/** A variation of a sample, and how it differs. */
export interface Variation {
  readonly item: Item;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** Unusual names, some of which every object inherits. */
const oddNames = ['constructor', '__proto__', 'toString', 'with space', 'a.b', '0', 'Ärger', 'length'] as const;

/** Removes some attributes from a sample, but none that are `kept`, and adds some, but none that are `known`. */
export function varyItem(
  sample: Readonly<Item>,
  kept: ReadonlySet<string>,
  known: ReadonlySet<string>,
  random: Random,
): Variation {
  const removed = Object.keys(sample).filter((name) => !kept.has(name) && random.chance(25));
  const names = Array.from({ length: random.integer(4) }, (_, at) =>
    random.chance(30) ? random.pick(oddNames) : `extra_${at}_${random.integer(1000)}`,
  );
  const added = [...new Set(names)].filter((name) => !known.has(name) && !Object.hasOwn(sample, name));
  const item: Item = Object.fromEntries(Object.entries(sample).filter(([name]) => !removed.includes(name)));
  for (const name of added) setOwn(item, name, randomValue(random, 2));
  return { item, removed, added };
}

/** A random value of any type that can be stored. */
function randomValue(random: Random, depth: number): unknown {
  const number = random.integer(2_000_000) / 100;
  const text = random.pick(['', 'text', 'Ünïcödé 😀', '2024-02-30T00:00:00Z', String(number)]);
  const simple = [text, number, -random.integer(1000), true, false, null] as const;
  if (depth === 0 || random.chance(50)) return random.pick(simple);
  return random.pick([
    () => Array.from({ length: random.integer(3) }, () => randomValue(random, depth - 1)),
    () => ({ inner: randomValue(random, depth - 1), constructor: text }),
    () => new Set([`${text}!`, 'member']),
    () => new Set([number, -1]),
    () => new Uint8Array([random.integer(256), 0]),
    () => 2n ** 80n,
  ])();
}
