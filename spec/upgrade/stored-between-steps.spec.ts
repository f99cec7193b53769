import { describe, expect, it, test } from '@jest/globals';
import { NumberValueImpl as NumberValue } from '@aws-sdk/util-dynamodb';
import {
  Attribute,
  type Class,
  convert,
  Downgrade,
  downgradeItem,
  each,
  Entity,
  nest,
  PartitionKey,
  remove,
  rename,
  setDefault,
  steps,
  Upgrade,
  upgradeItem,
  Versioned,
  within,
} from 'dynamo-evolve';
import fc from 'fast-check';
import { inspect, isDeepStrictEqual } from 'node:util';
import { decodeItem } from '../../lib/codec/decode.js';
import { encodeItem } from '../../lib/codec/encode.js';
import { copyPlain } from '../../lib/item/copy.js';
import type { Item } from '../../lib/item/item.js';
import { runSteps } from '../../lib/upgrade/run.js';
import type { VersionStep } from '../../lib/upgrade/version-step.js';
import { cases } from '../support/effort.js';
import { step as methodStep, unasked } from './chains.js';

const names = { versionAttribute: 'schema_version', protectedAttributes: ['id'] };
const settings = { theme: 'dark', sizes: [1, 2] };
const plans: Readonly<Record<string, object>> = { free: { seats: 1, features: ['a'] }, pro: { seats: 9 } };

/** What stored items never hold, and what a step may nevertheless leave in one. */
const made = [
  () => Buffer.from('bytes'),
  () => 7n,
  () => 2n ** 70n,
  () => -0,
  () => NumberValue.from('2.50'),
  () => new Map<string, unknown>([['inner', new Map([['n', 1n]])]]),
  () => ({ a: undefined, b: { c: undefined }, list: [{ d: undefined }] }),
  () => new Set([1, 1n, 2]),
  () => new Set([Buffer.from('a')]),
  () => new Set(),
  () => undefined,
  () => settings,
  () => plans.free,
  () => [settings, settings],
] as const;

type Apply = VersionStep['apply'];
const attributes = ['a', 'b', 'c'] as const;
const attribute = fc.constantFrom(...attributes);
const value = fc.constantFrom(...made);

/** Looks at a value closely, so that it tells what is stored from what isn't yet. */
function describeValue(one: unknown): string {
  return inspect(one, { depth: null, sorted: true });
}

/** A change in the middle of a value: it shows in everything that shares it. */
function changeInside(one: unknown): void {
  if (one instanceof Uint8Array) one[0] = 0;
  else if (one instanceof Set) one.add('more');
  else if (one instanceof Map) one.set('more', true);
  else if (Array.isArray(one)) one.push('more');
  else if (typeof one === 'object' && one !== null && !(one instanceof NumberValue)) (one as Item).more = true;
}

/** Steps as they are written, each in its own style; each looks at what the one before it left. */
const arbitraryStep: fc.Arbitrary<Apply> = fc.oneof(
  fc.tuple(attribute, value).map(
    ([name, make]) =>
      (item: Item) =>
        void (item[name] = make()),
  ),
  fc.tuple(attribute, value).map(
    ([name, make]) =>
      (item: Item) =>
        void (item[name] ??= make()),
  ),
  fc.tuple(attribute, value).map(([name, make]) => (item: Item) => ({ ...item, [name]: make() })),
  fc.tuple(attribute, attribute).map(
    ([from, to]) =>
      (item: Item) =>
        void (item[to] ??= item[from]),
  ),
  fc.tuple(attribute, attribute).map(([from, to]) => (item: Item) => {
    item[to] = describeValue(item[from]);
  }),
  fc.tuple(attribute, attribute).map(([from, to]) => (item: Item) => ({ ...item, [to]: from in item })),
  fc.tuple(attribute, attribute).map(([from, to]) => ({ [from]: moved, ...rest }: Item) => ({ ...rest, [to]: moved })),
  fc.tuple(attribute, attribute).map(([from, to]) => (item: Item) => ({ ...item, [to]: [item[from], item[from]] })),
  attribute.map((name) => (item: Item) => changeInside(item[name])),
  attribute.map((name) => (item: Item) => {
    const list = item[name];
    if (Array.isArray(list)) for (const member of list) changeInside(member);
  }),
  attribute.map((name) => (item: Item) => Object.freeze({ ...item, [name]: Object.freeze(made.map((one) => one())) })),
  attribute.map((name) => (item: Item) => Object.assign(Object.create(null) as Item, item, { [name]: settings })),
  attribute.map((name) => (item: Item) => {
    const result = { ...item };
    Object.defineProperty(result, name, { get: () => Object.keys(result).length, enumerable: true });
    return result;
  }),
);

/** Declared steps on what methods left, and the other way round. */
const arbitraryDeclared = fc.oneof(
  value
    .map((make) => steps(setDefault('a', make())))
    // what the model would refuse
    .filter((list) => list.steps.every((one) => one.problem === undefined)),
  value.map((make) => steps(convert('b', () => make(), 'one-way'))),
  fc.constant(steps(convert('c', (one) => [one, one], 'one-way'))),
  fc.constant(steps(rename('a', 'b'))),
);

const arbitrarySteps: fc.Arbitrary<VersionStep[]> = fc
  .array(fc.oneof({ weight: 4, arbitrary: arbitraryStep }, arbitraryDeclared), { minLength: 2, maxLength: 5 })
  .map((list) => {
    const all = list.map((one, at): VersionStep =>
      typeof one === 'function'
        ? methodStep(at + 1, at + 2, one)
        : { ...methodStep(at + 1, at + 2, one.apply), declared: one },
    );
    // what fast-check says of a counterexample
    const text = list.map((one) => (typeof one === 'function' ? String(one) : one.description)).join('\n');
    return Object.defineProperty(all, fc.toStringMethod, { value: () => text });
  });
const items = fc
  .record({ a: value, b: value, c: value }, { requiredKeys: [] })
  .map((makers) => Object.fromEntries(Object.entries(makers).map(([name, make]) => [name, make()])))
  .map((item): Item => decodeItem(encodeItem({ ...item, id: 'n1' })));

const stored = (item: Item): Item => decodeItem(encodeItem(item));

/** What can't be stored at all, in whatever release. */
function outcomeOf(run: () => Item): Item | 'fails' {
  try {
    return stored(run());
  } catch {
    return 'fails';
  }
}

describe('a chain that runs in one release or in several', () => {
  it('makes the same item', () => {
    let compared = 0;
    const property = (item: Item, list: VersionStep[]) => {
      const together = outcomeOf(() => runSteps(copyPlain(item), list, names, unasked));
      const apart = outcomeOf(() => {
        let current = copyPlain(item);
        for (const one of list) current = stored(runSteps(current, [one], names, unasked));
        return current;
      });
      // what a release left that can't be stored, it could not store
      if (apart === 'fails') return;
      compared++;
      if (!isDeepStrictEqual(together, apart)) {
        throw new Error(`${describeValue(item)}\n${describeValue(together)}\n${describeValue(apart)}`);
      }
    };
    const numRuns = cases(2_000);
    fc.assert(fc.property(items, arbitrarySteps, property), { numRuns });
    expect(compared).toBeGreaterThan(numRuns / 2);
  });

  it('is in its stored form at every step, and at the end', () => {
    const property = (item: Item, list: VersionStep[]) => {
      const result = runSteps(copyPlain(item), list, names, unasked);
      expect(outcomeOf(() => result) === 'fails' || isDeepStrictEqual(result, stored(result))).toBe(true);
    };
    fc.assert(fc.property(items, arbitrarySteps, property), { numRuns: cases(1_000) });
  });
});

/** A class of version 2, with this step and this way back. */
function noteClass(up: Apply | ReturnType<typeof steps>, down?: Apply): Class {
  class Note {
    id!: string;
  }
  PartitionKey({ type: 'string' })(Note.prototype, 'id');
  for (const name of ['settings', 'home', 'address', 'plan'])
    Attribute({ type: 'any', optional: true })(Note.prototype, name);
  Object.defineProperty(Note, 'up', { value: up });
  Upgrade(1, 2)(Note, 'up');
  if (down) {
    Object.defineProperty(Note, 'down', { value: down });
    Downgrade(2, 1)(Note, 'down');
  }
  Versioned(2)(Note);
  Entity({ table: 'notes' })(Note);
  return Note;
}

const shared = () => ({
  theme: 'dark',
  sizes: [1],
  flags: new Set(['x']),
  more: new Map([['k', [1]]]),
  raw: Buffer.from('r'),
});

describe('what a step hands over', () => {
  const values = shared();
  const untouched = shared();
  const changes: [what: string, up: Apply | ReturnType<typeof steps>, name: string][] = [
    ['in place', (item) => void (item.settings ??= values), 'settings'],
    ['in a copy', (item) => ({ settings: values, ...item }), 'settings'],
    ['within a value of its own', (item) => void (item.settings = { inner: values }), 'settings'],
    ['in a list', (item) => void (item.settings = [values]), 'settings'],
    ['by convert', steps(convert('plan', () => values, 'one-way')), 'plan'],
    ['by setDefault', steps(setDefault('settings', values)), 'settings'],
    ['by each', steps(each('home', setDefault('inner', values))), 'home'],
    [
      'by within and nest',
      steps(within('address', setDefault('inner', values)), nest('settings', ['address'])),
      'settings',
    ],
  ];

  test.each(changes)('is the item’s own: %s', (_what, up, name) => {
    const target = noteClass(up);
    const item = { id: 'n1', plan: 'free', home: [{ a: 1 }], address: { b: 1 } };
    const [first, second] = [upgradeItem(target, item), upgradeItem(target, item)];
    const expected = inspect(second[name], { depth: null });
    spoil(first[name]);
    expect(inspect(second[name], { depth: null })).toBe(expected);
    expect(values).toEqual(untouched);
  });

  test('is the item’s own on the way back', () => {
    const target = noteClass(
      () => undefined,
      (item) => void (item.settings = values),
    );
    const back = () => downgradeItem(target, { id: 'n1', schema_version: 2 }, 1);
    const [first, second] = [back(), back()];
    spoil(first.settings);
    expect(second.settings).toEqual(back().settings);
    expect(values).toEqual(untouched);
  });

  test('is the item’s own where a removed attribute is restored', () => {
    const target = noteClass(steps(remove('settings', { restore: values })));
    const back = () => downgradeItem(target, { id: 'n1', schema_version: 2 }, 1);
    spoil(back().settings);
    expect(values).toEqual(untouched);
  });

  test('is not two attributes at once', () => {
    const target = noteClass((item) => void (item.address ??= item.home));
    const item = upgradeItem(target, { id: 'n1', home: { city: 'Haifa' } });
    (item.address as Item).city = 'Wien';
    expect(item.home).toEqual({ city: 'Haifa' });
  });

  test('stays the item’s own where the step keeps it', () => {
    let kept: Item = {};
    const target = noteClass((item) => {
      kept = item.settings as Item;
    });
    const item = upgradeItem(target, { id: 'n1', settings: { theme: 'light' } });
    kept.theme = 'dark';
    expect(item.settings).toEqual({ theme: 'light' });
  });

  test('is the result, not an item that the step keeps', () => {
    const template: Item = { id: 'n1', settings: 1 };
    upgradeItem(
      noteClass(() => template),
      { id: 'n1' },
    );
    expect(template).toEqual({ id: 'n1', settings: 1 });
  });
});

/** Changes all that can be changed in a value. */
function spoil(one: unknown): void {
  if (typeof one !== 'object' || one === null) return;
  const members = one instanceof Set || one instanceof Map ? [...one.values()] : Object.values(one);
  if (!(one instanceof Uint8Array)) for (const member of members) spoil(member);
  changeInside(one);
}
