// a stored attribute may be called then, and what an upgrade returns may be a thenable
/* oxlint-disable unicorn/no-thenable */
import { describe, expect, it } from '@jest/globals';
import vm from 'node:vm';
import type { VersionStep } from '../../lib/upgrade/version-step.js';
import type { Item } from '../../lib/item/item.js';
import { runChain } from '../../lib/upgrade/run.js';
import { caught } from '../errors/caught.js';
import { chain, chainOf, identity, step, unasked } from './chains.js';

const run = (item: Item, ...steps: VersionStep['apply'][]) => runChain(item, 1, chainOf(...steps), unasked);

/** What a failing step says, as the cause of the item's error. */
function causeOf(apply: VersionStep['apply'], item: Item = { id: 'n1' }): unknown {
  return caught('UPGRADE_FAILED', () => runChain(item, 1, chainOf(apply), identity)).cause;
}

describe('an upgrade', () => {
  it('may change the item and return nothing', () => {
    const rename = (item: Item) => {
      item.title = item.name;
      delete item.name;
    };
    expect(run({ id: 'n1', name: 'x' }, rename)).toEqual({ id: 'n1', title: 'x', schema_version: 2 });
  });

  it('may return a new item', () => {
    expect(run({ id: 'n1', a: 1 }, ({ a, ...rest }) => ({ ...rest, b: a }))).toEqual({
      id: 'n1',
      b: 1,
      schema_version: 2,
    });
  });

  it('may return the item that it was handed', () => {
    expect(run({ id: 'n1' }, (item) => Object.assign(item, { a: 1 }))).toEqual({ id: 'n1', a: 1, schema_version: 2 });
  });

  it('is handed what the one before it left, at the version that this one leads to', () => {
    const seen: unknown[] = [];
    const see = (item: Item) => void seen.push({ ...item });
    const add = (item: Item) => {
      see(item);
      return { ...item, a: 1 };
    };
    const notes = chain({ newest: 5, steps: [step(1, 2, add), step(2, 4, see), step(3, 4), step(4, 5, see)] });
    const item = runChain({ id: 'n1', schema_version: 1 }, 1, notes, unasked);
    expect(seen).toEqual([
      { id: 'n1', schema_version: 1 },
      { id: 'n1', schema_version: 2, a: 1 },
      { id: 'n1', schema_version: 4, a: 1 },
    ]);
    expect(item).toEqual({ id: 'n1', schema_version: 5, a: 1 });
  });

  it('sees no version where the stored item has none', () => {
    let seen: unknown;
    run({ id: 'n1' }, (item) => void (seen = Object.keys(item)));
    expect(seen).toEqual(['id']);
  });

  it('stamps the version under the attribute of the class', () => {
    const notes = chain({ newest: 2, versionAttribute: 'v', steps: [step(1, 2)] });
    expect(runChain({ id: 'n1', v: 1, schema_version: 'mine' }, 1, notes, unasked)).toEqual({
      id: 'n1',
      v: 2,
      schema_version: 'mine',
    });
  });

  it('is not run for an item of the newest version', () => {
    const notes = chain({ newest: 2, steps: [step(1, 2, () => expect(true).toBe(false))] });
    const item = { id: 'n1' };
    expect(runChain(item, 2, notes, unasked)).toBe(item);
    expect(item).toEqual({ id: 'n1' });
  });

  it('has no this', () => {
    const seen: unknown[] = [];
    const Upgrades = {
      method(this: unknown): void {
        seen.push(this);
      },
    };
    run({ id: 'n1' }, Upgrades.method);
    expect(seen).toEqual([undefined]);
  });

  it.each<[how: string, freeze: (item: Item) => Item]>([
    ['frozen', Object.freeze],
    ['sealed', Object.seal],
    ['closed to extension', Object.preventExtensions],
  ])('may return an item that is %s', (_how, freeze) => {
    const first = (item: Item) => freeze({ ...item, a: 1 });
    const second = (item: Item) => {
      item.b = 2;
      delete item.a;
    };
    expect(run({ id: 'n1' }, first, second)).toEqual({ id: 'n1', b: 2, schema_version: 3 });
    expect(run({ id: 'n1' }, second, first)).toEqual({ id: 'n1', a: 1, b: 2, schema_version: 3 });
    expect(run({ id: 'n1', schema_version: 1 }, (item) => void freeze(item))).toEqual({ id: 'n1', schema_version: 2 });
  });

  it('may return an item without prototype, or of another realm', () => {
    const bare = run({ id: 'n1' }, (item) => Object.assign(Object.create(null) as Item, item, { a: 1 }));
    expect(bare).toEqual(Object.assign(Object.create(null) as Item, { id: 'n1', a: 1, schema_version: 2 }));
    const foreign = run({ id: 'n1' }, (item) => Object.assign(vm.runInNewContext('({})') as Item, item));
    expect({ ...foreign }).toEqual({ id: 'n1', schema_version: 2 });
  });

  it('takes attributes of any name for data: then, __proto__, constructor', () => {
    const text =
      '{ "id": "n1", "then": "and", "__proto__": { "x": 1 }, "constructor": null, "hasOwnProperty": 0, "": 1 }';
    const expected = new Map(Object.entries({ ...(JSON.parse(text) as object), schema_version: 3 }));
    const keep = () => undefined;
    const copy = (item: Item) => ({ ...item });
    const freeze = (item: Item) => Object.freeze({ ...item });
    for (const steps of [
      [keep, copy],
      [freeze, keep],
      [copy, freeze],
    ]) {
      const item = run(JSON.parse(text) as Item, ...steps);
      expect(new Map(Object.entries(item))).toEqual(expected);
      expect(Object.getPrototypeOf(item)).toBe(Object.prototype);
    }
  });

  it('may move an attribute that is called then', () => {
    const rename = (item: Item) => {
      item.next = item.then;
      delete item.then;
    };
    expect(run({ id: 'n1', then: { M: 1 } }, rename)).toEqual({ id: 'n1', next: { M: 1 }, schema_version: 2 });
    expect(run({ id: 'n1' }, (item) => ({ ...item, then: ['a'] }))).toEqual({
      id: 'n1',
      then: ['a'],
      schema_version: 2,
    });
  });
});

describe('an upgrade that fails', () => {
  it.each<[what: string, thrown: unknown]>([
    ['an error', new TypeError('x')],
    ['text', 'x'],
    ['undefined', undefined],
    ['null', null],
    ['an object', { code: 'X' }],
    ['a number', 0],
    ['false', false],
  ])('by throwing %s has that as the cause', (_what, thrown) => {
    const fail = () => {
      throw thrown;
    };
    const error = caught('UPGRADE_FAILED', () => runChain({ id: 'n1' }, 1, chainOf(fail), identity));
    expect(error).toHaveProperty('cause', thrown);
    expect(Object.hasOwn(error, 'cause')).toBe(true);
  });

  it('is named with its item and its versions', () => {
    const notes = chain({
      newest: 6,
      steps: [
        step(1, 3),
        step(2, 3),
        step(3, 5, (item) => (item.a as Item).b),
        step(4, 5),
        step(5, 6, () => expect(true).toBe(false)),
      ],
    });
    const { cause, details, message } = caught('UPGRADE_FAILED', () =>
      runChain({ id: 'n1', secret: 'S3CRET' }, 1, notes, identity),
    );
    expect(details).toEqual({ entity: 'Note', key: { id: 'n1' }, from: 3, to: 5, method: 'Upgrades.from3to5' });
    expect(message).toContain("Note { id: 'n1' } could not be upgraded from version 3 to 5: Upgrades.from3to5 failed");
    expect(message).not.toContain('S3CRET');
    expect(cause).toBeInstanceOf(TypeError);
  });
});

describe('an upgrade that returns no item fails:', () => {
  class Money {}

  it.each<[what: string, result: unknown, found: string]>([
    ['null', null, 'null'],
    ['true', true, 'a boolean'],
    ['false', false, 'a boolean'],
    ['a number', 0, 'a number'],
    ['a bigint', 1n, 'a bigint'],
    ['text', '', 'a string'],
    ['a symbol', Symbol('x'), 'a symbol'],
    ['a function', () => ({}), 'a function'],
    ['an array', [{}], 'an array'],
    ['a Map', new Map([['id', 'n1']]), 'an instance of Map'],
    ['a Set', new Set(), 'an instance of Set'],
    ['a Date', new Date(), 'an instance of Date'],
    ['bytes', new Uint8Array(1), 'an instance of Uint8Array'],
    ['a class instance', new Money(), 'an instance of Money'],
    // its attributes are not its own: they would be lost
    ['an object made from the item', Object.create({ id: 'n1' }), 'an instance of Object'],
    ['a generator', (function* () {})(), 'an instance of a class'],
  ])('%s', (_what, result, found) => {
    expect(causeOf(() => result)).toMatchObject({
      code: 'INVALID_UPGRADE_RESULT',
      details: { method: 'Upgrades.from1to2', found },
    });
    expect(causeOf(() => result, {})).toMatchObject({ code: 'INVALID_UPGRADE_RESULT' });
  });
});

describe('a promise for an item', () => {
  // Jest fails a spec in which nobody handles a rejection
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it.each<[what: string, apply: VersionStep['apply']]>([
    ['a promise', (item) => Promise.resolve(item)],
    ['a promise that is never kept', () => new Promise(() => {})],
    ['a promise that is broken', () => Promise.reject(new Error('broken'))],
    [
      'a promise that will be broken',
      async () => {
        await Promise.resolve();
        throw new Error('broken');
      },
    ],
    ['what an async function returns', async (item) => item],
    ['a thenable', () => ({ then: (done: (item: object) => void) => done({}) })],
    [
      'a thenable that fails',
      () => ({ then: (_done: unknown, failed: (error: Error) => void) => failed(new Error('broken')) }),
    ],
    ['a thenable with an inherited then', () => Object.create({ then: () => {} }) as object],
  ])('is refused: %s', async (_what, apply) => {
    expect(causeOf(apply)).toMatchObject({
      code: 'INVALID_UPGRADE_RESULT',
      details: { method: 'Upgrades.from1to2', found: 'a promise' },
    });
    await settled();
    await settled();
  });

  it.each<[what: string, thenable: object]>([
    [
      'a then that throws',
      {
        then() {
          throw new RangeError('broken');
        },
      },
    ],
    ['a then that does nothing', { then() {} }],
  ])('is refused for what it is, not for %s', async (_what, thenable) => {
    expect(causeOf(() => thenable)).toMatchObject({ code: 'INVALID_UPGRADE_RESULT', details: { found: 'a promise' } });
    await settled();
  });

  it('fails with what it throws when it is only looked at', () => {
    const result = {
      get then() {
        throw new RangeError('broken');
      },
    };
    expect(causeOf(() => result)).toBeInstanceOf(RangeError);
  });
});

describe('an upgrade that touches what is not its own fails:', () => {
  const notes = (apply: VersionStep['apply']) =>
    chain({ newest: 2, steps: [step(1, 2, apply)], protectedAttributes: ['id', 'bytes', 'n', 'kind'] });
  const item = () => ({ id: 'n1', bytes: Uint8Array.of(1, 2), n: 10n ** 20n, kind: 'note', a: 1, schema_version: 1 });

  function touched(apply: VersionStep['apply'], before: Item = item()): unknown {
    const { cause, message } = caught('UPGRADE_FAILED', () => runChain(before, 1, notes(apply), identity));
    expect(message).toContain('Upgrades.from1to2 failed');
    expect(cause).toMatchObject({ code: 'PROTECTED_ATTRIBUTE', details: { method: 'Upgrades.from1to2' } });
    return (cause as { details: { attribute: string } }).details.attribute;
  }

  it.each<[what: string, attribute: string, value: unknown]>([
    ['another key', 'id', 'n2'],
    ['a key of another type', 'id', Uint8Array.of(1)],
    ['no key', 'id', undefined],
    ['null for a key', 'id', null],
    ['other bytes', 'bytes', Uint8Array.of(1, 3)],
    ['more bytes', 'bytes', Uint8Array.of(1, 2, 3)],
    ['fewer bytes', 'bytes', Uint8Array.of(1)],
    ['text for bytes', 'bytes', 'AQI='],
    ['an array for bytes', 'bytes', [1, 2]],
    ['another number', 'n', 1],
    ['a number for a bigint', 'n', 1e20],
    ['another discriminator', 'kind', 'task'],
    ['another version', 'schema_version', 3],
    ['the version that it leads to, which the mapper sets', 'schema_version', 2],
    ['the version as text', 'schema_version', '1'],
    ['no version', 'schema_version', undefined],
  ])('%s', (_what, attribute, value) => {
    expect(touched((one) => void (one[attribute] = value))).toBe(attribute);
    expect(touched((one) => ({ ...one, [attribute]: value }))).toBe(attribute);
  });

  it.each(['id', 'bytes', 'n', 'kind', 'schema_version'])('removing %s', (attribute) => {
    expect(touched((one) => void delete one[attribute])).toBe(attribute);
    expect(touched((one) => Object.fromEntries(Object.entries(one).filter(([name]) => name !== attribute)))).toBe(
      attribute,
    );
  });

  it('changing the bytes of a key in place', () => {
    expect(touched((one) => void ((one.bytes as Uint8Array)[0] = 9))).toBe('bytes');
  });

  it.each(['id', 'bytes', 'n', 'kind', 'schema_version'])('adding %s, which the item did not have', (attribute) => {
    const { [attribute as 'id']: _absent, ...before } = item();
    expect(touched((one) => void (one[attribute] = 1), before)).toBe(attribute);
  });

  it('touching them in a later step', () => {
    const later = chain({ newest: 3, steps: [step(1, 2), step(2, 3, (one) => void (one.id = 'n2'))] });
    const { cause, details } = caught('UPGRADE_FAILED', () => runChain({ id: 'n1' }, 1, later, identity));
    expect(details).toMatchObject({ from: 2, to: 3 });
    expect(cause).toMatchObject({
      code: 'PROTECTED_ATTRIBUTE',
      details: { method: 'Upgrades.from2to3', attribute: 'id' },
    });
  });

  it('touching the version in a later step', () => {
    const set = (version: number) => (one: Item) => void (one.schema_version = version);
    const later = chain({ newest: 3, steps: [step(1, 2), step(2, 3, set(1))] });
    const { cause } = caught('UPGRADE_FAILED', () => runChain({ id: 'n1', schema_version: 1 }, 1, later, identity));
    expect(cause).toMatchObject({ details: { method: 'Upgrades.from2to3', attribute: 'schema_version' } });
  });

  it('but not replacing them by equal values', () => {
    const replace = (one: Item) => ({
      ...one,
      id: ['n', '1'].join(''),
      bytes: Buffer.from([1, 2]),
      n: BigInt('100000000000000000000'),
      schema_version: 1,
    });
    expect(runChain(item(), 1, notes(replace), unasked)).toMatchObject({ id: 'n1', a: 1, schema_version: 2 });
  });

  it('but not one whose item has none of it', () => {
    expect(
      runChain(
        { a: 1 },
        1,
        notes((one) => ({ ...one, b: 2 })),
        unasked,
      ),
    ).toEqual({ a: 1, b: 2, schema_version: 2 });
  });
});
