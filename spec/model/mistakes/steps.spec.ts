import { expect } from '@jest/globals';
import {
  convert,
  each,
  nest,
  remove,
  rename,
  setDefault,
  type Step,
  steps,
  unnest,
  Upgrade,
  within,
} from 'dynamo-evolve';
import { declaring, type Mistake, note, specifyMistakes, upgrade } from './mistake.js';

specifyMistakes('steps', [
  ...[
    { what: 'that is none', list: [{ kind: 'rename' }], step: 'step 1', problem: "isn't a step" },
    { what: 'that is undefined', list: [undefined], step: 'step 1', problem: "isn't a step" },
    { what: 'inside a map that is none', list: [within('a', {} as never)], step: 'step 1.1', problem: "isn't a step" },
    { what: 'without a name', list: [rename('', 'a')], problem: 'names an attribute without a name' },
    { what: 'on a number', list: [remove(5 as never)], problem: 'names an attribute by number, not by its name' },
    { what: 'that renames to the same', list: [rename('a', 'a')], problem: 'renames an attribute to its own name' },
    { what: 'with no value', list: [setDefault('a', undefined)], problem: 'has the default undefined' },
    { what: 'with a function', list: [setDefault('a', () => 1)], problem: 'has a function as its default' },
    { what: 'with an empty Set', list: [setDefault('a', new Set())], problem: 'has an empty Set as its default' },
    { what: 'with a Date', list: [setDefault('a', new Date(0))], problem: 'has a Date as its default' },
    { what: 'with NaN', list: [setDefault('a', Number.NaN)], problem: "gives a a value that can't be stored" },
    { what: 'with an instance', list: [setDefault('a', new URL('x:y'))], problem: "gives a a value that can't be" },
    { what: 'with half a number', list: [setDefault('a', [2 ** 60])], problem: "gives a a value that can't be stored" },
    { what: 'with an inner Set', list: [setDefault('a', { b: new Set() })], problem: "gives a a value that can't be" },
    { what: 'that restores NaN', list: [remove('a', { restore: Number.NaN })], problem: "gives a a value that can't" },
    { what: 'without inverse', list: [convert('a', String, undefined as never)], problem: 'has no inverse' },
    { what: 'without function', list: [convert('a', 1 as never, 'one-way')], problem: 'has no function that converts' },
    { what: 'that says it twice', list: [remove('a', { optional: true, restore: 1 })], problem: 'says optional and' },
    { what: 'that nests nothing', list: [nest('a', [])], problem: 'names no attributes' },
    { what: 'that nests twice', list: [nest('a', ['b', 'b'])], problem: 'names an attribute, or its name within' },
    { what: 'that nests to one name', list: [nest('a', { b: 'x', c: 'x' })], problem: 'names an attribute, or its' },
    { what: 'that nests itself', list: [nest('a', ['a'])], problem: 'moves a map into itself' },
    { what: 'that unnests an empty name', list: [unnest('a', [''])], problem: 'names an attribute without a name' },
    { what: 'with nothing inside', list: [each('a')], problem: 'has no steps' },
    {
      what: 'inside a map, with NaN',
      list: [rename('c', 'd'), within('b', setDefault('a', Number.NaN))],
      step: 'step 2.1, setDefault(),',
      problem: "gives a a value that can't be stored",
    },
    {
      what: 'inside a list, without a name',
      list: [each('a', within('b', rename('c', '')))],
      step: 'step 1.1.1, rename(),',
      problem: 'names an attribute without a name',
    },
  ].map(({ what, list, problem, step = `step 1, ${list[0]?.kind}(),` }): Mistake => ({
    what: `a declared step ${what}`,
    code: 'INVALID_STEP',
    make: () => declaring(...(list as Step[])),
    details: { ...upgrade, method: 'Upgrades.list', step, problem: expect.stringContaining(problem) },
    says: [`Note: the upgrade 1 → 2 (Upgrades.list) has an invalid step: ${step} ${problem}`],
  })),

  ...[
    { list: [rename('id', 'key')], attribute: 'id' },
    { list: [rename('key', 'id')], attribute: 'id' },
    { list: [setDefault('schema_version', 2)], attribute: 'schema_version' },
    { list: [nest('a', ['b', 'id'])], attribute: 'id' },
    { list: [unnest('a', ['id'])], attribute: 'id' },
  ].map(({ list, attribute }): Mistake => {
    const [{ description: step }] = list as [Step];
    return {
      what: `a declared step: ${step}`,
      code: 'PROTECTED_STEP',
      make: () => declaring(...list),
      details: { ...upgrade, method: 'Upgrades.list', step, attribute },
      says: [`has a step that changes ${attribute}: "${step}"`, 'remove the step'],
    };
  }),

  ...[
    [rename('a', 'b'), rename('a', 'c')],
    [rename('a', 'b'), remove('a')],
    [setDefault('a', 1), setDefault('a', 2)],
    [convert('a', String, Number), convert('a', Number, String)],
    [remove('a'), convert('a', String, Number)],
    [nest('m', ['a']), setDefault('a', 1)],
    [within('a', remove('x')), within('a', remove('y'))],
  ].map(([first, second]): Mistake => {
    const [step, other] = [second, first].map((one) => one?.description);
    return {
      what: `declared steps: ${other}, ${step}`,
      code: 'STEP_PATH_TWICE',
      make: () => declaring(first as Step, second as Step),
      details: { ...upgrade, method: 'Upgrades.list', step, attribute: 'a', other },
      says: [`has two steps on a: "${step}" comes after "${other}"`],
    };
  }),
  {
    what: 'declared steps inside a map, one path twice',
    code: 'STEP_PATH_TWICE',
    make: () => declaring(within('m', remove('a'), remove('a'))),
    details: { ...upgrade, method: 'Upgrades.list', step: 'removed a', attribute: 'a', other: 'removed a' },
    says: ['has two steps on a'],
  },

  ...[
    [rename('x', 'a'), rename('y', 'a')],
    [setDefault('a', 1), rename('y', 'a')],
    [rename('x', 'a'), unnest('m', ['a'])],
    [nest('a', ['x']), rename('y', 'a')],
  ].map(([first, second]): Mistake => {
    const [step, by] = [second, first].map((one) => one?.description);
    return {
      what: `declared steps: ${by}, ${step}`,
      code: 'STEP_TARGET_TAKEN',
      make: () => declaring(first as Step, second as Step),
      details: { ...upgrade, method: 'Upgrades.list', step, attribute: 'a', by },
      says: [`would overwrite a: "${step}"`, `("${by}")`],
    };
  }),
  {
    what: 'a declared step onto what an earlier version has',
    code: 'STEP_TARGET_TAKEN',
    make() {
      class Upgrades {
        @Upgrade(1, 2) static first = steps(rename('state', 'session_state'));
        @Upgrade(2, 3) static second = steps(rename('phase', 'session_state'));
      }
      return note(3, { upgrades: Upgrades });
    },
    details: {
      class: 'Note',
      method: 'Upgrades.second',
      from: 2,
      to: 3,
      step: 'renamed phase to session_state',
      attribute: 'session_state',
      by: 'an earlier version',
    },
    says: ['the upgrade 2 → 3 (Upgrades.second) would overwrite session_state'],
  },
  {
    what: 'a default for a name that an older version had for something else',
    code: 'STEP_TARGET_TAKEN',
    make() {
      class Upgrades {
        @Upgrade(1, 2) static first = steps(rename('state', 'session_state'));
        @Upgrade(2, 3) static second = steps(setDefault('state', 'new'));
      }
      return note(3, { upgrades: Upgrades });
    },
    details: {
      class: 'Note',
      method: 'Upgrades.second',
      from: 2,
      to: 3,
      step: "set state to 'new' where it was absent",
      attribute: 'state',
      by: 'an older version, where the way back would leave it',
    },
    says: ['the upgrade 2 → 3 (Upgrades.second) would overwrite state'],
  },
]);
