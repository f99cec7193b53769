import { join } from 'node:path';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { installPeers, peersFolder } from '../support/install-peers.js';
import { type Block, isWalked, type Page, pageNames, parsePage } from './markdown.js';
import { blockId, compiledMarks, isProgram, runPages } from './project.js';

jest.setTimeout(300_000);

const pages = pageNames().map((name) => parsePage(name));

/** The blocks that are of a kind, as `page:line`, and themselves. */
function blocksOf(isOfKind: (block: Block) => boolean): [string, Block][] {
  return pages.flatMap(({ name, blocks }) =>
    blocks.filter(isOfKind).map((block): [string, Block] => [blockId(name, block), block]),
  );
}

describe('the ts and js blocks of the pages compile, run and give what their comments say', () => {
  let problems: ReadonlyMap<string, readonly string[]>;
  beforeAll(async () => {
    await installPeers();
    problems = await runPages(pages, { packages: { '@typedorm': join(peersFolder, '@typedorm') } });
  });

  test.each(blocksOf(isProgram))('%s', (id) => {
    expect(problems.get(id)).toEqual([]);
  });
});

describe('the json blocks parse, and a tsconfig among them compiles the quick start', () => {
  const quickStart = pages.find(({ name }) => name === 'README.md');

  test.each(blocksOf((block) => block.language === 'json' && !isWalked(block)))('%s', async (_id, { text }) => {
    const { compilerOptions } = JSON.parse(text) as { compilerOptions?: object };
    if (compilerOptions === undefined) return;
    const problems = await runPages([quickStart as Page], { compilerOptions });
    expect([...problems.values()].flat()).toEqual([]);
  });
});

describe('every block is of a kind that a spec executes', () => {
  // `sh` blocks: commands.spec.ts; `diff` blocks: error-examples.spec.ts
  const executed = ['ts', 'js', 'json', 'sh', 'diff'];
  // drawings, in which there is nothing to execute
  const drawn = ['text', 'mermaid'];

  test.each(pages.map(({ name, blocks }) => [name, blocks] as const))('%s', (name, blocks) => {
    expect(blocks.filter(({ language }) => ![...executed, ...drawn].includes(language))).toEqual([]);
    // `walk` blocks: package/newcomer.spec.ts, which reads one page
    // `file` blocks: pages.spec.ts
    const walked = name === 'docs/upgrades.md' ? ['walk'] : [];
    const shown = name === 'docs/worked-example.md' ? ['file'] : [];
    const sketched = name.startsWith('docs/errors/') ? ['sketch'] : [];
    const marks = new Set([...compiledMarks, ...walked, ...shown, ...sketched]);
    expect(blocks.flatMap((block) => block.marks ?? []).filter((mark) => !marks.has(mark))).toEqual([]);
  });

  test('and there are blocks of each', () => {
    const found = new Set(pages.flatMap(({ blocks }) => blocks.map(({ language }) => language)));
    expect(found).toEqual(new Set([...executed, ...drawn]));
  });
});
