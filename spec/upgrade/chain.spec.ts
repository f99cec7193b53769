import { describe, expect, it } from '@jest/globals';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { compileChain } from '../../lib/upgrade/chain.js';
import type { VersionStep } from '../../lib/upgrade/version-step.js';
import { stepsFrom } from '../../lib/upgrade/run.js';
import { caught } from '../errors/caught.js';
import { cases } from '../support/effort.js';
import { chain, source, step } from './chains.js';

const named = (steps: readonly VersionStep[]) => steps.map(({ from, to }) => `${from} → ${to}`);

describe('a chain', () => {
  it('leads from each readable version through every step to the newest', () => {
    const notes = chain({ newest: 4, steps: [step(3, 4), step(1, 2), step(2, 3)] });
    expect(named(stepsFrom(1, notes))).toEqual(['1 → 2', '2 → 3', '3 → 4']);
    expect(named(stepsFrom(2, notes))).toEqual(['2 → 3', '3 → 4']);
    expect(named(stepsFrom(3, notes))).toEqual(['3 → 4']);
    expect(named(stepsFrom(4, notes))).toEqual([]);
  });

  it('takes the fewest steps', () => {
    const notes = chain({ newest: 4, steps: [step(1, 2), step(2, 3), step(3, 4), step(1, 3)] });
    expect(named(stepsFrom(1, notes))).toEqual(['1 → 3', '3 → 4']);
  });

  it('takes few short steps rather than a long first one', () => {
    const steps = [step(1, 2), step(2, 6), step(1, 4), step(3, 4), step(4, 5), step(5, 6)];
    expect(named(stepsFrom(1, chain({ newest: 6, steps })))).toEqual(['1 → 2', '2 → 6']);
  });

  it('takes the longest first step among equally few', () => {
    const steps = [step(1, 2), step(2, 4), step(1, 3), step(3, 4)];
    expect(named(stepsFrom(1, chain({ newest: 4, steps })))).toEqual(['1 → 3', '3 → 4']);
    expect(named(stepsFrom(1, chain({ newest: 4, steps: steps.toReversed() })))).toEqual(['1 → 3', '3 → 4']);
  });

  it('does without steps where the first version is the newest', () => {
    expect(chain({}).paths).toEqual([[]]);
  });

  it('begins at the floor', () => {
    const notes = chain({ newest: 9, initial: 7, floor: 7, steps: [step(7, 8), step(8, 9)] });
    expect(notes.paths.map(named)).toEqual([['7 → 8', '8 → 9'], ['8 → 9'], []]);
  });

  it('keeps steps from below the floor, and uses none of them', () => {
    const steps = [step(1, 2), step(2, 3), step(1, 3)];
    const notes = chain({ newest: 3, initial: 1, floor: 3, steps });
    expect(notes.paths).toEqual([[]]);
    expect(notes.steps).toBe(steps);
  });

  it('is frozen, and says what it was compiled from', () => {
    const given = source({ newest: 2, steps: [step(1, 2)] });
    const notes = compileChain(given);
    expect(notes).toMatchObject(given);
    for (const part of [notes, notes.paths, ...notes.paths]) expect(Object.isFrozen(part)).toBe(true);
  });

  it('is compiled quickly however high the versions are', () => {
    const newest = 999_999_999;
    const floor = newest - 1_000;
    const steps = Array.from({ length: 1_000 }, (_, at) => step(floor + at, floor + at + 1));
    const start = performance.now();
    const notes = chain({ newest, initial: floor, floor, steps });
    expect(stepsFrom(floor, notes)).toHaveLength(1_000);
    expect(notes.paths).toHaveLength(1_001);
    // a low floor is found not to lead there, not tried version by version
    const { details } = caught('UPGRADE_GAP', () => compileChain(source({ newest, floor: 1, steps })));
    expect(details.version).toBe(floor - 1);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

describe('steps that lead nowhere are refused:', () => {
  it.each<[what: string, from: number, to: number]>([
    ['backwards', 3, 2],
    ['to where they begin', 2, 2],
    ['from below version 1', 0, 1],
    ['from a negative version', -1, 2],
    ['from a fraction', 1.5, 2],
    ['to a fraction', 1, 2.5],
    ['from NaN', Number.NaN, 2],
    ['to NaN', 1, Number.NaN],
    ['to Infinity', 1, Number.POSITIVE_INFINITY],
    ['from text', '1' as unknown as number, 2],
    ['from undefined', undefined as unknown as number, 2],
  ])('%s', (_what, from, to) => {
    const call = () => compileChain(source({ newest: 3, steps: [step(1, 2), step(2, 3), step(from, to)] }));
    const { details } = caught('UPGRADE_BACKWARDS', call);
    expect(details).toEqual({ class: 'Note', method: `Upgrades.from${from}to${to}`, from, to });
  });

  it('beyond the class’s version', () => {
    const { details } = caught('UPGRADE_BEYOND_VERSION', () =>
      compileChain(source({ newest: 2, steps: [step(1, 2), step(2, 3)] })),
    );
    expect(details).toEqual({ class: 'Note', method: 'Upgrades.from2to3', from: 2, to: 3, newest: 2 });
  });

  it('also from below the floor, where they would not be used', () => {
    expect(() => chain({ newest: 3, floor: 3, initial: 3, steps: [step(2, 1)] })).toThrow('UPGRADE_BACKWARDS');
    expect(() => chain({ newest: 3, floor: 3, initial: 3, steps: [step(1, 4)] })).toThrow('UPGRADE_BEYOND_VERSION');
    expect(() => chain({ newest: 3, floor: 3, initial: 3, steps: [step(1, 2), step(1, 2)] })).toThrow(
      'DUPLICATE_UPGRADE',
    );
  });

  it('twice the same way', () => {
    const steps = [step(1, 2), step(1, 3), { ...step(1, 2), method: 'Upgrades.again' }, step(2, 3)];
    const { details } = caught('DUPLICATE_UPGRADE', () => compileChain(source({ newest: 3, steps })));
    expect(details).toEqual({ class: 'Note', method: 'Upgrades.again', from: 1, to: 2, other: 'Upgrades.from1to2' });
  });
});

describe('a gap is refused:', () => {
  it.each<[what: string, given: Parameters<typeof source>[0], version: number, steps: string[]]>([
    ['no step at all', { newest: 2 }, 1, []],
    ['no step to the newest version', { newest: 3, steps: [step(1, 2)] }, 2, ['1 → 2']],
    ['no step from the first version', { newest: 3, steps: [step(2, 3)] }, 1, ['2 → 3']],
    ['a hole in the middle', { newest: 4, steps: [step(1, 2), step(3, 4)] }, 2, ['1 → 2', '3 → 4']],
    ['a version that is skipped', { newest: 3, steps: [step(1, 3)] }, 2, ['1 → 3']],
    ['a step into a dead end', { newest: 4, steps: [step(1, 3), step(2, 4)] }, 3, ['1 → 3', '2 → 4']],
    ['a floor below the steps', { newest: 5, initial: 4, floor: 3, steps: [step(4, 5)] }, 3, ['4 → 5']],
  ])('%s', (_what, given, version, steps) => {
    const { details } = caught('UPGRADE_GAP', () => compileChain(source(given)));
    expect(details).toEqual({ class: 'Note', version, newest: given.newest, steps });
  });

  it('but not one below the floor', () => {
    expect(() => chain({ newest: 4, initial: 1, floor: 3, steps: [step(1, 2), step(3, 4)] })).not.toThrow();
  });
});

/** Every way from a version to the newest one, found by trying them all. */
function everyWay(version: number, newest: number, steps: readonly VersionStep[]): VersionStep[][] {
  if (version === newest) return [[]];
  return steps
    .filter((one) => one.from === version)
    .flatMap((one) => everyWay(one.to, newest, steps).map((rest) => [one, ...rest]));
}

/** Fewest steps first; among equals the one whose first, then second … step is longer. */
function byRule(a: readonly VersionStep[], b: readonly VersionStep[]): number {
  if (a.length !== b.length) return a.length - b.length;
  const at = a.findIndex((one, index) => one.to !== b[index]?.to);
  return at === -1 ? 0 : (b[at]?.to ?? 0) - (a[at]?.to ?? 0);
}

describe('among all steps that there can be', () => {
  const versions = fc
    .integer({ min: 1, max: 7 })
    .chain((newest) => fc.tuple(fc.constant(newest), fc.integer({ min: 1, max: newest })));
  const graphs = versions.chain(([newest, floor]) => {
    const all: VersionStep[] = [];
    for (let from = 1; from < newest; from++) for (let to = from + 1; to <= newest; to++) all.push(step(from, to));
    // single steps more often than others, else there is a gap almost always
    const short = fc.shuffledSubarray(
      all.filter(({ from, to }) => to === from + 1),
      { minLength: Math.max(0, newest - 2) },
    );
    const long = fc.shuffledSubarray(all.filter(({ from, to }) => to > from + 1));
    return fc.record({
      newest: fc.constant(newest),
      floor: fc.constant(floor),
      steps: fc.tuple(short, long).map((both) => both.flat()),
    });
  });

  it('the chain is the best of all ways, or names the newest version without any', () => {
    const outcomes = { chain: 0, gap: 0 };
    fc.assert(
      fc.property(graphs, ({ newest, floor, steps }) => {
        const ways = new Map<number, VersionStep[]>();
        let gap: number | undefined;
        for (let version = floor; version <= newest; version++) {
          const [best] = everyWay(version, newest, steps).toSorted(byRule);
          if (best) ways.set(version, best);
          else gap = version;
        }
        const compile = () => chain({ newest, floor, initial: floor, steps });
        if (gap !== undefined) {
          outcomes.gap++;
          return caught('UPGRADE_GAP', compile).details.version === gap;
        }
        outcomes.chain++;
        const compiled = compile();
        return [...ways].every(([version, way]) => isDeepStrictEqual(stepsFrom(version, compiled), way));
      }),
      { numRuns: cases(5_000) },
    );
    expect(outcomes.chain).toBeGreaterThan(cases(500));
    expect(outcomes.gap).toBeGreaterThan(cases(500));
  });
});
