import { afterAll, beforeAll } from '@jest/globals';
import { isFull, tell } from '../support/effort.js';
import type { Chain } from './chains.js';
import type { Weakening } from './interleavings.js';
import { Oracle } from './oracle.js';
import type { Scene } from './scenes.js';

/**
 * What write-backs did in scenes: the outcomes that only they explain, and the items that they changed; both must be
 * none.
 */
export interface Found {
  readonly unsafe: readonly string[];
  readonly changing: readonly string[];
  readonly writeBacks: number;
}

/** Plays the scenes of a spec's chains, and tells at its end what was found in all of them. */
export class Proof {
  readonly #oracles: ReadonlyMap<Chain, Oracle>;
  readonly #total = { scenes: 0, schedules: 0, outcomes: 0, writeBacks: 0, unsafe: 0, changing: 0 };
  readonly #lines: string[] = [];

  constructor(title: string, chains: readonly Chain[], options: ConstructorParameters<typeof Oracle>[1] = {}) {
    this.#oracles = new Map(chains.map((chain) => [chain, new Oracle(chain, options)]));
    const { stackTraceLimit } = Error;
    beforeAll(() => {
      // refused writes are many, and nobody looks at their stacks
      Error.stackTraceLimit = 0;
    });
    afterAll(() => {
      Error.stackTraceLimit = stackTraceLimit;
      const numbers = Object.entries(this.#total).map(([name, number]) => `${number} ${name}`);
      tell(`${title}: ${[numbers.join(', '), ...this.#lines].join('\n  ')}`);
    });
  }

  /** What write-backs do in these scenes of a chain. */
  async play(chain: Chain, scenes: readonly Scene[]): Promise<Found> {
    const [unsafe, changing]: [string[], string[]] = [[], []];
    const total = this.#total;
    const before = total.writeBacks;
    for (const { cast, stored } of scenes) {
      const verdict = await this.#oracle(chain).judge(cast, stored);
      unsafe.push(...verdict.unsafe);
      changing.push(...verdict.changing);
      total.scenes++;
      total.schedules += verdict.schedules;
      total.outcomes += verdict.endings.length;
      total.writeBacks += verdict.writeBacks;
    }
    total.unsafe += unsafe.length;
    total.changing += changing.length;
    return { unsafe, changing, writeBacks: total.writeBacks - before };
  }

  /**
   * How much goes wrong with a weaker condition: in all scenes, or in `npm test` until something of both kinds does. Chains take
   * turns, so that one that shows nothing doesn't hold up the others.
   */
  async weaken(name: string, weakening: Weakening, scenesOf: (chain: Chain) => readonly Scene[]) {
    let [unsafe, changing] = [0, 0];
    const scenes = inTurn(
      [...this.#oracles.keys()].map((chain) => scenesOf(chain).map((scene) => ({ chain, ...scene }))),
    );
    for (const { cast, chain, stored } of scenes) {
      if (!isFull && unsafe > 0 && changing > 0) break;
      const verdict = await this.#oracle(chain).judge(cast, stored, weakening);
      unsafe += verdict.unsafe.length;
      changing += verdict.changing.length;
    }
    this.#lines.push(`${name}: ${unsafe} unsafe, ${changing} changing`);
    return { unsafe, changing };
  }

  #oracle(chain: Chain): Oracle {
    return this.#oracles.get(chain) as Oracle;
  }
}

/** The first of each list, then the second of each, and so on. */
function inTurn<Value>(lists: readonly (readonly Value[])[]): Value[] {
  const length = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat();
}
