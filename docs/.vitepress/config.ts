// The site of these pages: `npm run docs:dev` shows it, `npm run docs:build` builds it into build/site.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { linkedFiles } from './linked-files.js';

const docs = fileURLToPath(new URL('..', import.meta.url));
const root = join(docs, '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const files = linkedFiles({ root, docs });

/** An entry of the sidebar for each page of a folder, by its title. */
function pagesOf(folder: string) {
  if (!existsSync(join(docs, folder))) return [];
  return readdirSync(join(docs, folder))
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .toSorted()
    .map((name) => ({
      text: /^# (.*)$/m.exec(readFileSync(join(docs, folder, name), 'utf8'))?.[1] ?? name,
      link: `/${folder}/${name.slice(0, -'.md'.length)}`,
    }));
}

const page = (text: string, link: string) => ({ text, link });

export default defineConfig({
  title: 'dynamo-evolve',
  description: 'Evolve documents in ScyllaDB and DynamoDB as you read them.',
  srcDir: docs,
  outDir: join(root, 'build/site'),
  cacheDir: join(root, 'build/site-cache'),
  cleanUrls: false,
  lastUpdated: false,
  // a folder's list is its index page; examples are copied as the sources that pages link to
  rewrites: { 'README.md': 'map.md', ':folder/README.md': ':folder/index.md' },
  srcExclude: ['examples/**'],
  markdown: {
    config: files.rewriteLinks,
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
  },
  buildEnd: files.copy,
  // as the theme does when a page is changed
  transformHtml: (html) => html.replace('class="VPContent is-home"', '$& role="main"'),
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  themeConfig: {
    // the search works without a server, and without another host
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      page('Start', '/guide'),
      page('Change a schema', '/upgrades'),
      page('Operate', '/operations'),
      page('Reference', '/reference'),
      { text: version, items: [page('All pages', '/map')] },
    ],
    sidebar: [
      {
        text: 'Start',
        items: [
          page('Guide', '/guide'),
          page('Define an entity', '/entities'),
          page('Schemas of dynamodb-toolbox', '/toolbox'),
          page('Existing tables', '/existing-tables'),
          page('Tool chains', '/tool-chains'),
          page('NestJS', '/nestjs'),
          page('Dependency injection', '/dependency-injection'),
        ],
      },
      {
        text: 'Change a schema',
        items: [
          page('Upgrades', '/upgrades'),
          page('Testing', '/testing'),
          page('Validation', '/validation'),
          page('Queries across versions', '/queries'),
          page('Single-table design', '/single-table'),
        ],
      },
      { text: 'Roll out', items: [page('Rollouts', '/rollouts'), page('Command line', '/cli')] },
      {
        text: 'Operate',
        items: [
          page('Operations', '/operations'),
          page('Studio', '/studio'),
          page('Streams', '/streams'),
          page('Telemetry', '/telemetry'),
          page('ScyllaDB', '/scylladb'),
        ],
      },
      { text: 'Reference', items: [page('Reference', '/reference'), page('Errors', '/errors')] },
      {
        text: 'Understand',
        items: [
          page('Consistency', '/consistency'),
          page('Performance', '/performance'),
          page('Benchmarks', '/benchmarks'),
          page('Engines', '/engines'),
          page('Comparison', '/comparison'),
        ],
      },
      { text: 'Recipes', items: pagesOf('recipes') },
      { text: 'Coming from', items: [page('Overview', '/coming-from/'), ...pagesOf('coming-from')] },
    ],
  },
});
