import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { countFor, isFull, some, tell } from '../support/effort.js';
import { copyingChains, timelessChains } from './copying-chains.js';
import { Oracle } from './oracle.js';
import { pairs, trios } from './scenes.js';
import { weakenings } from './weakenings.js';

/**
 * The search of `interleavings.spec.ts` for chains that copy items and ask the copies, in every style, and for chains that hand out values of
 * their module. What such a step asks a copy must stand in the condition of a write-back, or there must be none.
 */
const chains = [...copyingChains, ...timelessChains];
const oracles = new Map(chains.map((chain) => [chain, new Oracle(chain)]));
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
  tell(`interleavings of copying chains: ${[numbers.join(', '), ...lines].join('\n  ')}`);
});

describe('write-back of a chain that copies or shares', () => {
  test.each(chains.map((chain) => [chain.name, chain] as const))(
    'changes no outcome: %s',
    async (_, chain) => {
      const oracle = oracles.get(chain) as Oracle;
      let writeBacks = 0;
      for (const { cast, stored } of some([...pairs(chain), ...trios(chain)], countFor('copyingInterleavings'))) {
        const verdict = await oracle.judge(cast, stored);
        expect(verdict.unsafe).toEqual([]);
        expect(verdict.changing).toEqual([]);
        total.scenes++;
        total.schedules += verdict.schedules;
        total.outcomes += verdict.endings.length;
        total.unsafe += verdict.unsafe.length;
        total.changing += verdict.changing.length;
        writeBacks += verdict.writeBacks;
      }
      total.writeBacks += writeBacks;
      expect(writeBacks > 0).toBe(!chain.isDynamic || chain.hasRevision);
    },
    300_000,
  );

  const needed = ['only the version in the condition', 'without the reads of absent attributes'];
  test.each(needed)(
    'would change outcomes: %s',
    async (name) => {
      const found = { unsafe: 0, changing: 0 };
      for (const chain of chains) {
        if (!isFull && found.unsafe > 0 && found.changing > 0) break;
        const oracle = oracles.get(chain) as Oracle;
        for (const { cast, stored } of pairs(chain)) {
          const verdict = await oracle.judge(cast, stored, weakenings[name]);
          found.unsafe += verdict.unsafe.length;
          found.changing += verdict.changing.length;
        }
      }
      lines.push(`${name}: ${found.unsafe} unsafe, ${found.changing} changing`);
      expect(Math.min(found.unsafe, found.changing)).toBeGreaterThan(0);
    },
    300_000,
  );
});
