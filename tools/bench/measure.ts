import type { Measured } from './case.js';
import type { Operation } from './contender.js';

/** How long a round lasts, in milliseconds of the clock. BENCH_ROUND makes it shorter where no figures are wanted. */
const roundLength = Number(process.env.BENCH_ROUND ?? 150);
const warmUpLength = 2 * roundLength;

interface PerOperation {
  /** How many units an operation makes; figures are per unit. */
  readonly units?: number;
  /** Whether an operation makes more than a megabyte of objects. */
  readonly isLarge?: boolean;
  /** How many operations are under way at a time, 1 unless given. */
  readonly concurrency?: number;
  /** Called before each round with the number of operations that follow; not measured. */
  readonly prepare?: (count: number) => void;
}

/** CPU time of an operation in memory, in microseconds: `{ cpu }`. */
export function inMemory(operation: Operation, { units = 1, prepare }: PerOperation = {}): Measured {
  const run = (count: number) => {
    prepare?.(count);
    const started = process.cpuUsage();
    for (let at = 0; at < count; at++) kept = operation(at);
    return microsecondsSince(started);
  };
  let count = 50;
  const warm = performance.now() + warmUpLength;
  // until its code is compiled, and a round is long enough
  for (let spent = 0; spent < roundLength * 1000 || performance.now() < warm;) {
    if (spent < roundLength * 1000) count *= 2;
    spent = run(count);
  }
  return { round: async () => ({ cpu: run(count) / count / units }) };
}

/**
 * CPU time of an operation that waits for answers, in microseconds, how long it took, and how much of the
 * clock's time there is for each: `{ cpu, p50, p99, elapsed }`.
 *
 * With `isLarge`, garbage of changing size is made between operations, and not measured. Else the collector would
 * strike in the same place of each: in the middle of some contenders' work, where much must be copied, and always
 * behind it for others.
 */
export async function overNetwork(
  operation: Operation,
  { concurrency = 1, isLarge, units = 1 }: PerOperation = {},
): Promise<Measured> {
  const run = async (length: number) => {
    const times: number[] = [];
    let apart = 0;
    let begun = 0;
    const started = process.cpuUsage();
    const from = performance.now();
    const repeat = async () => {
      while (performance.now() < from + length || times.length === 0) {
        if (isLarge) apart += microsecondsOf(() => makeGarbage(times.length));
        const before = performance.now();
        // not kept: a server's request drops what it read, too, before the next one
        await operation(begun++);
        times.push((performance.now() - before) * 1000);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, repeat));
    const elapsed = ((performance.now() - from) * 1000) / times.length / units;
    return { cpu: (microsecondsSince(started) - apart) / times.length / units, ...percentiles(times), elapsed };
  };
  await run(2 * warmUpLength);
  return { round: () => run(2 * roundLength) };
}

/** What operations made last: else a compiler could leave them out. */
export let kept: unknown;

/** Up to 16 MB, about as much as V8 collects at a time; the golden ratio spreads the sizes evenly. */
function makeGarbage(at: number): void {
  const count = ((at * 0.618_033_988_75) % 1) * 100_000;
  for (let made = 0; made < count; made++) kept = [made, [made, made, made, made], [made, made, made, made]];
  kept = undefined;
}

function microsecondsOf(action: () => void): number {
  const started = process.cpuUsage();
  action();
  return microsecondsSince(started);
}

function microsecondsSince(started: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(started);
  return user + system;
}

function percentiles(times: number[]): { readonly p50: number; readonly p99: number } {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}
