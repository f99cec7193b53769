import type { Span } from './screen.js';

const line = 19;
const sign = 7.85;
const margin = 18;
const bar = 34;

/** Colours on a dark ground, whatever mode the reader prefers: it is a picture of a terminal. */
const colours: Readonly<Record<string, string>> = {
  red: '#f87171',
  green: '#4ade80',
  yellow: '#facc15',
  blue: '#60a5fa',
  magenta: '#e879f9',
  cyan: '#22d3ee',
  black: '#94a3b8',
};

/** What a terminal shows, as an SVG. `command` stands in its first line. */
export function pictureOf(command: string, lines: readonly (readonly Span[])[], description: string): string {
  const prompt: Span[] = [{ text: '$ ', isDim: true }, { text: command }];
  const all = [prompt, ...lines];
  const longest = Math.max(...all.map((spans) => spans.map(({ text }) => text).join('').length));
  const width = Math.ceil(longest * sign + 2 * margin);
  const height = bar + all.length * line + margin;
  const dots = ['#f87171', '#facc15', '#4ade80'].map((fill, at) => {
    return `  <circle cx="${margin + at * 18}" cy="17" r="5" fill="${fill}" />`;
  });
  const rows = all.map((spans, at) => {
    return `  <text x="${margin}" y="${bar + 14 + at * line}" xml:space="preserve">${spans.map(spanText).join('')}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13">
  <title id="title">${escaped(command)}</title>
  <desc id="description">${escaped(description)}</desc>
  <rect width="${width}" height="${height}" rx="10" fill="#0f172a" stroke="#475569" />
${dots.join('\n')}
  <g fill="#e2e8f0">
${rows.join('\n')}
  </g>
</svg>
`;
}

function spanText({ colour, isBold, isDim, text }: Span): string {
  const fill = isDim ? '#94a3b8' : colours[colour ?? ''];
  const marks = [...(fill === undefined ? [] : [`fill="${fill}"`]), ...(isBold ? ['font-weight="600"'] : [])];
  return marks.length === 0 ? escaped(text) : `<tspan ${marks.join(' ')}>${escaped(text)}</tspan>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
