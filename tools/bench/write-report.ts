import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chartOf } from './chart.js';
import type { Machine } from './machine.js';
import { markdownOf } from './report.js';
import type { CaseResult } from './run-case.js';

/** Where the charts of a page are, from the page. */
const pictures = 'public/pictures';
const region = /(<!-- bench((?: [a-z])*) -->\n).*?(<!-- \/bench -->)/s;

/**
 * Puts the report into a page, between `<!-- bench -->` and `<!-- /bench -->`, and its charts beside it. With letters, as
 * in `<!-- bench a b -->`, the region has the cases of these letters alone.
 */
export function writeReport(page: string, results: readonly CaseResult[], machine: Machine): void {
  const text = readFileSync(page, 'utf8');
  const [, , letters = ''] = region.exec(text) ?? [];
  if (!region.test(text)) throw new Error(`${page} has no <!-- bench --> and <!-- /bench -->`);
  const wanted = letters.trim().split(' ').filter(Boolean);
  const chosen = results.filter(({ case: { id } }) => wanted.length === 0 || wanted.includes(id.slice(0, 1)));
  const folder = join(dirname(page), pictures);
  mkdirSync(folder, { recursive: true });
  const report = markdownOf(chosen, machine, (result) => writeChart(result, folder));
  writeFileSync(
    page,
    text.replace(region, (_, start: string, _letters: string, end: string) => `${start}\n${report}\n\n${end}`),
  );
}

/** Writes the chart of a case, and returns its path from the page; `undefined` if the case has none. */
function writeChart(result: CaseResult, folder: string): string | undefined {
  const chart = chartOf(result);
  if (chart === undefined) return undefined;
  const name = `bench-${result.case.id}.svg`;
  writeFileSync(join(folder, name), chart);
  return `${pictures}/${name}`;
}
