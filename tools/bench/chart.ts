import { figureText, minimumOf } from './figures.js';
import type { CaseResult } from './run-case.js';

const width = 760;
/** How wide a letter of a label is, about. */
const letter = 7.9;
/** The place for the figure behind a bar. */
const figures = 80;
const line = 26;
const top = 62;
/** Longer bars are cut off, so that one row doesn't make hairlines of the others. */
const longest = 8;

const style = `
    .panel { fill: #f8fafc; }
    text { fill: #1e293b; }
    .quiet { fill: #475569; font-size: 13px; }
    .bar { fill: #94a3b8; }
    .own { fill: #0f766e; }
    .cut { stroke: #f8fafc; }
    @media (prefers-color-scheme: dark) {
      .panel { fill: #0f172a; }
      text { fill: #e2e8f0; }
      .quiet { fill: #94a3b8; }
      .bar { fill: #64748b; }
      .own { fill: #2dd4bf; }
      .cut { stroke: #0f172a; }
    }`;

interface Bar {
  readonly name: string;
  readonly value: number;
}

interface Place {
  readonly y: number;
  /** The width of the labels. */
  readonly labels: number;
  /** The value of the longest bar. */
  readonly end: number;
}

/**
 * The first figure of a case as a bar for each row that was measured, as an SVG that follows the reader's light or dark
 * mode. `undefined` for a case with fewer than two such rows, which has nothing to compare.
 */
export function chartOf({ case: { figures: headings, title }, rows }: CaseResult): string | undefined {
  const [figure = '', heading = ''] = Object.entries(headings)[0] ?? [];
  const measured = rows.flatMap((row): Bar[] => {
    const value = minimumOf(row, figure);
    return value === undefined || Number.isNaN(value) ? [] : [{ name: row.name, value }];
  });
  if (measured.length < 2) return undefined;
  const end = endOf(measured.map(({ value }) => value));
  const labels = Math.ceil(Math.max(...measured.map(({ name }) => name.length)) * letter) + 30;
  const height = top + measured.length * line + 14;
  const described = measured.map(({ name, value }) => `${name} ${figureText(value)}`).join(', ');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description" font-family="ui-sans-serif, system-ui, sans-serif" font-size="14">
  <title id="title">${escaped(title)}</title>
  <desc id="description">${escaped(`${heading}: ${described}`)}</desc>
  <style>${style}
  </style>
  <rect class="panel" width="${width}" height="${height}" rx="10" />
  <text x="20" y="28">${escaped(title)}</text>
  <text class="quiet" x="20" y="48">${escaped(heading)}</text>
${measured.map((bar, at) => barText(bar, { y: top + at * line, labels, end })).join('\n')}
</svg>
`;
}

function barText({ name, value }: Bar, { end, labels, y }: Place): string {
  const bars = width - labels - figures;
  const length = Math.max(1, (Math.min(value, end) / end) * bars);
  const kind = name.startsWith('dynamo-evolve') ? 'own' : 'bar';
  const cut = `\n  <path class="cut" d="M${labels + bars - 30} ${y + 20} l8 -20" stroke-width="4" />`;
  return `  <text x="${labels - 10}" y="${y + 15}" text-anchor="end">${escaped(name)}</text>
  <rect class="${kind}" x="${labels}" y="${y}" width="${length.toFixed(1)}" height="20" rx="3" />${value > end ? cut : ''}
  <text class="quiet" x="${(labels + length + 8).toFixed(1)}" y="${y + 15}">${figureText(value)}</text>`;
}

/** Where the longest bar ends: at the largest value that isn't far above the middle one. */
function endOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  const end = Math.max(...sorted.filter((value) => value <= middle * longest));
  // rows may be too fast for their clock
  return end > 0 ? end : Math.max(...sorted, 1);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
