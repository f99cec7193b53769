import { describe, expect, test } from '@jest/globals';
import { countFor, some } from '../support/effort.js';
import type { Chain } from './chains.js';
import type { Weakening } from './interleavings.js';
import { pinnedChains } from './pinned-chains.js';
import { Proof } from './proof.js';
import type { Scene } from './scenes.js';
import { searchChains } from './search-chains.js';
import { weakenings } from './weakenings.js';
import { pinnedCode, sweeper, type Writer, writersOf } from './writers.js';

/**
 * The searches of `interleavings.spec.ts` and `pinned-interleavings.spec.ts` with a sweep as one of the writers: it meets every other
 * writer, every two, and another sweep, and tries again where it was refused. No outcome may come about that could not without it.
 */
const sweeps = new Proof('sweep interleavings', searchChains);
const pinnedSweeps = new Proof('pinned sweep interleavings', pinnedChains, { asOneStep: true });

describe('a sweep', () => {
  test.each(searchChains.map((chain) => [chain.name, chain] as const))(
    'changes no outcome: %s',
    async (_, chain) => {
      const found = await sweeps.play(chain, some(meetings(chain, sweeper(chain), []), countFor('sweepInterleavings')));
      expect(found).toMatchObject({ unsafe: [], changing: [] });
      expect(found.writeBacks > 0).toBe(!chain.isDynamic || chain.hasRevision);
    },
    300_000,
  );

  test.each(pinnedChains.map((chain) => [chain.name, chain] as const))(
    'to a pinned version changes no outcome: %s',
    async (_, chain) => {
      const scenes = meetings(chain, pinnedSweeper(chain), pinnedCode(chain));
      const found = await pinnedSweeps.play(chain, some(scenes, countFor('sweepInterleavings')));
      expect(found).toMatchObject({ unsafe: [], changing: [] });
      expect(found.writeBacks).toBeGreaterThan(0);
    },
    300_000,
  );

  test.each(Object.entries(weakenings))(
    'would change outcomes: %s',
    async (name, weaken: Weakening) => {
      const { changing, unsafe } = await sweeps.weaken(name, weaken, (chain) => pairs(chain, sweeper(chain), []));
      expect(unsafe).toBeGreaterThan(0);
      expect(changing).toBeGreaterThan(0);
    },
    300_000,
  );
});

function pinnedSweeper(chain: Chain): Writer {
  return sweeper(chain, chain.older.length);
}

function meetings(chain: Chain, sweep: Writer, more: readonly Writer[]): Scene[] {
  return [...pairs(chain, sweep, more), ...trios(chain, sweep, more)];
}

/** A sweep and another writer, also another sweep, on every stored item. */
function pairs(chain: Chain, sweep: Writer, more: readonly Writer[]): Scene[] {
  const casts = [sweep, ...writersOf(chain), ...more].map((other) => [sweep, other]);
  return casts.flatMap((cast) => chain.initial.map((stored) => ({ cast, stored })));
}

/** A sweep and two others. */
function trios(chain: Chain, sweep: Writer, more: readonly Writer[]): Scene[] {
  const others = [...writersOf(chain), ...more];
  const casts = others.flatMap((one, at) => others.slice(at + 1).map((other) => [sweep, one, other]));
  return casts.flatMap((cast) => chain.initial.slice(0, 1).map((stored) => ({ cast, stored })));
}
