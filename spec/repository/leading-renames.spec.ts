import { expect, test } from '@jest/globals';
import { rename, setDefault, steps, type StepList, type WireItem } from 'dynamo-evolve';
import { decodeItem } from '../../lib/codec/decode.js';
import { leadingRenames } from '../../lib/upgrade/leading-renames.js';
import type { VersionStep } from '../../lib/upgrade/version-step.js';
import { checkSteps } from '../../lib/upgrade/steps/check-steps.js';

const names = ['a', 'b', 'c', '__proto__'];

function stepOf(declared: StepList): VersionStep {
  const [from, to] = [1, 2];
  return { from, to, method: 'm', description: '', repeatable: true, dynamic: false, apply: declared.apply, declared };
}

/** Whether a model with such a list compiles. */
function isAllowed(list: StepList): boolean {
  try {
    checkSteps(list, new Set(), { class: 'C', method: 'm', from: 1, to: 2, protectedAttributes: [] });
    return true;
  } catch {
    return false;
  }
}

const pairs = names.flatMap((from) => names.filter((to) => to !== from).map((to) => [from, to] as const));
const lists = [
  ...pairs.map((one) => [one]),
  ...pairs.flatMap((one) => pairs.map((two) => [one, two])),
  ...pairs.flatMap((one) => pairs.flatMap((two) => pairs.map((three) => [one, two, three]))),
]
  .map((renames) => steps(...renames.map(([from, to]) => rename(from, to))))
  .filter(isAllowed);

/** Every item that has some of the attributes. */
const items = Array.from({ length: 2 ** names.length }, (_, bits): WireItem => {
  const held = names.filter((_name, at) => bits & (1 << at));
  return Object.fromEntries(held.map((name) => [name, { S: `the value of ${name}` }]));
});

test('every list of up to three renames gives the same, whether or not it is begun while an item is decoded', () => {
  let begun = 0;
  for (const list of lists) {
    const renames = leadingRenames([stepOf(list)], {});
    for (const item of items) {
      const afterwards = decodeItem(item);
      list.apply(afterwards);
      const meanwhile = decodeItem(item, renames);
      if (Object.keys(meanwhile).some((name) => !Object.hasOwn(item, name))) begun++;
      list.apply(meanwhile);
      expect(meanwhile).toStrictEqual(afterwards);
    }
  }
  expect(lists.length).toBeGreaterThan(500);
  expect(begun).toBeGreaterThan(1000);
});

test('only what comes first is begun', () => {
  const list = steps(rename('a', 'b'), setDefault('c', 1), rename('d', 'e'));
  expect(leadingRenames([stepOf(list)], {})).toEqual([{ from: 'a', to: 'b' }]);
  expect(leadingRenames([stepOf(steps(setDefault('c', 1), rename('d', 'e')))], {})).toEqual([]);
  expect(leadingRenames([], {})).toEqual([]);
});

test('a name that becomes free and is taken again is left to the steps', () => {
  const list = steps(rename('a', 'b'), rename('c', 'a'));
  expect(leadingRenames([stepOf(list)], {})).toEqual([{ from: 'a', to: 'b' }]);
});

test('nothing is begun where keys are made of other attributes, which are compared afterwards', () => {
  const keyParts = [{ attribute: 'b', agrees: () => true }];
  expect(leadingRenames([stepOf(steps(rename('a', 'b')))], { keyParts })).toEqual([]);
});
