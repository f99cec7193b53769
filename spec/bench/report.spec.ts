import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chartOf } from '../../tools/bench/chart.js';
import type { Case } from '../../tools/bench/case.js';
import type { Machine } from '../../tools/bench/machine.js';
import type { CaseResult, RowResult } from '../../tools/bench/run-case.js';
import { writeReport } from '../../tools/bench/write-report.js';
import { root } from '../docs/markdown.js';

const machine: Machine = {
  date: '2026-11-28',
  cpu: 'Abacus',
  cores: 2,
  memory: 24,
  system: 'Linux',
  node: '24.0.0',
  versions: { 'dynamo-evolve': '0.1.0' },
};

function resultOf(id: string, rows: readonly RowResult[], more: Partial<Case> = {}): CaseResult {
  const figures = { cpu: 'CPU, µs an item' };
  const title = `(${id}) Reading a < b & "c"`;
  return { case: { id, title, figures, baseline: 'by hand', rows: [], goals: [], rounds: 2, ...more }, rows };
}

const measured = (name: string, ...values: number[]): RowResult => ({ name, rounds: values.map((cpu) => ({ cpu })) });
const rows = [measured('by hand', 2, 1), measured('dynamo-evolve', 4, 6), { name: 'C', rounds: [], absent: 'why' }];

/** The bars of a chart, by the names beside them. */
function barsOf(chart: string): Record<string, number> {
  const bars = [...chart.matchAll(/<text [^>]*text-anchor="end">([^<]*)<\/text>\s*<rect [^>]*width="([\d.]+)"/g)];
  return Object.fromEntries(bars.map(([, name = '', width]) => [name, Number(width)]));
}

describe('a chart', () => {
  test('has a bar for each row that was measured, as long as its least figure', () => {
    const bars = barsOf(chartOf(resultOf('a', rows)) ?? '');
    expect(Object.keys(bars)).toEqual(['by hand', 'dynamo-evolve']);
    expect((bars['dynamo-evolve'] ?? 0) / (bars['by hand'] ?? 1)).toBeCloseTo(4, 1);
  });

  test('cuts off a bar that would make hairlines of the others, and says its figure all the same', () => {
    const chart =
      chartOf(resultOf('a', [measured('A', 1), measured('B', 2), measured('C', 3), measured('far', 900)])) ?? '';
    const bars = barsOf(chart);
    expect(bars['far']).toBe(bars['C']);
    expect(chart.match(/class="cut"/g)).toHaveLength(1);
    expect(chart).toContain('>900</text>');
  });

  test.each([
    ['nothing but zeros', [0, 0]],
    ['zeros and one figure', [0, 0, 0, 5]],
  ])('has bars of some length for %s', (_what, values) => {
    const bars = barsOf(
      chartOf(
        resultOf(
          'a',
          values.map((value, at) => measured(`row ${at}`, value)),
        ),
      ) ?? '',
    );
    expect(Object.values(bars)).toHaveLength(values.length);
    for (const length of Object.values(bars)) expect(length).toBeGreaterThan(0);
  });

  test('says in words what it shows, whatever signs the names have', () => {
    const chart = chartOf(resultOf('a', [measured('A & B', 1), measured('<C>', 2)])) ?? '';
    expect(chart).toContain('<title id="title">(a) Reading a &lt; b &amp; &quot;c&quot;</title>');
    expect(chart).toContain('CPU, µs an item: A &amp; B 1.00, &lt;C&gt; 2.00</desc>');
    expect(chart).not.toMatch(/&(?!amp;|lt;|gt;|quot;)|<C>/);
  });

  test('is left out where there is nothing to compare', () => {
    expect(chartOf(resultOf('a', [measured('A', 1), { name: 'B', rounds: [], absent: 'why' }]))).toBeUndefined();
  });
});

describe('writing the report', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-report-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function write(page: string): Promise<string> {
    const path = join(folder, 'page.md');
    await writeFile(path, page);
    writeReport(path, [resultOf('a', rows), resultOf('b', rows), resultOf('b2', [measured('A', 1)])], machine);
    return readFile(path, 'utf8');
  }
  const files = () => readdir(join(folder, 'public/pictures'));

  test('puts tables and their charts into a page, and leaves its text alone', async () => {
    const text = await write('# Before\n\n<!-- bench -->\n\nold\n\n<!-- /bench -->\n\nAfter\n');
    expect(text).toMatch(/^# Before\n\n<!-- bench -->\n\nMeasured on 2026-11-28/);
    expect(text).toMatch(/\n\n<!-- \/bench -->\n\nAfter\n$/);
    expect(text).not.toContain('old');
    expect(text).toContain('](public/pictures/bench-a.svg)\n\n|');
    expect(text).toMatch(/\| dynamo-evolve +\| +4\.00 \| +5\.00 \| +4\.00 \|/);
    expect((await files()).toSorted()).toEqual(['bench-a.svg', 'bench-b.svg']);
  });

  test('puts only the cases into a page that its letters name', async () => {
    const text = await write('<!-- bench b -->\n<!-- /bench -->\n');
    expect([...text.matchAll(/^### \((.*?)\)/gm)].map(([, id]) => id)).toEqual(['b', 'b2']);
    expect(await files()).toEqual(['bench-b.svg']);
    expect(text).toMatch(/^<!-- bench b -->\n/);
  });

  test('writes the same page again from the same figures', async () => {
    const once = await write('<!-- bench -->\n<!-- /bench -->\n');
    expect(await write(once)).toBe(once);
  });

  test('refuses a page without a place for it', async () => {
    await expect(write('# Nothing\n')).rejects.toThrow('has no <!-- bench --> and <!-- /bench -->');
  });
});

describe('the pages of the figures', () => {
  const pages = ['performance', 'benchmarks', 'request-benchmarks'].map((name) =>
    readFileSync(join(root, `docs/${name}.md`), 'utf8'),
  );

  test('have a place for every case, and no two for one', () => {
    const letters = pages.flatMap((text) => /<!-- bench((?: [a-z])+) -->/.exec(text)?.[1]?.trim().split(' ') ?? []);
    const used = readFileSync(join(root, 'tools/bench/bench.ts'), 'utf8').match(/a letter \(a to ([a-z])\)/)?.[1] ?? '';
    expect(letters.toSorted().join('')).toBe('abcdefghijklmnopqrstuvwxyz'.slice(0, used.charCodeAt(0) - 96));
  });

  test('show a chart for every table with more than one row', () => {
    const pictures = pages.flatMap((text) => [...text.matchAll(/\((public\/pictures\/bench-\w+\.svg)\)/g)]);
    expect(pictures.length).toBeGreaterThan(0);
    expect(pictures.filter(([, path = '']) => !existsSync(join(root, 'docs', path)))).toEqual([]);
  });
});
