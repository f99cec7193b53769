import { describe, expect, test } from '@jest/globals';
import { copyingChains, timelessChains } from './copying-chains.js';
import type { Weakening } from './interleavings.js';
import { Proof } from './proof.js';
import { pairs, trios } from './scenes.js';
import { weakenings } from './weakenings.js';

/**
 * The search of `interleavings.spec.ts` for chains that copy items and ask the copies, in every style, and for chains
 * that hand out values of their module. What such a step asks a copy must stand in the condition of a write-back, or
 * there must be none.
 */
const chains = [...copyingChains, ...timelessChains];
const proof = new Proof('interleavings of copying chains', chains);

describe('write-back of a chain that copies or shares', () => {
  test.each(chains.map((chain) => [chain.name, chain] as const))(
    'changes no outcome: %s',
    async (_, chain) => {
      const { changing, unsafe, writeBacks } = await proof.play(chain, [...pairs(chain), ...trios(chain)]);
      expect(unsafe).toEqual([]);
      expect(changing).toEqual([]);
      expect(writeBacks > 0).toBe(!chain.isDynamic || chain.hasRevision);
    },
    300_000,
  );

  const needed = ['only the version in the condition', 'without the reads of absent attributes'];
  test.each(needed)(
    'would change outcomes: %s',
    async (name) => {
      const { changing, unsafe } = await proof.weaken(name, weakenings[name] as Weakening, pairs);
      expect(unsafe).toBeGreaterThan(0);
      expect(changing).toBeGreaterThan(0);
    },
    300_000,
  );
});
