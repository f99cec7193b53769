import effort from '../effort.json' with { type: 'json' };

/** Whether this is `npm run test:all`, which runs every suite and tries everything at its full count. */
export const isFull = process.env.EFFORT === 'full';

/** How many cases of a property are tried: so many by `npm run test:all`, a share of them by `npm test`. */
export function cases(count: number): number {
  return isFull ? count : Math.ceil(count / effort.properties.share);
}

/** What `spec/effort.json` says of a suite that runs in part by `npm test`; without a number, everything there is. */
export function countFor(suite: keyof typeof effort.reduced): number {
  const { all, test }: { readonly test: number; readonly all?: number } = effort.reduced[suite];
  return isFull ? (all ?? Infinity) : test;
}

/** So many of a list, taken from all over it. */
export function some<Value>(values: readonly Value[], count: number): readonly Value[] {
  if (count >= values.length) return values;
  return Array.from({ length: count }, (_, at) => values[Math.floor((at * values.length) / count)] as Value);
}

/** Prints what a search found, or how to repeat a run: `npm test` stays quiet. */
export function tell(text: string): void {
  if (isFull) process.stdout.write(`${text}\n`);
}
