import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { parseExamples, sourceNames } from './docstrings.js';
import { blockId, runPages } from './project.js';

jest.setTimeout(300_000);

const pages = sourceNames().map((name) => parseExamples(name));

let problems: ReadonlyMap<string, readonly string[]>;
beforeAll(async () => {
  const prelude = new URL('./prelude.ts', import.meta.url);
  const preludeOfNestJs = new URL('./prelude-nestjs.ts', import.meta.url);
  const setup = (page: string) => (page.startsWith('lib/nestjs/') ? preludeOfNestJs : prelude);
  problems = await runPages(pages, { setup });
});

describe('the examples of the doc comments run', () => {
  const ids = pages.flatMap(({ name, blocks }) => blocks.map((block) => blockId(name, block)));

  test('and are found', () => {
    expect(ids.length).toBeGreaterThan(25);
  });

  test.each(ids)('%s', (id) => {
    expect(problems.get(id)).toEqual([]);
  });
});
