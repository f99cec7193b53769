/** A number that is known from a sample, with the range in which it lies with a confidence of 95 %. */
export interface Estimate {
  readonly value: number;
  readonly from: number;
  readonly to: number;
}

/** How many segments a sample reads: enough for an estimate of its own error. */
export const sampledSegments = 32;

/** The most segments that engines split a table into. */
const mostSegments = 1_000_000;

/** Into how many segments to split a table so that a sample is about a share of it. */
export function segmentsForSample(share: number): number {
  return Math.min(mostSegments, Math.ceil(sampledSegments / share));
}

/** Some of the numbers from 0 up to a total, each equally likely, in no particular order. */
export function pickAtRandom(count: number, total: number, random: () => number): number[] {
  // Floyd's way: as many steps as there are picks, however large the total
  const picked = new Set<number>();
  for (let last = total - count; last < total; last++) {
    const number = Math.floor(random() * (last + 1));
    picked.add(picked.has(number) ? last : number);
  }
  return [...picked];
}

/**
 * What the counts of some parts, taken at random, say of all parts together. `counts` lacks parts in which nothing was
 * counted.
 */
export function estimateTotal(counts: readonly number[], read: number, total: number): Estimate {
  const counted = counts.reduce((sum, count) => sum + count, 0);
  const mean = counted / read;
  const value = Math.round(mean * total);
  if (read === total) return { value: counted, from: counted, to: counted };
  const squares = counts.reduce((sum, count) => sum + (count - mean) ** 2, (read - counts.length) * mean ** 2);
  const variance = squares / (read - 1);
  const deviation = total * Math.sqrt(((1 - read / total) * variance) / read);
  const margin = quantile(read - 1) * deviation;
  // what was counted is there, whatever the estimate
  return { value, from: Math.max(counted, Math.floor(value - margin)), to: Math.ceil(value + margin) };
}

/** Student's t for 95 % on both sides, to two digits from eight degrees of freedom on. */
function quantile(freedom: number): number {
  return 1.96 + 2.37 / freedom + 2.8 / freedom ** 2;
}
