import { describe, expect, test } from '@jest/globals';
import { copyingChains } from './copying-chains.js';
import { Proof } from './proof.js';
import { pinnedChains } from './pinned-chains.js';
import { pairs } from './scenes.js';
import { searchChains } from './search-chains.js';
import { weakenings } from './weakenings.js';

/**
 * The search of `interleavings.spec.ts` where answers get lost: one write of a mapper is done, and its answer never
 * comes (a status 500, a time-out). Its client sends it again, at any moment later, or gives up. Write-backs are among
 * the writes: that they were done and nobody knows, or done twice, must change no outcome either.
 */
const names = new Set(['rename', 'rename, with a revision', 'default if absent', 'constant', 'swap', 'two steps']);
const copyingNames = new Set(['a copy that is asked', 'nothing in a copy', 'a copy by entries, with a revision']);
const chains = [
  ...searchChains.filter(({ name }) => names.has(name)),
  ...copyingChains.filter(({ name }) => copyingNames.has(name)),
  ...pinnedChains.filter(({ name }) => name.startsWith('two attributes')),
];
const proof = new Proof('lost answers', chains, { losesAnswers: true });

describe('write-back where answers get lost', () => {
  test.each(chains.map((chain) => [chain.name, chain] as const))(
    'changes no outcome: %s',
    async (_, chain) => {
      const { changing, unsafe } = await proof.play(chain, pairs(chain));
      expect(unsafe).toEqual([]);
      expect(changing).toEqual([]);
    },
    300_000,
  );

  test.each(Object.entries(weakenings))(
    'would change outcomes: %s',
    async (name, weaken) => {
      const { changing, unsafe } = await proof.weaken(name, weaken, pairs);
      expect(unsafe).toBeGreaterThan(0);
      expect(changing).toBeGreaterThan(0);
    },
    300_000,
  );
});
