import { describe, expect, test } from '@jest/globals';
import { namesAskedOfCopies } from '../../lib/upgrade/copies/follow-copies.js';
import { tokensOf } from '../../lib/upgrade/copies/tokens.js';

/** What a step asks its copies for, by its source; `undefined` where that can't be told. */
function asked(source: string): string[] | undefined {
  // oxlint-disable-next-line typescript/no-implied-eval -- a function that has just this text
  const step = new Function(`return (${source});`)() as () => unknown;
  const names = namesAskedOfCopies(step);
  return names && [...names].toSorted();
}

describe('a step whose copies can be followed', () => {
  test.each<[source: string, names: string[]]>([
    ['(item) => ({ ...item })', []],
    ['item => ({ ...item, mark: 1 })', []],
    ['({ a, ...rest }) => (a === undefined ? rest : { ...rest, b: a })', []],
    ['({ ...rest }) => rest.a ? { ...rest, b: 1 } : rest', ['a']],
    ['function up(item) { return Object.assign({}, item, { b: item.a }); }', []],
    ['function (item) { return { ...{ ...item } }; }', []],
    ['({ up(item) { return { ...item }; } }).up', []],
    ["({ 'an up'(item) { return { ...item }; } })['an up']", []],
    ["({ ['u' + 'p'](item) { return { ...item }; } }).up", []],
    ['(class { static up(item) { return { ...item }; } }).up', []],
    ['(class { static up = (item) => ({ ...item }); }).up', []],
    [
      `(item) => {
        const next = { ...item };
        if (next.title !== undefined) next.heading = next.title;
        delete next.title;
        return next;
      }`,
      ['heading', 'title'],
    ],
    // without semicolons
    [
      `(item) => {
        const next = { ...item }
        let count = 0
        if ('a' in next) count++
        else count = 2
        next.b = count
        return next
      }`,
      ['a', 'b'],
    ],
    ["(item) => { const next = { ...item }; next['x y'] ??= 1; return next; }", ['x y']],
    ['(item) => { const next = { ...item }; next[0] = next?.b?.c; return next; }', ['0', 'b']],
    ["(item) => { const next = { ...item }; return Object.hasOwn(next, 'a') ? next : item; }", ['a']],
    ["(item) => { const next = { ...item }; return next.hasOwnProperty('a') ? next : item; }", ['a', 'hasOwnProperty']],
    ['(item) => { const { a: { b } = {}, ...rest } = { ...item }; return { ...rest, b }; }', ['a']],
    ["(item) => { const { 'a b': x, c = 1, ...rest } = { ...item }; return { ...rest, x, c }; }", ['a b', 'c']],
    ['(item) => { item = { ...item }; item.a += item.b; return item; }', ['a', 'b']],
    ['(item) => { let next = item; next = { ...next }; --next.a; next.b++; return next; }', ['a', 'b']],
    ['(item) => { const next = item.a && { ...item }; return next ?? item; }', []],
    ['(item) => { const next = { ...item }; return next == null || next.a ? item : next; }', ['a']],
    ['(item, other = item) => ({ ...other })', []],
    // what it asks the item itself is noticed
    ['(item) => ({ ...item, b: item[KEY] })', []],
    ["(item) => ({ ...item, b: `${item.a} ${`${'nested'}`} \\`` })", []],
    ['(item) => ({ ...item, b: /[/\'"`]{2}\\//.test(item.a) ? item.c / 2 / 3 : item.d++ / 2 })', []],
    ['(item) => ({ ...item, ...(item.a && { b: item.a }), ...DEFAULTS })', []],
    ['(item) => ({ ...item, [KEY]: 1, lines: item.lines.map((line) => ({ ...line, kind: text(line) })) })', []],
    ['(item) => ({ ...item, born: new Date(item.born * 1000).toISOString(), tags: new Set([...item.tags]) })', []],
    ['(item) => { for (const line of item.lines) line.a = 1; return { ...item }; }', []],
    ['(item) => { if (!item.a) throw new Error(`no a: ${item.b}`); return { ...item }; }', []],
    ['(item) => { /* ...item */ return { ...item }; // next.a\n }', []],
    ['(item) => Object.freeze({ ...item })', []],
    [
      `(item) => {
        const next = { ...item };
        switch (next.kind) {
          case 'a': {
            next.b = 1;
            break;
          }
          case next.c:
            return item;
          default:
            next.d = 1
        }
        return next;
      }`,
      ['b', 'c', 'd', 'kind'],
    ],
    ['(item) => { try { return { ...item, a: JSON.parse(item.a) }; } catch (error) { return { ...item }; } }', []],
    ['(item) => { try { item.a = JSON.parse(item.a); } catch {} finally { item.b = 1; } return { ...item }; }', []],
  ])('%s', (source, names) => {
    expect(asked(source)).toEqual(names);
  });
});

describe('a step whose copies can’t be followed:', () => {
  test.each<[what: string, source: string]>([
    ['a computed name', '(item) => { const next = { ...item }; return next[KEY] ? next : item; }'],
    ['a computed name in a pattern', '(item) => { const { [KEY]: a, ...rest } = { ...item }; return rest; }'],
    ['a name that is put together', "(item) => { const next = { ...item }; return next['a' + 'b'] ? next : item; }"],
    ['a name with an escape', "(item) => { const next = { ...item }; return next['\\x61'] ? next : item; }"],
    ['a computed name, by in', '(item) => { const next = { ...item }; return KEY in next ? next : item; }'],
    [
      'a computed name, by hasOwn',
      '(item) => { const next = { ...item }; return Object.hasOwn(next, KEY) ? next : item; }',
    ],
    ['another function', '(item) => tidy({ ...item })'],
    ['another function, of the item', '(item) => tidy(item)'],
    ['another function, by its apply', '(item) => tidy.apply(null, [{ ...item }])'],
    ['another function, as its this', '(item) => { const next = { ...item }; return next.toJSON(); }'],
    ['another function, by a template', '(item) => { const next = { ...item }; return tidy`${next}`; }'],
    ['a class', '(item) => ({ ...new Note(item) })'],
    ['a getter', '(item) => ({ ...item, get b() { return item.a; } })'],
    ['Object.keys', '(item) => { const next = { ...item }; return Object.keys(next).length ? next : item; }'],
    ['Object.entries', '(item) => Object.fromEntries(Object.entries(item))'],
    ['Object.assign to what may be kept', '(item) => Object.assign(CACHE, item)'],
    ['Object.assign to a member of a literal', '(item) => Object.assign({ a: CACHE }.a, item)'],
    ['for … in', '(item) => { const next = {}; for (const name in item) next[name] = item[name]; return next; }'],
    ['JSON', '(item) => JSON.parse(JSON.stringify(item))'],
    ['structuredClone', '(item) => structuredClone({ ...item })'],
    ['a copy within the result', '(item) => ({ id: item.id, all: { ...item } })'],
    ['a copy in a list', '(item) => ({ ...item, all: [{ ...item }] })'],
    ['a copy in a member', '(item) => { const box = {}; box.all = { ...item }; return box; }'],
    ['a copy in another module’s variable', '(item) => { KEPT = { ...item }; return KEPT; }'],
    ['a copy as text', '(item) => ({ ...item, text: `${{ ...item }}` })'],
    ['a copy in a sum', "(item) => { const next = { ...item }; return next + '' ? next : item; }"],
    ['a copy in a comparison', '(item) => { const next = { ...item }; return next == KEY ? next : item; }'],
    ['a copy and a class', '(item) => { const next = { ...item }; return next instanceof Note ? next : item; }'],
    ['a copy that is thrown', '(item) => { throw { ...item }; }'],
    ['a copy that an inner function returns', '(item) => { const next = () => ({ ...item }); return next(); }'],
    [
      'an inner function that gets one',
      '(item) => { const ask = (object) => object.a; return { ...item, b: ask(item) }; }',
    ],
    ['arguments', 'function (item) { return { ...arguments[0] }; }'],
    ['all parameters', '(...items) => ({ ...items[0] })'],
    ['eval', "(item) => { const next = { ...item }; return eval('next.a') ? next : item; }"],
    ['a bound function', '((item) => ({ ...item })).bind(null)'],
    ['a function that Node has', 'structuredClone'],
    ['a function that isn’t one', 'new Proxy((item) => ({ ...item }), {})'],
    ['a class as a function', '(class { constructor(item) { return { ...item }; } })'],
    ['an asynchronous one', 'async (item) => ({ ...item })'],
    ['a generator', 'function* (item) { yield { ...item }; }'],
    ['what it doesn’t know: while', '(item) => { while (item.a--); return { ...item }; }'],
    [
      'what it doesn’t know: a destructuring assignment',
      '(item) => { let a, next; ({ a, ...next } = item); return next; }',
    ],
    ['comments as scripts have them', '(item) => { return { ...item };\n<!-- next.a\n }'],
    ['an escape in a name', '(item) => ({ ...it\\u0065m })'],
    [
      'a regular expression after a bracket',
      "(item) => { if (item.a) /'/.test(item.b); const next = { ...item }; return next; }",
    ],
  ])('%s', (_what, source) => {
    expect(asked(source)).toBeUndefined();
  });

  test('one whose text says something else', () => {
    const step = (item: object) => Object.keys({ ...item });
    step.toString = () => '(item) => ({ ...item })';
    expect(namesAskedOfCopies(step)).toBeUndefined();
  });

  test('text that isn’t there', () => {
    expect(tokensOf('(')).toBeUndefined();
    expect(tokensOf('`${')).toBeUndefined();
    expect(tokensOf(')')).toBeUndefined();
    expect(tokensOf('#')).toBeUndefined();
    expect(tokensOf('')).toEqual([expect.objectContaining({ kind: 'end' })]);
  });
});
