import { describe, expect, test } from '@jest/globals';
import { countFor, some } from '../support/effort.js';
import { Proof } from './proof.js';
import { pairs, trios } from './scenes.js';
import { searchChains } from './search-chains.js';
import { weakenings } from './weakenings.js';

/**
 * Writers of every kind act on one item, through the real mapper and a model of the engine, in every order in which
 * their requests can follow each other. No outcome may come about that could not without write-backs, no write-back may
 * change what an item says; and each part of a write-back's request is needed for that. `PROOF=full` lets every three
 * writers meet, twice the same included, on every stored item: a minute.
 */
const proof = new Proof('interleavings', searchChains);

describe('write-back', () => {
  test.each(searchChains.map((chain) => [chain.name, chain] as const))(
    'changes no outcome: %s',
    async (_, chain) => {
      const { changing, unsafe, writeBacks } = await proof.play(
        chain,
        some([...pairs(chain), ...trios(chain)], countFor('interleavings')),
      );
      expect(unsafe).toEqual([]);
      expect(changing).toEqual([]);
      expect(writeBacks > 0).toBe(!chain.isDynamic || chain.hasRevision);
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
