import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** An entry of the sidebar: a page, a group, or a page with a group below it. */
export interface Entry {
  readonly text: string;
  readonly link?: string;
  readonly items?: Entry[];
}

const docs = fileURLToPath(new URL('..', import.meta.url));

/** The entry of a page, by its title. */
function page(name: string): Entry {
  const [, text = name] = /^# (.*)$/m.exec(readFileSync(join(docs, `${name}.md`), 'utf8')) ?? [];
  // the sidebar shows titles as they are, without Markdown
  return { text: text.replaceAll('`', ''), link: `/${name}` };
}

// groups that can be collapsed would be buttons in buttons, which screen readers can't tell apart
const group = (text: string, items: Entry[]): Entry => ({ text, items });

/** The pages of a folder as its list has them, in the list's groups. */
function pagesOf(folder: string): Entry[] {
  const link = /^- \[.*?\]\(([\w.-]+)\.md\)/gm;
  const entries = (list: string) => [...list.matchAll(link)].map(([, name]) => page(`${folder}/${name}`));
  const [first = '', ...parts] = readFileSync(join(docs, folder, 'README.md'), 'utf8').split(/^## /m);
  const groups = parts.map((part) => group(part.split('\n')[0]!, entries(part)));
  return [...entries(first), ...groups.filter(({ items }) => items!.length > 0)];
}

const pages = (...names: string[]) => names.map(page);
const errors = ['classes', 'attributes', 'upgrades', 'steps', 'mappers', 'versions', 'reading', 'values'];
const moreErrors = ['entities', 'conflicts', 'writes', 'calls', 'engine', 'files'];

/** The pages in the order of what people do; `docs/README.md` has the same order. */
const byTask: Entry[] = [
  {
    text: 'Start',
    items: [
      ...pages('guide', 'setup'),
      group('Entities', pages('entities', 'toolbox', 'attributes', 'types', 'dates', 'tables')),
      group('Read and write', pages('read', 'scans', 'write', 'conditions', 'repositories', 'single-table')),
      group('Existing data', [
        page('existing-tables'),
        { text: 'Coming from another library', link: '/coming-from/' },
        ...pagesOf('coming-from'),
      ]),
      group('Tools and frameworks', pages('tool-chains', 'nestjs', 'dependency-injection', 'responses')),
      page('worked-example'),
    ],
  },
  {
    text: 'Change a schema',
    items: [
      ...pages('upgrades', 'declared-steps', 'upgrade-methods', 'safe-upgrades', 'versions', 'testing', 'validation'),
      page('queries'),
    ],
  },
  { text: 'Roll out', items: pages('rollouts', 'ways-back', 'cli') },
  {
    text: 'Operate',
    items: [
      ...pages('operations', 'write-back', 'studio', 'streams', 'consumers'),
      ...pages('telemetry', 'open-telemetry', 'scylladb'),
    ],
  },
  {
    text: 'Reference',
    items: pages('reference', 'errors'),
  },
  {
    text: 'Understand',
    items: pages('consistency', 'performance', 'benchmarks', 'request-benchmarks', 'engines', 'comparison'),
  },
  { text: 'Recipes', items: [{ text: 'By theme', link: '/recipes/' }] },
];

/** The sidebars of the site, by the paths of the pages beside which they stand. */
export const sidebar: Record<string, Entry[]> = {
  '/recipes/': [{ text: 'Recipes', link: '/recipes/', items: pagesOf('recipes') }],
  '/errors/': [
    { text: 'Errors', link: '/errors', items: [...errors, ...moreErrors].map((name) => page(`errors/${name}`)) },
  ],
  '/': byTask,
};
