import type { Goal } from './case.js';
import { figureText, medianOf, minimumOf } from './figures.js';
import type { Machine } from './machine.js';
import type { CaseResult, RowResult } from './run-case.js';

/** A goal, and what came of it. */
export interface GoalResult {
  readonly goal: string;
  readonly limit: number;
  /** `undefined` where one of its rows wasn't measured. */
  readonly found: number | undefined;
  readonly isReached: boolean;
}

/** Judges the goals of a case by the minima: what else runs on a machine only ever makes things slower. */
export function goalResults({ case: { figures, goals }, rows }: CaseResult): GoalResult[] {
  return goals.map((goal) => {
    const { row, figure, of, ofFigure = figure, limit } = goal;
    const own = minimumOf(rowNamed(rows, row), figure);
    const other = of === undefined ? 1 : minimumOf(rowNamed(rows, of), ofFigure);
    const found = own !== undefined && other !== undefined ? own / other : undefined;
    return { goal: wordsOf(goal, figures), limit, found, isReached: found !== undefined && found <= limit };
  });
}

function wordsOf({ row, figure, of, ofFigure, limit }: Goal, figures: Readonly<Record<string, string>>): string {
  if (of === undefined) return `${row}: at most ${limit} ${figures[figure]}`;
  const share = limit < 0.2 ? `1/${Math.round(1 / limit)}` : String(limit);
  if (of === row) return `${row}: ${figures[figure]} at most ${share} of ${figures[ofFigure ?? figure]}`;
  return `${row}: at most ${share} of ${of}`;
}

function rowNamed(rows: readonly RowResult[], name: string): RowResult | undefined {
  return rows.find((one) => one.name === name);
}

/**
 * The report as Markdown, which people can read as it stands. `pictureOf` says where the chart of a case is, if it has
 * one.
 */
export function markdownOf(
  results: readonly CaseResult[],
  machine: Machine,
  pictureOf: (result: CaseResult) => string | undefined = () => undefined,
): string {
  return [machineText(machine), ...results.map((result) => caseText(result, pictureOf(result)))].join('\n\n');
}

function machineText({ cpu, cores, memory, system, node, versions, date }: Machine): string {
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `Measured on ${date}: ${cpu}, ${cores} cores, ${memory} GB, ${system}, Node ${node}.`,
    `Versions: ${packages.join(', ')}.`,
  ].join('\n');
}

function caseText(result: CaseResult, picture: string | undefined): string {
  const { baseline, figures, remarks = [], title } = result.case;
  const names = Object.keys(figures);
  const [first = ''] = names;
  const base = minimumOf(rowNamed(result.rows, baseline), first);
  const headings = names.flatMap((name) => {
    return isMeasuredOnce(result) ? [figures[name] ?? ''] : [`${figures[name]}: min`, 'median'];
  });
  const table = [['row', ...headings, `of ${baseline}`]];
  for (const row of result.rows) {
    if (row.absent !== undefined) {
      table.push([row.name, `not measured: ${row.absent}`, ...headings.slice(1).map(() => ''), '']);
      continue;
    }
    const cells = names.flatMap((name) => {
      const least = figureText(minimumOf(row, name));
      return isMeasuredOnce(result) ? [least] : [least, figureText(medianOf(row, name))];
    });
    const own = minimumOf(row, first);
    table.push([row.name, ...cells, own !== undefined && base !== undefined ? (own / base).toFixed(2) : '']);
  }
  const goals = goalResults(result).map(goalText);
  const chart = picture === undefined ? '' : `![${title}, as bars](${picture})`;
  const parts = [`### ${title}`, chart, tableText(table), remarks.join('\n'), goals.join('\n')];
  return parts.filter((part) => part !== '').join('\n\n');
}

function isMeasuredOnce({ rows }: CaseResult): boolean {
  return rows.every(({ rounds }) => rounds.length <= 1);
}

function goalText({ goal, found, isReached, limit }: GoalResult): string {
  if (found === undefined) return `- ${goal}: not measured`;
  const shown = limit < 0.2 ? `1/${(1 / found).toFixed(1)}` : found.toFixed(2);
  return `- ${goal}: ${shown}, ${isReached ? 'reached' : '**not reached**'}`;
}

function tableText([headings = [], ...rows]: readonly (readonly string[])[]): string {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(3, ...all.map((cells) => (cells[column] ?? '').length)));
  const line = (cells: readonly string[]) => {
    const padded = cells.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 || cell.startsWith('not measured') ? cell.padEnd(width) : cell.padStart(width);
    });
    return `| ${padded.join(' | ')} |`;
  };
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(headings), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}
