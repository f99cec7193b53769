import { describe, expect, test } from '@jest/globals';
import {
  convert,
  each,
  Entity,
  isMapperError,
  type Item,
  nest,
  PartitionKey,
  remove,
  rename,
  setDefault,
  type Step,
  steps,
  unnest,
  Upgrade,
  upgradeItem,
  Versioned,
  within,
} from 'dynamo-evolve';
import { compileModel } from '../../lib/model/entity-model.js';
import { caught } from '../errors/caught.js';

/** What steps make of an item. */
function done(item: Item, ...list: readonly Step[]): Item {
  const { apply } = steps(...list);
  apply(item);
  return item;
}

/** What the way back of steps makes of an item. */
function undone(item: Item, ...list: readonly Step[]): Item {
  steps(...list).reverse?.apply(item);
  return item;
}

describe('rename', () => {
  const step = rename('state', 'session_state');

  test('moves the value to the new name, and back', () => {
    expect(done({ id: 1, state: 'open' }, step)).toEqual({ id: 1, session_state: 'open' });
    expect(undone({ id: 1, session_state: 'open' }, step)).toEqual({ id: 1, state: 'open' });
  });

  test('does nothing where there is nothing', () => {
    expect(done({ session_state: 'open' }, step)).toEqual({ session_state: 'open' });
  });

  test('takes the value that its version knows where there are two', () => {
    expect(done({ state: 'closed', session_state: 'open' }, step)).toEqual({ session_state: 'closed' });
  });

  test('moves null, false and 0', () => {
    for (const state of [null, false, 0, '']) expect(done({ state }, step)).toEqual({ session_state: state });
  });
});

describe('setDefault', () => {
  test('fills in what is absent or null, and leaves all else', () => {
    const step = setDefault('blueprint', 'devassist');
    expect(done({}, step)).toEqual({ blueprint: 'devassist' });
    expect(done({ blueprint: null }, step)).toEqual({ blueprint: 'devassist' });
    expect(done({ blueprint: '' }, step)).toEqual({ blueprint: '' });
  });

  test('stays stored on the way back', () => {
    expect(undone({ blueprint: 'other' }, setDefault('blueprint', 'devassist'))).toEqual({ blueprint: 'other' });
  });

  test('gives each item an object of its own', () => {
    const step = setDefault('tags', ['a']);
    const [one, other] = [done({}, step), done({}, step)];
    (one.tags as string[]).push('b');
    expect(other).toEqual({ tags: ['a'] });
  });
});

describe('remove', () => {
  test('takes an attribute away', () => {
    expect(done({ id: 1, nickname: 'a' }, remove('nickname'))).toEqual({ id: 1 });
  });

  test('has no way back, unless the older version can do without, or with something else', () => {
    expect(steps(remove('nickname')).reverse).toBeUndefined();
    expect(undone({ id: 1 }, remove('nickname', { optional: true }))).toEqual({ id: 1 });
    expect(undone({ id: 1 }, remove('nickname', { restore: '' }))).toEqual({ id: 1, nickname: '' });
    expect(remove('nickname', { optional: true }).loses).toBe(true);
  });
});

describe('convert', () => {
  const step = convert('age', String, Number);

  test('makes another value, and back', () => {
    expect(done({ age: 7 }, step)).toEqual({ age: '7' });
    expect(undone({ age: '7' }, step)).toEqual({ age: 7 });
    expect(done({}, step)).toEqual({});
  });

  test('removes what its function makes nothing of', () => {
    expect(
      done(
        { age: 7 },
        convert('age', () => undefined, 'one-way'),
      ),
    ).toEqual({});
    expect(
      done(
        { age: 7 },
        convert('age', () => new Set(), 'one-way'),
      ),
    ).toEqual({});
  });

  test('refuses a promise', () => {
    const { apply } = convert('age', () => Promise.reject(new Error('nobody waits')), 'one-way');
    expect(caught('STEP_TYPE', () => apply({ age: 7 })).details).toEqual({
      attribute: 'age',
      expected: 'a value',
      found: 'a promise',
    });
  });

  test('is a point of no return if one-way', () => {
    const list = steps(rename('a', 'b'), convert('age', String, 'one-way'));
    expect(list.reverse).toBeUndefined();
    expect(list.loses).toBe(true);
  });
});

describe('nest and unnest', () => {
  const step = nest('address', { street: 'street', zip: 'postcode' });

  test('move attributes into a map, and back', () => {
    expect(done({ id: 1, street: 's', zip: 'z' }, step)).toEqual({ id: 1, address: { street: 's', postcode: 'z' } });
    expect(undone({ id: 1, address: { street: 's', postcode: 'z' } }, step)).toEqual({ id: 1, street: 's', zip: 'z' });
  });

  test('leave out what is absent, and do nothing where there is nothing', () => {
    expect(done({ zip: 'z' }, step)).toEqual({ address: { postcode: 'z' } });
    expect(done({ id: 1 }, step)).toEqual({ id: 1 });
    expect(undone({ id: 1 }, step)).toEqual({ id: 1 });
  });

  test('keep what else is in the map', () => {
    expect(undone({ address: { street: 's', country: 'c' } }, step)).toEqual({
      street: 's',
      address: { country: 'c' },
    });
    expect(done({ street: 's', address: { country: 'c' } }, step)).toEqual({ address: { street: 's', country: 'c' } });
    expect(undone({ address: {} }, step)).toEqual({ address: {} });
  });

  test.each([['text'], [5], [null], [['list']], [new Set(['a'])]])('refuse %j in place of the map', (address) => {
    const error = caught('STEP_TYPE', () => done({ address, street: 's' }, step));
    expect(error.details).toMatchObject({ attribute: 'address', expected: 'a map' });
    expect(caught('STEP_TYPE', () => done({ address }, unnest('address', ['street']))).details).toEqual(error.details);
  });
});

describe('within and each', () => {
  const inner = [rename('colour', 'color'), setDefault('size', 1)];

  test('do steps inside a map, and back', () => {
    const step = within('settings', ...inner);
    expect(done({ settings: { colour: 'red' } }, step)).toEqual({ settings: { color: 'red', size: 1 } });
    expect(undone({ settings: { color: 'red', size: 1 } }, step)).toEqual({ settings: { colour: 'red', size: 1 } });
    expect(done({}, step)).toEqual({});
  });

  test('do steps in every element of a list or a map', () => {
    const step = each('parts', ...inner);
    const list = [{ colour: 'red' }, { size: 2 }];
    expect(done({ parts: structuredClone(list) }, step)).toEqual({ parts: [{ color: 'red', size: 1 }, { size: 2 }] });
    expect(done({ parts: { a: { colour: 'red' } } }, step)).toEqual({ parts: { a: { color: 'red', size: 1 } } });
    expect(done({ parts: [] }, step)).toEqual({ parts: [] });
  });

  test.each([
    ['text', 'a string'],
    [null, 'null'],
    [5, 'a number'],
  ])('refuse %j', (parts, found) => {
    for (const [step, expected] of [
      [each, 'a list or a map'],
      [within, 'a map'],
    ] as const) {
      const error = caught('STEP_TYPE', () => done({ parts }, step('parts', ...inner)));
      expect(error.details).toEqual({ attribute: 'parts', expected, found });
    }
  });

  test.each([[[{}, 1]], [[['list']]], [{ a: 1 }]])('refuse an element that is no map: %j', (parts) => {
    const error = caught('STEP_TYPE', () => done({ parts }, each('parts', ...inner)));
    expect(error.details).toMatchObject({ attribute: 'each of parts', expected: 'a map' });
  });

  test('have a way back if all that they do has one', () => {
    expect(within('settings', remove('a')).reverse).toBeUndefined();
    expect(each('parts', within('a', remove('b'))).reverse).toBeUndefined();
  });
});

describe('a list of steps', () => {
  test('says what it does, looks at, assigns and loses', () => {
    const list = steps(rename('state', 'session_state'), setDefault('blueprint', 'devassist'), remove('old'));
    expect(list).toMatchObject({
      description: "renamed state to session_state, set blueprint to 'devassist' where it was absent, removed old",
      reads: ['state', 'blueprint'],
      assigns: ['state', 'session_state', 'blueprint', 'old'],
      loses: true,
      reverse: undefined,
    });
  });

  test('says what its way back does', () => {
    const list = steps(rename('state', 'session_state'), setDefault('blueprint', 'devassist'), nest('a', ['b']));
    expect(list.reverse?.description).toBe('unnested b from a, kept blueprint, renamed session_state to state');
    expect(list.reverse?.reverse?.description).toContain('renamed state to session_state');
  });

  test('undoes the last one first', () => {
    const list = [rename('a', 'b'), convert('b', String, Number)];
    expect(undone({ b: '7' }, ...list)).toEqual({ a: 7 });
  });

  test('takes hostile names for data', () => {
    const item = JSON.parse('{ "__proto__": { "polluted": true }, "toString": 1, "m": { "constructor": 2 } }') as Item;
    done(
      item,
      rename('__proto__', 'constructor'),
      rename('toString', '__proto__'),
      within('m', rename('constructor', 'x')),
    );
    expect(Object.entries(item)).toEqual([
      ['m', { x: 2 }],
      ['constructor', { polluted: true }],
      ['__proto__', 1],
    ]);
    expect(Object.getPrototypeOf(item)).toBe(Object.prototype);
    expect(done({}, rename('constructor', 'a'), setDefault('valueOf', 1))).toEqual({ valueOf: 1 });
  });

  test('is frozen', () => {
    const list = steps(rename('a', 'b'));
    for (const one of [list, list.steps, list.steps[0]]) expect(Object.isFrozen(one)).toBe(true);
  });
});

describe('@Upgrade on a static field', () => {
  class Upgrades {
    @Upgrade(1, 2) static declared = steps(rename('state', 'session_state'), setDefault('blueprint', 'devassist'));

    @Upgrade(2, 3, 'turned tags into a set')
    static byHand(item: Item): void {
      if (Array.isArray(item.tags)) item.tags = new Set(item.tags);
    }

    @Upgrade(3, 4) static again = steps(within('settings', remove('theme')));
  }

  @Entity({ table: 'things' })
  @Versioned(4, { upgrades: Upgrades })
  class Thing {
    @PartitionKey() id!: string;
  }

  test('mixes with methods in one chain', () => {
    const item = { id: 'a', state: 'open', tags: ['t'], settings: { theme: 'dark', size: 1 } };
    expect(upgradeItem(Thing, item)).toEqual({
      id: 'a',
      session_state: 'open',
      blueprint: 'devassist',
      tags: new Set(['t']),
      settings: { size: 1 },
      schema_version: 4,
    });
  });

  test('describes itself, where no description is given', () => {
    expect(compileModel(Thing).chain.steps.map((step) => step.description)).toEqual([
      "renamed state to session_state, set blueprint to 'devassist' where it was absent",
      'turned tags into a set',
      'within settings: removed theme',
    ]);
  });

  test('works without decorator syntax', () => {
    const Plain = { upgrades: class {} };
    Object.defineProperty(Plain.upgrades, 'list', { value: steps(rename('a', 'b')) });
    Upgrade(1, 2)(Plain.upgrades, 'list');
    class Other {
      declare id: string;
    }
    PartitionKey({ type: 'string' })(Other.prototype, 'id');
    Versioned(2, { upgrades: Plain.upgrades })(Other);
    Entity({ table: 'others' })(Other);
    expect(upgradeItem(Other, { id: 'x', a: 1 })).toEqual({ id: 'x', b: 1, schema_version: 2 });
  });

  test('fails by item, with the step that met another type as the cause', () => {
    const error = caught('UPGRADE_FAILED', () => upgradeItem(Thing, { id: 'a', settings: 'text' }));
    expect(error.details).toEqual({ entity: 'Thing', key: { id: 'a' }, from: 3, to: 4, method: 'Upgrades.again' });
    expect(isMapperError(error.cause, 'STEP_TYPE')).toBe(true);
  });
});
