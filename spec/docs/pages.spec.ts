import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { Entity, PartitionKey, steps, Upgrade, upgradeItem, Versioned, type VersionedOptions } from 'dynamo-evolve';
import { type Entry, sidebar } from '../../docs/.vitepress/sidebar.js';
import { withTabs } from '../../docs/.vitepress/tabs.js';
import { fileAbove, isFile, isWalked, linksOf, pageNames, parsePage, readPage, root } from './markdown.js';

/** The pages of the site. */
const pages = pageNames().filter((name) => /^docs\/(?!examples\/)/.test(name));

describe('a page is short', () => {
  test.each(pages.filter((name) => name !== 'docs/reference.md'))('%s has at most 250 lines', (name) => {
    expect(readPage(name).trimEnd().split('\n').length).toBeLessThanOrEqual(250);
  });

  test.each([
    ['README.md', 110],
    ['CONTRIBUTING.md', 130],
  ])('and so is %s: %i lines', (name, longest) => {
    expect(readPage(name).trimEnd().split('\n').length).toBeLessThanOrEqual(longest);
  });
});

test('the newest release of the changelog is the one in package.json', () => {
  const versionIn = (name: string) =>
    (JSON.parse(readFileSync(join(root, name), 'utf8')) as { version: string }).version;
  const [, newest] = /^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d$/m.exec(readPage('CHANGELOG.md')) ?? [];
  expect([versionIn('package.json'), versionIn('package-lock.json')]).toEqual([newest, newest]);
});

test('the pages show one tsconfig.json', () => {
  const all = pageNames().flatMap((name) => parsePage(name).blocks.map(({ text }) => ({ name, text })));
  const shown = all.filter(({ text }) => /^\{\s+"compilerOptions"/.test(text));
  expect(shown.map(({ name }) => name)).toEqual(expect.arrayContaining(['README.md', 'docs/setup.md']));
  expect([...new Set(shown.map(({ text }) => text))]).toHaveLength(1);
});

test('options of @Versioned that pages mention are accepted', () => {
  const mentioned = pageNames().flatMap(
    (name) => readPage(name).match(/(?<=`@Versioned\()\d+, \{ \w+: .*?(?=\)`)/g) ?? [],
  );
  expect(mentioned.length).toBeGreaterThan(1);
  for (const text of mentioned) {
    class Note {}
    const [version, options] = runInNewContext(`[${text}]`) as [number, VersionedOptions];
    PartitionKey({ type: 'string' })(Note.prototype, 'id');
    Entity({ table: 'notes' })(Note);
    Versioned(version, options)(Note);
    for (let from = options.initial ?? 1; from < version; from++) {
      Object.assign(Note, { [`to${from + 1}`]: steps() });
      Upgrade(from, from + 1)(Note, `to${from + 1}`);
    }
    expect(() => upgradeItem(Note, { id: 'a' })).not.toThrow();
  }
});

describe('tabs', () => {
  const fence = '```';
  const block = (label: string, info: string) => `**${label}**\n\n${fence}${info}\n// ${label}\n${fence}\n`;

  test('are labelled blocks on a forge', () => {
    const blocks = `${block('One', 'ts')}\n${block('Two', 'ts standard-decorators')}`;
    const tab = (label: string, info: string) => `${fence}${info} [${label}]\n// ${label}\n${fence}\n`;
    const tabs = `${tab('One', 'ts')}\n${tab('Two', 'ts standard-decorators')}`;
    expect(withTabs(`before\n\n<!-- tabs -->\n\n${blocks}\n<!-- /tabs -->\n\n${block('Three', 'ts')}`)).toBe(
      `before\n\n::: code-group\n\n${tabs}\n:::\n\n${block('Three', 'ts')}`,
    );
  });

  test.each(pages)('and nothing else of VitePress is in %s', (name) => {
    const tabs = withTabs(readPage(name));
    expect(readPage(name)).not.toMatch(/^:::/m);
    for (const [, group = ''] of tabs.matchAll(/^::: code-group\n(.*?)^:::$/gms)) {
      const outside = group.replaceAll(/^```\w[^\n]* \[[^\n\]]+\]\n.*?^```$/gms, '').trim();
      expect([outside, /\[[^\n\]]+\]$/m.test(group)]).toEqual(['', true]);
    }
  });
});

describe('a file that a page imports is shown on a page', () => {
  const shown = new Map(
    pages.flatMap((name) => {
      const blocks = parsePage(name).blocks.filter(isFile);
      return blocks.map((block) => [fileAbove(readPage(name), block) ?? '', { name, block }] as const);
    }),
  );

  test.each([...shown])('%s, as it is', (file, { block }) => {
    expect(block.text).toBe(readFileSync(join(root, file), 'utf8').trimEnd());
  });

  test.each(pages)('or on a page that %s links to', (name) => {
    const programs = parsePage(name).blocks.filter((block) => !isFile(block) && !isWalked(block));
    const imports = programs.flatMap(({ text }) => [...text.matchAll(/ from '\.\/(.*)\.js'/g)]);
    const owners = imports.map(([, module]) => shown.get(`${module}.ts`)?.name ?? `nothing shows ${module}.ts`);
    const linked = new Set(linksOf(readPage(name)).map(({ target }) => join('docs', target.split('#')[0]!)));
    expect(owners.filter((owner) => owner !== name && !linked.has(owner))).toEqual([]);
  });
});

describe('the sidebars of the site', () => {
  const linksIn = ({ items = [], link }: Entry): string[] => [...(link ? [link] : []), ...items.flatMap(linksIn)];
  const linked = Object.values(sidebar).flatMap((entries) => entries.flatMap(linksIn));
  const pagesOf = (links: readonly string[]) => links.map((link) => `docs${link}.md`);

  test('have every page', () => {
    // the first page, and the lists that the navigation has
    const lists = new Set(['docs/index.md', ...pages.filter((name) => name.endsWith('/README.md'))]);
    const isPage = (link: string) => !link.endsWith('/');
    const found = new Set(pagesOf(linked.filter(isPage)));
    expect([...found].toSorted()).toEqual(pages.filter((name) => !lists.has(name)));
  });

  test('have them in the order of the contents', () => {
    const isTop = (name: string) => /^docs\/[\w-]+\.md$/.test(name);
    const contents = linksOf(readPage('docs/README.md')).map(({ target }) => join('docs', target.split('#')[0]!));
    const [, ...listed] = contents.filter(isTop);
    expect(listed).toEqual(pagesOf(sidebar['/']!.flatMap(linksIn)).filter(isTop));
  });
});

describe('the badges of the README are true', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    license: string;
    engines: { node: string };
  };
  const badge = (name: string) => readFileSync(join(root, `docs/public/badges/${name}.svg`), 'utf8');

  test('of the licence and of Node.js', () => {
    expect(badge('license')).toContain(`>${manifest.license}<`);
    expect(badge('node')).toContain(`>${manifest.engines.node.replaceAll('>', '&gt;')}<`);
  });

  test('of TypeScript', () => {
    const [, oldest] = /\| tsc (\d+\.\d+),/.exec(readPage('docs/tool-chains.md')) ?? [];
    expect(badge('typescript')).toContain(`>&gt;=${oldest}<`);
  });
});
