import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isFull, tell } from '../support/effort.js';
import type { Chain } from './chains.js';
import { copyingChains, timelessChains } from './copying-chains.js';
import type { Scene } from './scenes.js';
import { searchChains } from './search-chains.js';
import { SerialOracle } from './serial-oracle.js';
import { weakenings } from './weakenings.js';
import { writersOf } from './writers.js';

/**
 * Two and three writers change one stale item by `save` and `update`, beside code that knows nothing of versions, in
 * every order in which their requests can follow each other. What those who were told that they are done have changed
 * must be there afterwards, as if they had come one after the other. A change of which nobody can tell whether it fits
 * is refused.
 */
const chains = [...timelessChains, ...searchChains, ...copyingChains];
const oracles = new Map(chains.map((chain) => [chain, new SerialOracle(chain)]));
/** Who changes parts of what is there: `put` without a revision replaces what others have written, and says so. */
const changing = /^(saves|saves something else|updates|v\d+ saves|raw sets .*|raw removes .*)$/;
const { stackTraceLimit } = Error;
const total = { scenes: 0, schedules: 0, lost: 0, refused: 0 };
const lines: string[] = [];

beforeAll(() => {
  // refused writes are many, and nobody looks at their stacks
  Error.stackTraceLimit = 0;
});

afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit;
  const numbers = Object.entries(total).map(([name, number]) => `${number} ${name}`);
  tell(`lost changes: ${[numbers.join(', '), ...lines].join('\n  ')}`);
});

describe('save and update', () => {
  test.each(chains.map((chain) => [chain.name, chain] as const))(
    'lose nothing: %s',
    async (_, chain) => {
      const oracle = oracles.get(chain) as SerialOracle;
      for (const { cast, stored } of scenes(chain)) {
        const { lost, refused, schedules } = await oracle.judge(cast, stored);
        expect(lost).toEqual([]);
        total.scenes++;
        total.schedules += schedules;
        total.refused += refused;
      }
    },
    300_000,
  );

  test('are refused where nobody can tell what an upgrade looks at', async () => {
    for (const chain of chains) {
      let refused = 0;
      for (const { cast, stored } of scenes(chain).slice(0, 20)) {
        refused += (await (oracles.get(chain) as SerialOracle).judge(cast, stored)).refused;
      }
      expect([chain.name, refused > 0]).toEqual([chain.name, chain.isDynamic && !chain.hasRevision]);
    }
  });

  const needed = ['only the version in the condition', 'without the reads of absent attributes', 'without the version'];
  test.each(needed)(
    'would lose something: %s',
    async (name) => {
      let lost = 0;
      for (const chain of chains) {
        if (!isFull && lost > 0) break;
        const oracle = oracles.get(chain) as SerialOracle;
        for (const { cast, stored } of scenes(chain).filter((scene) => scene.cast.length === 2)) {
          lost += (await oracle.judge(cast, stored, weakenings[name])).lost.length;
        }
      }
      lines.push(`${name}: ${lost} lost`);
      expect(lost).toBeGreaterThan(0);
    },
    300_000,
  );
});

/** One of new code, and one or two others. */
function scenes(chain: Chain): Scene[] {
  const writers = writersOf(chain).filter(({ name }) => changing.test(name));
  const isNew = ({ name }: { readonly name: string }) => !/^(v\d|raw)/.test(name);
  const pairs = writers.filter(isNew).flatMap((one) => writers.map((other) => [one, other]));
  const trios = writers.flatMap((one, at) =>
    writers.slice(at + 1).map((other) => [...writers.filter(isNew).slice(1, 2), one, other]),
  );
  return [...pairs, ...trios].flatMap((cast) => chain.initial.map((stored) => ({ cast, stored })));
}
