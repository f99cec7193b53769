/** Random choices that a seed makes repeatable. */
export interface Random {
  /** An integer from 0 up to, but not including, `limit`. */
  integer(limit: number): number;
  /** True with a probability of `percent`. */
  chance(percent: number): boolean;
  /** One of the values. */
  pick<const T extends readonly [unknown, ...unknown[]]>(values: T): T[number];
}

/** Random choices of the mulberry32 generator: always the same for the same seed. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (limit: number) => Math.floor(next() * limit);
  return {
    integer,
    chance: (percent) => next() * 100 < percent,
    pick: (values) => values[integer(values.length)],
  };
}

/** A seed derived from a text and another seed. */
export function seedOf(text: string, seed: number): number {
  let hash = seed >>> 0;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
}
