import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { errorPages, errorSections } from './error-sections.js';
import type { Block, Page } from './markdown.js';
import { blockId, runPages } from './project.js';

jest.setTimeout(300_000);

/** The differences that run; a `sketch` needs what no spec has, such as an engine that throttles. */
const examples = errorSections().flatMap(({ blocks, code, page }) => {
  const running = blocks.filter(({ language, marks = [] }) => language === 'diff' && !marks.includes('sketch'));
  return running.map((block) => ({ page, code, block }));
});

/** The program before or after a difference. Classes alone are given to a mapper. */
function programOf({ line, text }: Block, side: '+' | '-'): Block {
  const lines = text.split('\n').filter((one) => one === '' || one.startsWith(' ') || one.startsWith(side));
  const program = lines.map((one) => one.slice(1)).join('\n');
  const classes = [...program.matchAll(/^class (\w+)/gm)].map(([, name]) => name);
  const isOnlyClasses = !/^(?:await|const|let|var|new|for|if|\w+[.(])/m.test(program);
  return {
    line,
    language: 'ts',
    // what is wrong can be a compile error, too, and must be an error for programs in JavaScript
    ...(side === '-' && { marks: ['unchecked'] }),
    text: isOnlyClasses ? `${program}\nnew Mapper({ client, entities: [${classes.join(', ')}] });` : program,
  };
}

const sides = { before: '-', after: '+' } as const;

/** The programs of a page of errors on one side of its differences. */
function pageOf(page: string, side: keyof typeof sides): Page {
  const own = examples.filter((example) => example.page === page);
  return { name: `${page} ${side}`, blocks: own.map(({ block }) => programOf(block, sides[side])) };
}

describe('the differences on the pages of errors', () => {
  let problems: ReadonlyMap<string, readonly string[]>;
  beforeAll(async () => {
    const pages = errorPages.flatMap((page) => [pageOf(page, 'before'), pageOf(page, 'after')]);
    problems = await runPages(pages, { setup: () => new URL('./prelude.ts', import.meta.url) });
  });

  test('are there for nearly every code', () => {
    expect(examples.length).toBeGreaterThan(75);
  });

  test.each(examples.map((one) => [one.code, one] as const))('%s is thrown before', (code, { block, page }) => {
    const found = problems.get(blockId(`${page} before`, block));
    expect(found).toEqual([expect.stringContaining(`code: '${code}'`)]);
  });

  test.each(examples.map((one) => [one.code, one] as const))('and not after: %s', (_code, { block, page }) => {
    expect(problems.get(blockId(`${page} after`, block))).toEqual([]);
  });
});
