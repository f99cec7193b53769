import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { parseExamples } from './docstrings.js';
import { parsePage } from './markdown.js';
import { runPages } from './project.js';

jest.setTimeout(300_000);

/** A page of which each text is a block. */
function page(name: string, ...blocks: string[]) {
  return parsePage(`${name}.md`, blocks.map((text) => `\`\`\`ts\n${text}\n\`\`\`\n`).join(''));
}

const pages = [
  page(
    'right',
    `const a = [1, { b: 'c d' }];\na; // → [1, { b: 'c d' }]`,
    `a.length; // → 2\nconsole.log(a); // → [ 1, … ]`,
  ),
  page('shadow', `const a = 1;`, `const a = 2;\na; // → 2`, `a; // → 2`),
  page(
    'types',
    `interface A { b: string }\nclass C {}`,
    `const a: A = { b: 'b' };\n[a, new C()]; // → [{ b: 'b' }, C {}]`,
  ),
  page(
    'both',
    `const A = class { b = 1 };\ntype A = InstanceType<typeof A>;`,
    `const a: A = new A();\na.b; // → 1\nnew A().b; // → 1`,
  ),
  page('loop', `for (const a of [1, 2]) console.log(a);\n// → 1\n// → 2`),
  page(
    'throws',
    `JSON.parse('{'); // → throws SyntaxError\nawait Promise.reject(new TypeError()); // → throws TypeError`,
  ),
  page('wrong-value', `const a = 1;\n\na; // → 2`),
  page('wrong-print', `console.log('a'); // → b`),
  page('wrong-loop', `for (const a of [1, 2, 3]) console.log(a);\n// → 1\n// → 2`),
  page('wrong-type', `const a: string = 'a';\nconst b: number = a;`),
  page('wrong-option', `import { Mapper } from 'dynamo-evolve';\nnew Mapper({}); // → throws INVALID_ARGUMENT`),
  page('throwing', `const a = 1;`, `throw new Error('thrown here');`, `a; // → 1`),
  page('wrong-throw', `JSON.parse('{'); // → throws TypeError`),
  page('no-throw', `JSON.parse('1'); // → throws SyntaxError`),
  page('unreached', `const isSo = () => false;\nif (isSo()) console.log(1); // → 1`),
  page('unchecked', `const a = 1;\na; // 2`),
  page('dangling', `const a = 1; // → 1`),
  page('unparsable', `const = 1;`),
  page('unknown-name', `const a = 1;`, `a; // → 1\nb; // → 1`),
  page('rejecting', `void Promise.reject(new Error('nobody caught it'));`),
  page('endless', `await new Promise(() => {});`),
];

describe('the blocks of a page', () => {
  test('stand between labels of tabs, and have marks', () => {
    const tabs =
      '<!-- tabs -->\n\n**With decorators**\n\n```ts\nconst a = 1;\n```\n\n**In b.ts**\n\n```ts walk\nb;\n```\n';
    expect(parsePage('tabs.md', tabs).blocks).toEqual([
      { line: 5, language: 'ts', text: 'const a = 1;' },
      { line: 11, language: 'ts', marks: ['walk'], text: 'b;' },
    ]);
  });
});

describe('the runner of code blocks', () => {
  let problems: ReadonlyMap<string, readonly string[]>;
  beforeAll(async () => {
    problems = await runPages(pages);
  });

  test.each(['right', 'shadow', 'types', 'both', 'loop', 'throws'])('passes a page that is %s', (name) => {
    const found = [...problems].filter(([id]) => id.startsWith(`${name}.md`));
    expect(found.length).toBeGreaterThan(0);
    expect(found.flatMap(([, own]) => own)).toEqual([]);
  });

  test.each([
    ['wrong-value.md:1', /wrong-value\.md:4: expected 2\n {2}found 1$/],
    ['wrong-print.md:1', /:2: expected b\n {2}found a$/],
    ['wrong-loop.md:1', /:2: expected 1\n2\n {2}found 1\n2\n3$/],
    ['wrong-type.md:1', /^wrong-type\.md:3: error TS2322: Type 'string' is not assignable/],
    ['wrong-option.md:1', /^wrong-option\.md:3: error TS/],
    ['throwing.md:4', /^throwing\.md:4: Error: thrown here/],
    ['wrong-throw.md:1', /:2: expected throws TypeError\n {2}found throws SyntaxError$/],
    ['no-throw.md:1', /:2: expected throws SyntaxError\n {2}found threw nothing$/],
    ['unreached.md:1', /:3: expected 1, but it never got there$/],
    ['unchecked.md:1', /:3: a value that nothing checks/],
    ['dangling.md:1', /:1: 1 of the \/\/ → follow no expression$/],
    ['unparsable.md:1', /:1: it does not parse/],
    ['unknown-name.md:4', /^unknown-name\.md:6: error TS2304: Cannot find name 'b'/],
    ['rejecting.md:1', /nobody caught it/],
    ['endless.md:1', /:1: it never finished$/],
  ])('fails %s', (id, message) => {
    expect(problems.get(id)?.[0]).toMatch(message);
  });

  test('fails a page that leaves something open', async () => {
    const unclosed = page('unclosed', `setInterval(() => {}, 1000);`);
    const found = await runPages([unclosed], { longestRun: 2_000 });
    expect(found.get('unclosed.md:1')).toEqual([expect.stringMatching(/^it still ran after 2000 ms/)]);
  });

  test('goes on behind a block that throws', () => {
    expect(problems.get('throwing.md:7')).toEqual([]);
  });
});

describe('the examples of doc comments', () => {
  const source = `/**
 * Does a.
 *
 * @example
 * a({
 *   b: 1,
 * });
 */
export function a() {}

class B {
  /** @example inline, which nobody writes */
  /**
   * @example
   * one();
   *
   * two();
   * @returns nothing
   */
  b() {}
}`;

  test('are taken without their margins', () => {
    expect(parseExamples('lib/a.ts', source).blocks).toEqual([
      { line: 4, language: 'ts', text: 'a({\n  b: 1,\n});' },
      { line: 14, language: 'ts', text: 'one();\n\ntwo();' },
    ]);
  });

  test('each stand on their own', async () => {
    const examples = parseExamples(
      'lib/a.ts',
      '/**\n * @example\n * const a = 1;\n */\n/**\n * @example\n * a.toFixed();\n */',
    );
    const problems = await runPages([examples], { setup: () => new URL('./prelude.ts', import.meta.url) });
    expect([...problems].map(([id, own]) => [id, own.length])).toEqual([
      ['lib/a.ts:2', 0],
      ['lib/a.ts:6', 2],
    ]);
  });
});
