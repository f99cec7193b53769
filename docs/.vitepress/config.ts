// The site of these pages: `npm run docs:dev` shows it, `npm run docs:build` builds it into build/site.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { linkedFiles } from './linked-files.js';
import { sidebar } from './sidebar.js';
import { withTabs } from './tabs.js';

const docs = fileURLToPath(new URL('..', import.meta.url));
const root = join(docs, '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const files = linkedFiles({ root, docs });

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
    config: (markdown) => {
      files.rewriteLinks(markdown);
      markdown.core.ruler.after('normalize', 'tabs', (state) => {
        state.src = withTabs(state.src);
      });
    },
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
      page('Roll out', '/rollouts'),
      page('Operate', '/operations'),
      page('Reference', '/reference'),
      // the place of other releases, once there are some
      {
        text: `v${version}`,
        items: [page('All pages', '/map'), { ...page('What is new', '/files/CHANGELOG.md.txt'), target: '_self' }],
      },
    ],
    sidebar,
  },
});
