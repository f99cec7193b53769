import { describe, expect, test } from '@jest/globals';
import { headingsOf, linksOf, pageNames, parsePage, readPage } from './markdown.js';

const recipes = pageNames().filter((name) => /^docs\/recipes\/(?!README)/.test(name));
const contents = 'docs/recipes/README.md';

/** The text of each link that a list of pages has to a recipe, by its target. */
function listed(name: string, folder = ''): Record<string, string> {
  const links = [...readPage(name).matchAll(/^- \[(.+)\]\((.+)\)$/gm)];
  return Object.fromEntries(
    links.flatMap(([, title = '', target = '']) =>
      target.startsWith(folder) ? [[target.slice(folder.length), title]] : [],
    ),
  );
}

describe('a recipe answers one question on one screen', () => {
  test('and there are at least twenty', () => {
    expect(recipes.length).toBeGreaterThanOrEqual(20);
  });

  test.each(recipes)('%s', (name) => {
    const text = readPage(name);
    const lines = text.trimEnd().split('\n');
    const [title, ...others] = headingsOf(text);
    expect(title?.title).toMatch(/\?$/);
    expect(others).toEqual([]);
    expect(lines.length).toBeLessThanOrEqual(60);

    const { blocks } = parsePage(name);
    expect(blocks.length).toBeGreaterThan(0);
    expect(blocks.flatMap((block) => block.text.split('\n')).length).toBeLessThanOrEqual(40);
  });

  test.each(recipes)('%s gives the answer in one sentence before the code, says why, and leads on', (name) => {
    const [before = '', after = ''] = readPage(name).split(/```ts[^]*```\n/);
    const answer = before.split('\n').slice(1).join('\n').trim();
    expect(answer).toMatch(/^[^]+\.$/);
    expect(answer.split(/[.?!]\s/)).toHaveLength(1);
    expect(after).toMatch(/^\*\*Why\b/m);
    expect(after).toMatch(/\nMore: /);
    const targets = linksOf(after).map(({ target }) => target);
    expect(targets.filter((target) => target.startsWith('../')).length).toBeGreaterThan(0);
    expect(targets.at(-1)).toBe('README.md');
    expect(targets.filter((target) => /^https?:/.test(target))).toEqual([]);
  });
});

test.each([
  [contents, ''],
  ['docs/README.md', 'recipes/'],
])('%s lists all recipes by their questions', (name, folder) => {
  const titles = recipes.map((recipe) => [recipe.replace('docs/recipes/', ''), headingsOf(readPage(recipe))[0]?.title]);
  expect(listed(name, folder)).toEqual(Object.fromEntries(titles));
});
