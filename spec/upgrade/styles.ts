import type { Item } from '../../lib/item/item.js';
import type { Chooser } from './random-chains.js';

/** An upgrade as somebody could have written it. */
export interface StyledStep {
  /** Its source. */
  readonly text: string;
  readonly apply: (item: Item) => unknown;
  /** The attributes that can change what it does, beside those that it passes on. */
  readonly reads: readonly string[];
}

/** The attributes that styled steps are about. */
export const styledNames = ['a', 'b', 'c', 'd'] as const;

/** What stands around the steps in their module. */
const moduleScope = `
  const NAMES = { a: 'a', b: 'b', c: 'c', d: 'd' };
  const DEFAULTS = { c: 'default', d: { nested: ['default'] } };
  const peek = (object, name) => object[name];
  const copyOf = (object) => ({ ...object });
  const marker = () => {};
  class View {
    constructor(item) { Object.assign(this, item); }
    at(name) { return this[name]; }
    get text() { return String(this.a); }
  }
`;

/** How to ask an object for a member. */
const asking: readonly ((object: string, name: string) => string)[] = [
  (object, name) => `${object}.${name}`,
  (object, name) => `${object}?.${name}`,
  (object, name) => `${object}['${name}']`,
  (object, name) => `('${name}' in ${object})`,
  (object, name) => `Object.hasOwn(${object}, '${name}')`,
  (object, name) => `${object}.hasOwnProperty('${name}')`,
  (object, name) => `Object.prototype.hasOwnProperty.call(${object}, '${name}')`,
  (object, name) => `${object}[NAMES.${name}]`,
  (object, name) => `peek(${object}, '${name}')`,
  (object, name) => `${object}['${name}'.trim()]`,
  (object, name) => `(({ ${name}: found = 'none' }) => found)(${object})`,
  (object, name) => `Reflect.get(${object}, '${name}')`,
  (object, name) => `Reflect.has(${object}, '${name}')`,
  (object, name) => `Reflect.ownKeys(${object}).includes('${name}')`,
  (object, name) => `Object.keys(${object}).includes('${name}')`,
  (object, name) => `Object.entries(${object}).find(([name]) => name === '${name}')?.[1]`,
  (object, name) => `JSON.stringify(${object}).includes('"${name}"')`,
  (object, name) => `JSON.stringify(${object}, ['${name}'])`,
  (object, name) => `structuredClone(${object}).${name}`,
  (object, name) => `({ ...${object} }).${name}`,
  (object, name) => `copyOf(${object}).${name}`,
  (object, name) => `new View(${object}).at('${name}')`,
  (object, name) => `new Map(Object.entries(${object})).get('${name}')`,
  (object, name) => `Object.getOwnPropertyDescriptor(${object}, '${name}')?.value`,
  (object, name) => `[${object}].map(({ ${name} }) => ${name})[0]`,
  (object, name) => `\`\${${object}.${name}}\``,
  (object, name) => `(() => { for (const name in ${object}) if (name === '${name}') return true; return false; })()`,
  (object, name) => `Object.assign({ ${name}: 'absent' }, ${object}).${name}`,
  (object, name) => `(${object}, ${object}).${name}`,
];

/** How to copy an object. */
const copying: readonly ((object: string, reads: Set<string>) => string)[] = [
  ...Array.from({ length: 8 }, () => (object: string) => `{ ...${object} }`),
  (object) => `{ ...{ ...${object} } }`,
  (object) => `Object.assign({}, ${object})`,
  (object, reads) => reads.add('c') && `Object.assign({ c: 'first' }, ${object})`,
  (object, reads) => reads.add('c').add('d') && `{ ...DEFAULTS, ...${object} }`,
  (object, reads) => reads.add('d') && `{ d: 'first', ...${object} }`,
  (object) => `(({ ...others }) => others)(${object})`,
  (object) => `Object.fromEntries(Object.entries(${object}))`,
  (object) => `Object.fromEntries(new Map(Object.entries(${object})))`,
  (object) => `JSON.parse(JSON.stringify(${object}))`,
  (object) => `structuredClone(${object})`,
  (object) => `{ ...new View(${object}) }`,
  (object) => `copyOf(${object})`,
  (object) => `Object.assign(Object.create(null), ${object})`,
  (object) => `Object.defineProperties({}, Object.getOwnPropertyDescriptors(${object}))`,
  (object) => `Object.keys(${object}).reduce((copy, name) => ({ ...copy, [name]: ${object}[name] }), {})`,
  (object, reads) => reads.add('a') && `(${object}.a ? { ...${object} } : ${object})`,
];

interface Text {
  readonly choose: Chooser;
  readonly reads: Set<string>;
}

/** An expression that depends on the members of some objects. */
function expression({ choose, reads }: Text, objects: readonly string[]): string {
  const name = choose.oneOf(styledNames);
  switch (choose.below(4)) {
    case 0:
      return choose.oneOf(["'constant'", '1', 'null', '[1, 2]', '{ nested: { x: 1 } }', 'DEFAULTS.d']);
    default:
      reads.add(name);
      return choose.oneOf(asking)(choose.oneOf(objects), name);
  }
}

/** Statements that change an object. */
function change(text: Text, object: string, objects: readonly string[]): string {
  const { choose, reads } = text;
  const name = choose.oneOf(styledNames);
  switch (choose.below(8)) {
    case 0:
      return `${object}.${name} = ${expression(text, objects)};`;
    case 1:
      reads.add(name);
      return `${object}.${name} ??= ${expression(text, objects)};`;
    case 2:
      // a copy may or may not have it
      reads.add(name);
      return `delete ${object}.${name};`;
    case 3:
      return `Object.assign(${object}, { ${name}: ${expression(text, objects)} });`;
    case 4:
      reads.add(name);
      return `if (${object}.${name} !== undefined) { ${object}.${choose.oneOf(styledNames)} = ${object}.${name}; delete ${object}.${name}; }`;
    case 5:
      for (const one of styledNames) reads.add(one);
      return `for (const name of Object.keys(${object})) if (name > 'b') delete ${object}[name];`;
    case 6:
      return `if (${expression(text, objects)}) ${change(text, object, objects)}`;
    default:
      return `if (!(${expression(text, objects)})) { ${change(text, object, objects)} } else ${change(text, object, objects)}`;
  }
}

/** What a step returns of an object. */
function result(text: Text, object: string, objects: readonly string[]): string {
  const { choose, reads } = text;
  const name = choose.oneOf(styledNames);
  switch (choose.below(6)) {
    case 0:
      return `return { ...${object}, ${name}: ${expression(text, objects)} };`;
    case 1:
      reads.add(name);
      return `return { ${name}: ${expression(text, objects)}, ...${object} };`;
    case 2:
      return `return { ...${object}, ...(${expression(text, objects)} && { ${name}: ${expression(text, objects)} }) };`;
    case 3:
      return `return ${expression(text, objects)} ? ${object} : { ...${object}, ${name}: 'else' };`;
    default:
      return `return ${object};`;
  }
}

/** A random upgrade, in one of the styles in which people write them. */
export function styledStep(choose: Chooser): StyledStep {
  const text: Text = { choose, reads: new Set() };
  const { reads } = text;
  const name = choose.oneOf(styledNames);
  const copied = (object: string) => choose.oneOf(copying)(object, reads);
  const bodies: readonly (() => string)[] = [
    () => `${change(text, 'item', ['item'])} ${choose.isLucky() ? change(text, 'item', ['item']) : ''}`,
    () =>
      `const next = ${copied('item')}; ${change(text, 'next', ['item', 'next'])} ${result(text, 'next', ['item', 'next'])}`,
    () =>
      `const next = ${copied('item')}; const again = ${copied('next')}; ${change(text, 'next', ['next', 'again'])} ${result(text, 'again', ['item', 'next'])}`,
    () => {
      reads.add(name);
      return `const { ${name}, ...rest } = item; ${change(text, 'rest', ['item', 'rest'])} ${result(text, 'rest', ['item', 'rest'])}`;
    },
    () => {
      reads.add(name);
      return `const { ${name} = 'unset', ...rest } = item; return { ...rest, ${choose.oneOf(styledNames)}: ${name} };`;
    },
    () => result(text, 'item', ['item']),
    () =>
      `let next = item; ${change(text, 'next', ['next'])} next = ${copied('next')}; ${change(text, 'next', ['item', 'next'])} return next;`,
  ];
  const body = choose.oneOf(bodies)();
  const form = choose.oneOf([
    `(item) => { ${body} }`,
    `function up(item) { ${body} }`,
    `({ up(item) { ${body} } }).up`,
    `(class { static up(item) { ${body} } }).up`,
    `(item) => { marker(); ${body} }`,
  ]);
  // oxlint-disable-next-line typescript/no-implied-eval -- a function that has just this text
  const apply = new Function(`${moduleScope} return ${form};`)() as StyledStep['apply'];
  return { text: form, apply, reads: [...reads].toSorted() };
}
