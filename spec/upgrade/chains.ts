import { type ChainSource, compileChain, type UpgradeChain } from '../../lib/upgrade/chain.js';
import type { VersionStep } from '../../lib/upgrade/version-step.js';
import type { ItemIdentity } from '../../lib/upgrade/run.js';

/** A step that does what it is told, by default nothing. */
export function step(from: number, to: number, apply: VersionStep['apply'] = () => undefined): VersionStep {
  return {
    from,
    to,
    method: `Upgrades.from${from}to${to}`,
    description: undefined,
    repeatable: true,
    dynamic: false,
    apply,
  };
}

/** What a chain is compiled from: a class `Note` with the key `id`, of version 1 unless said otherwise. */
export function source(given: Partial<ChainSource>): ChainSource {
  return {
    class: 'Note',
    versionAttribute: 'schema_version',
    newest: 1,
    initial: 1,
    floor: 1,
    steps: [],
    protectedAttributes: ['id'],
    ...given,
  };
}

/** A compiled chain of such a class. */
export function chain(given: Partial<ChainSource>): UpgradeChain {
  return compileChain(source(given));
}

/** A chain from version 1 through these steps, one after the other. */
export function chainOf(...steps: VersionStep['apply'][]): UpgradeChain {
  return chain({ newest: steps.length + 1, steps: steps.map((apply, at) => step(at + 1, at + 2, apply)) });
}

/** The item of the errors. */
export const identity: ItemIdentity = { entity: 'Note', key: () => ({ id: 'n1' }) };

/** An item about which nobody asks. */
export const unasked: ItemIdentity = {
  entity: 'Note',
  key() {
    throw new Error('the key was asked for, though nothing is wrong');
  },
};
