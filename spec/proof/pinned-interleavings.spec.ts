import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { WireItem } from 'dynamo-evolve';
import { countFor, isFull, tell, some } from '../support/effort.js';
import type { Chain } from './chains.js';
import { Oracle } from './oracle.js';
import { pinnedChains } from './pinned-chains.js';
import { weakenings } from './weakenings.js';
import { pinnedCode, type Writer, writersOf } from './writers.js';

/**
 * The search of `interleavings.spec.ts` with new code that stores an older version among the writers: its write-backs bring items of
 * the newest version down, and older ones up to the one that it stores. It meets every other writer, and every two. `PROOF=full` also
 * lets every two meet one that saves what it has read and written back, twice the same included: a minute.
 */
const isLarge = process.env.PROOF === 'full';

interface Scene {
  readonly cast: readonly Writer[];
  readonly stored: WireItem;
}

const oracles = new Map(pinnedChains.map((chain) => [chain, new Oracle(chain, { asOneStep: true })]));
const { stackTraceLimit } = Error;
const total = { scenes: 0, schedules: 0, outcomes: 0, writeBacks: 0, unsafe: 0, changing: 0 };
const lines: string[] = [];

beforeAll(() => {
  // refused writes are many, and nobody looks at their stacks
  Error.stackTraceLimit = 0;
});

afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit;
  const numbers = Object.entries(total).map(([name, number]) => `${number} ${name}`);
  tell(`pinned interleavings: ${[numbers.join(', '), ...lines].join('\n  ')}`);
});

describe('write-back to a pinned version', () => {
  test.each(pinnedChains.map((chain) => [chain.name, chain] as const))(
    'changes no outcome: %s',
    async (_, chain) => {
      const oracle = oracles.get(chain) as Oracle;
      const unsafe: string[] = [];
      const changing: string[] = [];
      let writeBacks = 0;
      for (const { cast, stored } of some([...pairs(chain), ...trios(chain)], countFor('pinnedInterleavings'))) {
        const verdict = await oracle.judge(cast, stored);
        unsafe.push(...verdict.unsafe);
        changing.push(...verdict.changing);
        total.scenes++;
        total.schedules += verdict.schedules;
        total.outcomes += verdict.endings.length;
        writeBacks += verdict.writeBacks;
      }
      total.writeBacks += writeBacks;
      total.unsafe += unsafe.length;
      total.changing += changing.length;
      expect(unsafe).toEqual([]);
      expect(changing).toEqual([]);
      expect(writeBacks).toBeGreaterThan(0);
    },
    300_000,
  );

  // what the chain assigns is always another value here; that a diff won't do is shown by `interleavings.spec.ts`
  const needed = Object.keys(weakenings).filter((name) => name !== 'a diff instead of the assigned set');
  test.each(needed)(
    'would change outcomes: %s',
    async (name) => {
      let unsafe = 0;
      let changing = 0;
      for (const chain of pinnedChains) {
        if (!isFull && unsafe > 0 && changing > 0) break;
        const oracle = oracles.get(chain) as Oracle;
        for (const { cast, stored } of pairs(chain)) {
          const verdict = await oracle.judge(cast, stored, weakenings[name]);
          unsafe += verdict.unsafe.length;
          changing += verdict.changing.length;
        }
      }
      lines.push(`${name}: ${unsafe} unsafe, ${changing} changing`);
      expect(unsafe).toBeGreaterThan(0);
      expect(changing).toBeGreaterThan(0);
    },
    300_000,
  );
});

/** One who is pinned, reads and writes back, and another writer. */
function pairs(chain: Chain): Scene[] {
  const { others, reader } = castOf(chain);
  return scenes(
    chain,
    others.map((other) => [reader, other]),
  );
}

function trios(chain: Chain): Scene[] {
  const { others, reader, saver } = castOf(chain);
  const distinct = others.flatMap((one, at) => others.slice(at + 1).map((other) => [reader, one, other]));
  if (!isLarge) return scenes(chain, distinct);
  const all = [reader, ...others];
  const more = all.flatMap((one, at) => all.slice(at).map((other) => [saver, one, other]));
  const alike = others.map((other) => [reader, other, other]);
  return scenes(chain, [...distinct, ...alike, ...more]);
}

function castOf(chain: Chain) {
  const [reader, saver, ...pinned] = pinnedCode(chain) as [Writer, Writer, ...Writer[]];
  return { reader, saver, others: [saver, ...pinned, ...writersOf(chain)] };
}

function scenes(chain: Chain, casts: readonly Writer[][]): Scene[] {
  return casts.flatMap((cast) => chain.initial.map((stored) => ({ cast, stored })));
}
