import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { format, inspect } from 'node:util';
import { compileChain } from '../../lib/upgrade/chain.js';
import type { Item } from '../../lib/item/item.js';
import { copyPlain } from '../../lib/item/copy.js';
import { recordChain, recordSteps } from '../../lib/upgrade/recording.js';
import { runChain } from '../../lib/upgrade/run.js';
import type { VersionStep } from '../../lib/upgrade/version-step.js';
import { cases } from '../support/effort.js';

type Apply = (item: Item) => unknown;

const declared = ['id', 'title', 'kind'];

/** Runs steps on an item of version 1, as a read does, and records them. */
function record(item: Item, ...steps: readonly Apply[]) {
  return recordWith(item, steps, {});
}

function recordWith(item: Item, steps: readonly Apply[], options: Partial<VersionStep>) {
  const chain = compileChain({
    class: 'Thing',
    versionAttribute: 'schema_version',
    newest: steps.length + 1,
    initial: 1,
    floor: 1,
    protectedAttributes: ['id'],
    steps: steps.map((apply, at) => ({
      from: at + 1,
      to: at + 2,
      method: `step${at + 1}`,
      description: undefined,
      repeatable: true,
      dynamic: false,
      apply,
      ...options,
    })),
  });
  const stored = { id: 'a', ...item };
  const expected = runChain(copyPlain(stored), 1, chain, { entity: 'Thing', key: () => ({}) });
  const recording = recordChain(stored, 1, chain, declared, expected);
  return (
    recording && {
      item: recording.item,
      reads: [...recording.reads].toSorted(),
      assigned: [...recording.assigned].toSorted(),
      isDynamic: recording.isDynamic,
      dynamicSteps: recording.dynamicSteps.map((step) => step.method),
    }
  );
}

const reads = (item: Item, ...steps: readonly Apply[]) => record(item, ...steps)?.reads;
const assigned = (item: Item, ...steps: readonly Apply[]) => record(item, ...steps)?.assigned;

describe('what counts as read', () => {
  test('an attribute that is there', () => {
    expect(reads({ a: 1 }, (item) => void item.a)).toEqual(['a']);
  });

  test('an attribute that is absent', () => {
    expect(reads({}, (item) => void item.a)).toEqual(['a']);
  });

  test.each<[string, Apply]>([
    ['in', (item) => void ('a' in item)],
    ['Object.hasOwn', (item) => void Object.hasOwn(item, 'a')],
    ['hasOwnProperty', (item) => void Object.prototype.hasOwnProperty.call(item, 'a')],
    ['destructuring', ({ a }) => void a],
    ['??=', (item) => void (item.a ??= 1)],
    ['getOwnPropertyDescriptor', (item) => void Object.getOwnPropertyDescriptor(item, 'a')],
  ])('%s, whether it is there or not', (_, step) => {
    expect(reads({}, step)).toEqual(['a']);
    expect(reads({ a: 2 }, step)).toEqual(['a']);
  });

  test.each<[string, Apply]>([
    ['spread', (item) => ({ ...item })],
    ['rest', ({ ...rest }) => rest],
    ['Object.assign', (item) => Object.assign({}, item)],
    ['Object.keys', (item) => void Object.keys(item)],
    ['Object.entries', (item) => void Object.entries(item)],
    ['JSON.stringify', (item) => void JSON.stringify(item)],
    [
      'for … in',
      (item) => {
        for (const name in item) if (name === '') break;
      },
    ],
  ])('everything that is there or declared: %s', (_, step) => {
    const found = reads({ title: 't', extra: 1 }, step);
    expect(found).toEqual(expect.arrayContaining(['extra', 'id', 'kind', 'title']));
  });

  test('a nested value, whole', () => {
    expect(reads({ a: { b: { c: 1 } } }, (item) => void (item.a as { b: { c: number } }).b.c)).toEqual(['a']);
  });

  test('keys, but never the version', () => {
    expect(reads({}, (item) => void [item.id, item.schema_version])).toEqual(['id']);
  });

  test('not what the chain has assigned or removed before', () => {
    const step: Apply = (item) => {
      item.a = 1;
      item.b = item.a;
      delete item.c;
      item.d = item.c ?? 'none';
    };
    expect(reads({ a: 5, c: 6 }, step)).toEqual([]);
    expect(
      reads(
        { a: 5 },
        (item) => void (item.a = 1),
        (item) => void (item.b = item.a),
      ),
    ).toEqual([]);
  });

  test('what is read before it is assigned', () => {
    expect(reads({ a: 1 }, (item) => void (item.a = (item.a as number) + 1))).toEqual(['a']);
  });
});

describe('what counts as assigned', () => {
  test('a new value, and a removed one', () => {
    const step: Apply = (item) => {
      item.b = 2;
      delete item.a;
    };
    expect(assigned({ a: 1 }, step)).toEqual(['a', 'b']);
  });

  test('the value that was there before', () => {
    expect(record({ a: 1 }, (item) => void (item.a = 1))).toMatchObject({ reads: [], assigned: ['a'] });
  });

  test('the removal of what was not there', () => {
    expect(record({}, (item) => void delete item.a)).toMatchObject({ reads: [], assigned: ['a'] });
  });

  test('by Object.defineProperty and Object.assign', () => {
    const step: Apply = (item) => {
      Object.defineProperty(item, 'a', { value: 1, enumerable: true, configurable: true, writable: true });
      Object.assign(item, { b: 2 });
    };
    expect(assigned({}, step)).toEqual(['a', 'b']);
  });

  test('a nested value that differs afterwards, and none that does not', () => {
    const step: Apply = (item) => {
      (item.a as Item).x = 2;
      (item.b as Item).x = 1;
    };
    expect(record({ a: { x: 1 }, b: { x: 1 } }, step)).toMatchObject({ reads: ['a', 'b'], assigned: ['a'] });
  });

  test('both names of one nested value', () => {
    const step: Apply = (item) => {
      item.b = item.a;
      (item.b as unknown[]).push(3);
    };
    expect(record({ a: [1] }, step)).toMatchObject({
      reads: ['a'],
      assigned: ['a', 'b'],
      item: { a: [1, 3], b: [1, 3] },
    });
  });

  test('a nested value that a later step changes, and not the one that it was copied from', () => {
    const [first, second]: Apply[] = [(item) => void (item.b = item.a), (item) => void ((item.b as Item).x = 2)];
    expect(record({ a: { x: 1 } }, first as Apply, second as Apply)).toMatchObject({
      item: { a: { x: 1 }, b: { x: 2 } },
      assigned: ['b'],
    });
  });

  test('in a new object: what differs, what is missing, and what was made up', () => {
    const step: Apply = ({ id, title, schema_version }) => ({ id, title, schema_version, kind: 'k' });
    expect(record({ title: 't', kind: 'k', extra: 1 }, step)).toMatchObject({
      reads: ['id', 'title'],
      assigned: ['extra', 'kind'],
    });
  });

  test('what is no value: undefined and an empty Set', () => {
    const step: Apply = (item) => {
      item.a = undefined;
      item.b = new Set();
    };
    const recording = record({ a: 1 }, step);
    expect(recording?.assigned).toEqual(['a', 'b']);
    expect(recording?.item).toEqual({ id: 'a', schema_version: 2 });
  });

  test('never keys and the version', () => {
    const step: Apply = (item) => void (item.id = 'a');
    expect(assigned({}, step)).toEqual([]);
  });
});

describe('what a copy is asked for', () => {
  const tidy: Apply = (item) => {
    const next = { ...item };
    if (next.heading === undefined && next.title !== undefined) next.heading = next.title;
    delete next.title;
    return next;
  };

  test.each<[string, Apply, string[]]>([
    ['in a copy by spread', tidy, ['heading', 'title']],
    ['in a copy by Object.assign', (item) => (Object.assign({}, item).a ? { ...item, b: 1 } : item), ['a']],
    ['in what is left', ({ a, ...rest }) => ('b' in rest ? rest : { ...rest, c: a }), ['a', 'b', 'c']],
    // oxlint-disable-next-line unicorn/no-useless-spread -- a copy of a copy is what this is about
    ['in a copy of a copy', (item) => ({ ...{ ...item }, ...({ ...{ ...item } }.a ? { b: 1 } : {}) }), ['a']],
    ['by a default before it', (item) => ({ a: 1, ...item }), ['a']],
    ['by a default of other code', (item) => ({ ...defaults, ...item }), ['a', 'b']],
    ['by setting undefined', (item) => ({ ...item, a: undefined }), ['a']],
    ['by removing it before the copy', (item) => (delete item.a, { ...item }), ['a']],
  ])('%s counts as read where it is absent, too', (_, step, names) => {
    const recording = record({ extra: 1 }, step);
    expect(recording).toMatchObject({ isDynamic: false });
    expect(recording?.reads).toEqual(expect.arrayContaining(['extra', ...names]));
  });

  test('is what the copy was made of, not what a step before has assigned', () => {
    const recording = record({ extra: 1 }, (item) => void (item.title = 'new'), tidy);
    expect(recording?.reads).toEqual(['extra', 'heading', 'id', 'kind']);
    expect(recording?.assigned).toEqual(['heading', 'title']);
  });

  test('is what was stored, where the step sets it only after the copy', () => {
    const step: Apply = (item) => {
      const before = { ...item };
      item.a = 1;
      if (before.a === undefined) item.b = 2;
    };
    expect(record({}, step)).toMatchObject({
      reads: ['a', 'id', 'kind', 'title'],
      assigned: ['a', 'b'],
      isDynamic: false,
    });
  });
});

const defaults = { a: 1, b: 2 };

describe('names like any other', () => {
  test.each(['constructor', 'toString', 'hasOwnProperty'])('%s', (name) => {
    const step: Apply = (item) => void (item[name] = Object.hasOwn(item, name) ? item[name] : 'none');
    expect(record({}, step)).toMatchObject({ reads: [name], assigned: [name] });
  });

  test('__proto__ survives a copy', () => {
    const item = JSON.parse('{"__proto__": {"a": 1}, "state": "open"}') as Item;
    const recording = record(item, (one) => ({ ...one, b: 1 }));
    expect(Object.hasOwn(recording?.item ?? {}, '__proto__')).toBe(true);
    expect(recording?.assigned).toEqual(['b']);
    expect(recording?.reads).toContain('__proto__');
  });
});

describe('what nothing is known of', () => {
  test('a step whose result differs from run to run', () => {
    let runs = 0;
    expect(record({}, (item) => void (item.a = runs++))).toBeUndefined();
  });

  test.each<[string, Apply]>([
    ['keeps a copy within the item', (item) => ({ ...item, before: { ...item } })],
    ['takes a view for what it is', (item) => void (item.text = format('%o', item))],
  ])('a step that %s', (_, step) => {
    expect(record({}, step)).toBeUndefined();
  });
});

describe('what attributes that appear meanwhile could change', () => {
  test.each<[string, Apply]>([
    ['nothing', () => undefined],
    ['a rename in place', (item) => void ((item.b = item.a), delete item.a)],
    ['a copy', (item) => ({ ...item })],
    ['a copy with a constant', (item) => ({ ...item, kind: 'k' })],
    ['a copy with a default', (item) => ({ kind: 'k', ...item })],
    ['a copy without an attribute', ({ a, ...rest }) => (a === undefined ? rest : { ...rest, b: a })],
    ['a copy by Object.assign', (item) => Object.assign({}, item, { b: 1 })],
  ])('not: %s', (_, step) => {
    expect(record({ a: 1 }, step)?.isDynamic).toBe(false);
  });

  const prefix = ['tm', 'p_'].join('');
  test.each<[string, Apply]>([
    ['counting', (item) => void (item.b = Object.keys(item).length)],
    ['counting in a copy', (item) => Object.assign({ ...item }, { b: Object.keys({ ...item }).length })],
    [
      'removing by a prefix in place',
      (item) => {
        for (const name of Object.keys(item)) if (name.startsWith(prefix)) delete item[name];
      },
    ],
    [
      'leaving out by a prefix',
      (item) => Object.fromEntries(Object.entries(item).filter(([name]) => !name.startsWith(prefix))),
    ],
    [
      'removing by a prefix from a copy',
      (item) => {
        const copy = { ...item };
        for (const name of Object.keys(copy)) if (name.startsWith('tmp_')) delete copy[name];
        return copy;
      },
    ],
    ['changing all', (item) => Object.fromEntries(Object.entries(item).map(([name, one]) => [name, one]))],
    ['picking', ({ a, id, schema_version }) => ({ a, id, schema_version })],
    ['going by way of JSON', (item) => JSON.parse(JSON.stringify(item)) as unknown],
    ['going by way of structuredClone', (item) => structuredClone(item)],
    // oxlint-disable-next-line typescript/no-misused-spread -- what it becomes without its class
    ['going by way of a class', (item) => ({ ...new View(item) })],
    ['asking a copy for a computed name', (item) => ({ ...item, b: { ...item }[prefix] })],
    ['handing a copy to other code', (item) => tidied({ ...item })],
    ['handing itself to other code that copies it', (item) => tidied(item)],
    ['telling what is there', (item) => void (item.text = inspect(item))],
  ])('%s', (_, step) => {
    expect(record({ a: 1 }, step)?.isDynamic).toBe(true);
  });

  test('a prefix of names that are there', () => {
    const step: Apply = (item) => {
      const copy = { ...item };
      for (const name of Object.keys(copy)) if (name.startsWith(prefix)) delete copy[name];
      return copy;
    };
    expect(record({ tmp_a: 1 }, step)?.isDynamic).toBe(true);
  });

  test('a step that says so', () => {
    expect(recordWith({}, [(item) => void (item.a = 1)], { dynamic: true })?.isDynamic).toBe(true);
  });

  test('not by what other code asks for by name, without copying it', () => {
    const ask = (item: Item) => item.a;
    expect(record({ a: 1 }, (item) => void (item.b = ask(item)))).toMatchObject({ reads: ['a'], isDynamic: false });
  });

  test('any step of the chain', () => {
    const steps: Apply[] = [(item) => void Object.keys(item), (item) => void (item.a = 1)];
    expect(record({}, ...steps)).toMatchObject({ isDynamic: true, dynamicSteps: ['step1'] });
  });
});

class View {
  constructor(item: Item) {
    Object.assign(this, item);
  }
}

const tidied = (item: Item): Item => {
  const { a, ...rest } = item;
  return a === undefined ? rest : { ...rest, b: a };
};

describe('a step that says what it reads', () => {
  test.each<[string, Apply]>([
    ['by entries', (item) => Object.fromEntries(Object.entries(tidied(item)))],
    ['by way of JSON', (item) => tidied(JSON.parse(JSON.stringify(item)) as Item)],
    ['by way of structuredClone', (item) => tidied(structuredClone(item))],
    ['by other code', (item) => tidied(item)],
  ])('reads that, and what is there: %s', (_, step) => {
    const without = recordWith({ extra: 1 }, [step], { reads: ['a'] });
    expect(without).toMatchObject({ assigned: [], isDynamic: false });
    expect(without?.reads).toEqual(expect.arrayContaining(['a', 'extra', 'id', 'kind', 'title']));
    const having = recordWith({ a: 1 }, [step], { reads: ['a'] });
    expect(having).toMatchObject({ assigned: ['a', 'b'], isDynamic: false });
    expect(having?.reads).toEqual(expect.arrayContaining(['a', 'b', 'id', 'kind', 'title']));
  });

  test('also reads what it is seen to look at', () => {
    const recording = recordWith({}, [(item) => void (item.b ??= item.c)], { reads: ['a'] });
    expect(recording).toMatchObject({ reads: ['a', 'b', 'c'], isDynamic: false });
  });
});

/** A step as somebody would declare it, with what it reads and assigns. */
interface Declaration {
  readonly apply: Apply;
  readonly reads: (item: Item) => readonly string[];
  readonly assigns: (item: Item) => readonly string[];
}

const names = fc.constantFrom('a', 'b', 'c', 'd');
const declaration: fc.Arbitrary<Declaration> = fc.oneof(
  fc.uniqueArray(names, { minLength: 2, maxLength: 2 }).map(([from = '', to = '']) => ({
    apply: (item: Item) => {
      if (!Object.hasOwn(item, from)) return;
      item[to] = item[from];
      delete item[from];
    },
    reads: () => [from],
    assigns: (item: Item) => (Object.hasOwn(item, from) ? [from, to] : []),
  })),
  names.map((name) => ({
    apply: (item: Item) => void (item[name] ??= 'default'),
    reads: () => [name],
    assigns: (item: Item) => ((item[name] ?? undefined) === undefined ? [name] : []),
  })),
  names.map((name) => ({
    apply: (item: Item) => void (item[name] = 'constant'),
    reads: () => [],
    assigns: () => [name],
  })),
  names.map((name) => ({
    apply: (item: Item) => {
      if (typeof item[name] === 'number') item[name] = String(item[name]);
    },
    reads: () => [name],
    assigns: (item: Item) => (typeof item[name] === 'number' ? [name] : []),
  })),
  fc.uniqueArray(names, { minLength: 2, maxLength: 2 }).map(([outer = '', inner = '']) => ({
    apply: (item: Item) => {
      item[outer] = { inner: item[inner] ?? 'none' };
      delete item[inner];
    },
    reads: () => [inner],
    assigns: () => [outer, inner],
  })),
);

test('what a write assigns between two steps is assigned, and not read by the steps after it', () => {
  const step = (to: number, apply: Apply): VersionStep => {
    return { from: to - 1, to, method: `step${to}`, description: undefined, repeatable: true, dynamic: false, apply };
  };
  const values = new Map([
    ['a', { S: 'written' }],
    ['b', undefined],
    ['__proto__', { S: 'data' }],
  ]);
  const steps = [
    step(2, (item) => void item.c),
    { values },
    step(3, (item) => void (item.d = [item.a, item.b, item.e])),
  ];
  const chain = { versionAttribute: 'schema_version', protectedAttributes: ['id'] };
  const recording = recordSteps({ id: 'x', a: 'stored', b: 1, c: 2 }, steps, chain, declared);
  expect([...(recording?.reads ?? [])]).toEqual(['c', 'e']);
  expect([...(recording?.assigned ?? [])]).toEqual(['a', 'b', '__proto__', 'd']);
  const item = { id: 'x', a: 'written', c: 2, d: ['written', undefined, undefined], schema_version: 3 };
  expect(Object.entries(recording?.item ?? {})).toEqual(expect.arrayContaining([['__proto__', 'data']]));
  expect(recording?.item).toMatchObject(item);
});

test('the sets of a chain are those of its steps, without what the chain assigned itself', () => {
  const values = fc.oneof(fc.integer(), fc.string(), fc.record({ x: fc.integer() }));
  const items = fc.dictionary(names, values, { noNullPrototype: true });
  const property = (item: Item, steps: Declaration[]) => {
    const expectedReads = new Set<string>();
    const expectedAssigned = new Set<string>();
    const current = copyPlain(item);
    for (const step of steps) {
      for (const name of step.reads(current)) if (!expectedAssigned.has(name)) expectedReads.add(name);
      for (const name of step.assigns(current)) expectedAssigned.add(name);
      step.apply(current);
    }
    expect(record(item, ...steps.map((step) => step.apply))).toEqual({
      item: { id: 'a', ...current, schema_version: steps.length + 1 },
      reads: [...expectedReads].toSorted(),
      assigned: [...expectedAssigned].toSorted(),
      isDynamic: false,
      dynamicSteps: [],
    });
  };
  fc.assert(fc.property(items, fc.array(declaration, { minLength: 1, maxLength: 4 }), property), {
    numRuns: cases(500),
  });
});
