import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { countFor, isFull, tell, some } from '../support/effort.js';
import { Oracle } from './oracle.js';
import { pairs, trios } from './scenes.js';
import { searchChains } from './search-chains.js';
import { weakenings } from './weakenings.js';

/**
 * Writers of every kind act on one item, through the real mapper and a model of the engine, in every order in which their requests
 * can follow each other. No outcome may come about that could not without write-backs, no write-back may change what an item says; and each part of a write-back's
 * request is needed for that. `PROOF=full` lets every three writers meet, twice the same included, on every stored item: a minute.
 */
const oracles = new Map(searchChains.map((chain) => [chain, new Oracle(chain)]));
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
  tell(`interleavings: ${[numbers.join(', '), ...lines].join('\n  ')}`);
});

describe('write-back', () => {
  test.each(searchChains.map((chain) => [chain.name, chain] as const))(
    'changes no outcome: %s',
    async (_, chain) => {
      const oracle = oracles.get(chain) as Oracle;
      const unsafe: string[] = [];
      const changing: string[] = [];
      let writeBacks = 0;
      for (const { cast, stored } of some([...pairs(chain), ...trios(chain)], countFor('interleavings'))) {
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
      expect(writeBacks > 0).toBe(!chain.isDynamic || chain.hasRevision);
    },
    300_000,
  );

  test.each(Object.entries(weakenings))(
    'would change outcomes: %s',
    async (name, weaken) => {
      let unsafe = 0;
      let changing = 0;
      for (const chain of searchChains) {
        if (!isFull && unsafe > 0 && changing > 0) break;
        const oracle = oracles.get(chain) as Oracle;
        for (const { cast, stored } of pairs(chain)) {
          const verdict = await oracle.judge(cast, stored, weaken);
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
