import type { WireItem } from 'dynamo-evolve';
import type { Chain } from './chains.js';
import { type Writer, writersOf } from './writers.js';

/** A cast of writers, and what is stored when they begin. */
export interface Scene {
  readonly cast: readonly Writer[];
  readonly stored: WireItem;
}

const isLarge = process.env.PROOF === 'full';

/** One who writes back, and another one. */
export function pairs(chain: Chain): Scene[] {
  const writers = writersOf(chain);
  const casts = writers.flatMap((one, at) => writers.slice(at).map((other) => [one, other]));
  return scenes(casts, chain.initial);
}

/** One who reads and writes back, and two others; with `PROOF=full` every three writers, on every stored item. */
export function trios(chain: Chain): Scene[] {
  const writers = writersOf(chain);
  const casts = writers.flatMap((one, first) =>
    writers.slice(first).flatMap((two, second) => writers.slice(first + second).map((three) => [one, two, three])),
  );
  if (isLarge) return scenes(casts, chain.initial);
  const distinct = casts.filter((cast) => cast[0] === writers[0] && new Set(cast).size === cast.length);
  return scenes(distinct, chain.initial.slice(0, 1));
}

function scenes(casts: readonly (readonly Writer[])[], items: readonly WireItem[]): Scene[] {
  const writingBack = casts.filter((cast) => cast.some((one) => one.upgrade));
  return writingBack.flatMap((cast) => items.map((stored) => ({ cast, stored })));
}
