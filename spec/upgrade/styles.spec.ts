import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { inspect, isDeepStrictEqual } from 'node:util';
import { copyPlain } from '../../lib/item/copy.js';
import type { Item } from '../../lib/item/item.js';
import { ownValue, setOwn } from '../../lib/item/own-value.js';
import { recordChain } from '../../lib/upgrade/recording.js';
import { runChain } from '../../lib/upgrade/run.js';
import { cases, tell } from '../support/effort.js';
import { chain, step, unasked } from './chains.js';
import { Chooser } from './random-chains.js';
import { styledNames, type StyledStep, styledStep } from './styles.js';

const values = ['x', '', 0, 7, true, null, ['l'], { nested: { x: 1 } }, {}] as const;
const allNames = [...styledNames, 'e', 'note'];

function randomItem(choose: Chooser): Item {
  const item: Item = { id: 'thing' };
  for (const name of allNames) if (choose.below(2) === 0) item[name] = copyPlain({ value: choose.oneOf(values) }).value;
  return item;
}

/** What somebody else makes of an item in one request: one or two attributes set or removed. */
function changed(choose: Chooser, item: Item): Item {
  const result = copyPlain(item);
  for (let count = 1 + choose.below(2); count > 0; count--) {
    const name = choose.oneOf([...allNames, 'fresh']);
    if (choose.below(3) === 0) delete result[name];
    else result[name] = copyPlain({ value: choose.oneOf(values) }).value;
  }
  return result;
}

interface Counts {
  dynamic: number;
  refused: number;
  done: number;
}

/** What writing an upgrade back makes of an item that was changed meanwhile; why it isn't done, where that is so. */
function writeBack(steps: readonly StyledStep[], isDeclared: boolean, stored: Item, now: Item): Item | keyof Counts {
  const upgrades = chain({
    newest: steps.length + 1,
    steps: steps.map(({ apply, reads }, at) => ({ ...step(at + 1, at + 2, apply), ...(isDeclared && { reads }) })),
  });
  const expected = runChain(copyPlain(stored), 1, upgrades, unasked);
  const recording = recordChain(stored, 1, upgrades, ['id', 'a', 'note'], expected);
  if (!recording || recording.isDynamic) return 'dynamic';
  const isSame = (name: string) =>
    Object.hasOwn(stored, name) === Object.hasOwn(now, name) &&
    isDeepStrictEqual(ownValue(stored, name), ownValue(now, name));
  if (![...recording.reads].every(isSame)) return 'refused';
  const result = copyPlain(now);
  for (const name of recording.assigned) {
    if (Object.hasOwn(recording.item, name)) setOwn(result, name, recording.item[name]);
    else delete result[name];
  }
  return { ...result, schema_version: upgrades.newest };
}

function upgraded(steps: readonly StyledStep[], item: Item): Item | 'fails' {
  const upgrades = chain({
    newest: steps.length + 1,
    steps: steps.map(({ apply }, at) => step(at + 1, at + 2, apply)),
  });
  try {
    return runChain(copyPlain(item), 1, upgrades, { entity: 'Thing', key: () => ({}) });
  } catch {
    return 'fails';
  }
}

function search(isDeclared: boolean, numRuns: number): Counts {
  const counts: Counts = { dynamic: 0, refused: 0, done: 0 };
  const property = (seed: number) => {
    const choose = new Chooser(seed);
    const steps = Array.from({ length: 1 + choose.below(2) }, () => styledStep(choose));
    const stored = randomItem(choose);
    if (upgraded(steps, stored) === 'fails') return;
    for (let count = 0; count < 4; count++) {
      const now = changed(choose, stored);
      const outcome = writeBack(steps, isDeclared, stored, now);
      if (typeof outcome === 'string') {
        counts[outcome]++;
        continue;
      }
      counts.done++;
      const expected = upgraded(steps, now);
      if (isDeepStrictEqual(outcome, expected)) continue;
      const text = steps.map((one) => `${one.text}${isDeclared ? ` reads ${one.reads.join()}` : ''}`).join('\n');
      throw new Error([text, ...[stored, now, expected, outcome].map((one) => inspect(one, { depth: 5 }))].join('\n'));
    }
  };
  fc.assert(fc.property(fc.integer(), property), { numRuns });
  return counts;
}

test('a step in any style is written back to what upgrading the changed item gives, or not at all', () => {
  const { done, dynamic, refused } = search(false, cases(20_000));
  tell(`styles: ${done} written back, ${refused} refused, ${dynamic} dynamic`);
  expect(Math.min(done, refused, dynamic)).toBeGreaterThan(cases(1000));
});

test('nor is one that declares what it reads', () => {
  const { done, dynamic, refused } = search(true, cases(10_000));
  tell(`styles that declare what they read: ${done} written back, ${refused} refused`);
  expect(Math.min(done, refused)).toBeGreaterThan(cases(1000));
  expect(dynamic).toBe(0);
});
