import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { countFor, isFull, some, tell } from '../support/effort.js';
import { copyingChains } from './copying-chains.js';
import { Oracle } from './oracle.js';
import { pinnedChains } from './pinned-chains.js';
import { pairs } from './scenes.js';
import { searchChains } from './search-chains.js';
import { weakenings } from './weakenings.js';

/**
 * The search of `interleavings.spec.ts` where answers get lost: one write of a mapper is done, and its answer never comes (a status 500, a
 * time-out). Its client sends it again, at any moment later, or gives up. Write-backs are among the writes: that they were done and
 * nobody knows, or done twice, must change no outcome either.
 */
const names = new Set(['rename', 'rename, with a revision', 'default if absent', 'constant', 'swap', 'two steps']);
const copyingNames = new Set(['a copy that is asked', 'nothing in a copy', 'a copy by entries, with a revision']);
const chains = [
  ...searchChains.filter(({ name }) => names.has(name)),
  ...copyingChains.filter(({ name }) => copyingNames.has(name)),
  ...pinnedChains.filter(({ name }) => name.startsWith('two attributes')),
];
const oracles = new Map(chains.map((chain) => [chain, new Oracle(chain, { losesAnswers: true })]));
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
  tell(`lost answers: ${[numbers.join(', '), ...lines].join('\n  ')}`);
});

describe('write-back where answers get lost', () => {
  test.each(chains.map((chain) => [chain.name, chain] as const))(
    'changes no outcome: %s',
    async (_, chain) => {
      const oracle = oracles.get(chain) as Oracle;
      for (const { cast, stored } of some(pairs(chain), countFor('lostAnswers'))) {
        const verdict = await oracle.judge(cast, stored);
        expect(verdict.unsafe).toEqual([]);
        expect(verdict.changing).toEqual([]);
        total.scenes++;
        total.schedules += verdict.schedules;
        total.outcomes += verdict.endings.length;
        total.writeBacks += verdict.writeBacks;
        total.unsafe += verdict.unsafe.length;
        total.changing += verdict.changing.length;
      }
    },
    300_000,
  );

  test.each(Object.entries(weakenings))(
    'would change outcomes: %s',
    async (name, weaken) => {
      const found = { unsafe: 0, changing: 0 };
      const scenes = chains.flatMap((chain) => pairs(chain).map((scene) => ({ chain, ...scene })));
      for (const { cast, chain, stored } of scenes) {
        if (!isFull && found.unsafe > 0 && found.changing > 0) break;
        const oracle = oracles.get(chain) as Oracle;
        const verdict = await oracle.judge(cast, stored, weaken);
        found.unsafe += verdict.unsafe.length;
        found.changing += verdict.changing.length;
      }
      lines.push(`${name}: ${found.unsafe} unsafe, ${found.changing} changing`);
      expect(Math.min(found.unsafe, found.changing)).toBeGreaterThan(0);
    },
    300_000,
  );
});
