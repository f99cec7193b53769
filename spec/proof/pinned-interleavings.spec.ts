import { describe, expect, test } from '@jest/globals';
import { countFor, some } from '../support/effort.js';
import type { Chain } from './chains.js';
import type { Weakening } from './interleavings.js';
import { Proof } from './proof.js';
import { pinnedChains } from './pinned-chains.js';
import type { Scene } from './scenes.js';
import { weakenings } from './weakenings.js';
import { pinnedCode, type Writer, writersOf } from './writers.js';

/**
 * The search of `interleavings.spec.ts` with new code that stores an older version among the writers: its write-backs
 * bring items of the newest version down, and older ones up to the one that it stores. It meets every other writer, and
 * every two. `PROOF=full` also lets every two meet one that saves what it has read and written back, twice the same
 * included: a minute.
 */
const isLarge = process.env.PROOF === 'full';

const proof = new Proof('pinned interleavings', pinnedChains, { asOneStep: true });

describe('write-back to a pinned version', () => {
  test.each(pinnedChains.map((chain) => [chain.name, chain] as const))(
    'changes no outcome: %s',
    async (_, chain) => {
      const { changing, unsafe, writeBacks } = await proof.play(
        chain,
        some([...pairs(chain), ...trios(chain)], countFor('pinnedInterleavings')),
      );
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
      const { changing, unsafe } = await proof.weaken(name, weakenings[name] as Weakening, pairs);
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
