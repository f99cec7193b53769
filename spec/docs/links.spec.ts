import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { anchorsOf, brokenLinks, linksOf, pageNames, readPage } from './markdown.js';

describe('the links of the pages lead somewhere', () => {
  test.each(pageNames())('%s', (name) => {
    expect(brokenLinks(name)).toEqual([]);
  });

  test('and from the contents to every page of the documentation', () => {
    const targets = linksOf(readPage('docs/README.md')).map(({ target }) => join('docs', target.split('#')[0]!));
    const linked = new Set(targets);
    // the first page of the site has contents of its own
    const contents = new Set(['docs/README.md', 'docs/index.md']);
    const pages = pageNames().filter((name) => name.startsWith('docs/') && !contents.has(name));
    expect(pages.filter((name) => !linked.has(name))).toEqual([]);
  });

  test('and from each page to the next one', () => {
    const names = new Set(linksOf(readPage('docs/README.md')).map(({ target }) => target.split('#')[0]!));
    const pages = [...names].filter((name) => /^[\w-]+\.md$/.test(name));
    const titleOf = (name: string) => /^# (.*)$/m.exec(readPage(`docs/${name}`))?.[1];
    const lastLines = pages.map((name) => readPage(`docs/${name}`).trimEnd().split('\n').at(-1));
    const [, ...followers] = pages;
    expect(lastLines).toEqual([
      ...followers.map((name) => `Next: [${titleOf(name)}](${name}) · [all pages](README.md)`),
      '[All pages](README.md)',
    ]);
  });

  test('which the README names', () => {
    expect(linksOf(readPage('README.md')).map(({ target }) => target)).toContain('docs/README.md');
  });
});

describe('a link', () => {
  const page = '# A `title`, with *marks*\n\n## Twice\n\n## Twice\n\n### NOT_FOUND\n';

  test('leads to a heading as GitHub names it', () => {
    expect([...anchorsOf(page)]).toEqual(['a-title-with-marks', 'twice', 'twice-1', 'not_found']);
  });

  test.each([
    ['a file that is not there', '[a](nothing.md)', ['docs/guide.md:1: nothing.md: there is no docs/nothing.md']],
    ['a heading that is not there', '[a](#nothing)', ['docs/guide.md:1: #nothing: no such heading']],
    [
      'a heading of another page',
      '[a](../README.md#nothing)',
      ['docs/guide.md:1: ../README.md#nothing: no such heading'],
    ],
    ['a file, by reference', 'a\n[b]: nothing.md', ['docs/guide.md:2: nothing.md: there is no docs/nothing.md']],
    ['the web', '[a](https://example.com/#nothing)', []],
    ['its own heading', '[a](#title)\n# Title', []],
    ['nothing, as code', '`[a](nothing.md)`\n\n```ts\n[b](nothing.md)\n# Title\n```', []],
  ])('is checked when it leads to %s', (_what, markdown, broken) => {
    expect(brokenLinks('docs/guide.md', markdown)).toEqual(broken);
  });
});
