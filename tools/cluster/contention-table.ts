import type { ContentionCase, ContentionResult } from './contention-run.js';

/** The ways to send conditional writes that are compared. */
export const contentionCases: readonly ContentionCase[] = [
  { name: 'any node, all at once', affinity: false, perPartition: Infinity },
  { name: 'any node, one at a time', affinity: false, perPartition: 1 },
  { name: 'affinity, all at once', affinity: true, perPartition: Infinity },
  { name: 'affinity, one at a time', affinity: true, perPartition: 1 },
];

const columns = ['mappers', 'sent to', 'writes', 'false starts', 'answered 500', 'sent again', 'failed'] as const;

/** The runs as a table in Markdown; a mapper sends at most ten writes at once. */
export function contentionTable(
  runs: readonly { readonly mappers: number; readonly result: ContentionResult }[],
): string {
  const rows = runs.map(({ mappers, result }) => {
    const { calls, failed, falseStarts, name, retries, uncertain } = result;
    return [mappers, name, calls, falseStarts, uncertain, retries, failed];
  });
  return [columns, columns.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

const region = /(<!-- contention -->\n).*(<!-- \/contention -->)/s;

/** A page with another table in its place. */
export function withContentionTable(page: string, table: string): string {
  if (!region.test(page)) throw new Error('the page has no <!-- contention --> and <!-- /contention -->');
  return page.replace(region, (_, before: string, after: string) => `${before}\n${table}\n${after}`);
}
