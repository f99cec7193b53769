import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { contentionCases, contentionTable, withContentionTable } from '../../tools/cluster/contention-table.js';

const model = { writes: 127, falseStarts: 64, uncertain: 7, timeouts: 0, doneLater: 0 };
const result = { ...model, calls: 120, failed: 0, retries: 7, seconds: 1 };

/** The rows of the table on the page: the number of mappers, the case, and the counts by their titles. */
function measured() {
  const page = readFileSync('docs/scylladb.md', 'utf8');
  const [, table = ''] = /<!-- contention -->(.*)<!-- \/contention -->/s.exec(page) ?? [];
  const lines = table.split('\n').filter((line) => line.startsWith('|'));
  const [titles = [], , ...rows] = lines.map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
  return rows.map(([mappers, name, ...counts]) => ({
    mappers,
    name,
    counts: Object.fromEntries(counts.map((count, at) => [titles[at + 2], Number(count)])),
  }));
}

describe('the table of contention', () => {
  test('has a row for each run, and takes the place of the last one', () => {
    const runs = [
      { mappers: 1, result: { ...result, name: 'any node' } },
      { mappers: 3, result: { ...result, name: 'affinity' } },
    ];
    const table = contentionTable(runs);
    expect(table.trimEnd().split('\n').slice(2)).toEqual([
      '| 1 | any node | 120 | 64 | 7 | 7 | 0 |',
      '| 3 | affinity | 120 | 64 | 7 | 7 | 0 |',
    ]);
    const page = 'before\n\n<!-- contention -->\n\nold $& $1\n\n<!-- /contention -->\n\nafter';
    expect(withContentionTable(page, 'new $& $1\n')).toBe(page.replace('old', 'new'));
    expect(() => withContentionTable('before', table)).toThrow(/no <!-- contention -->/);
  });

  test('of the documentation has all cases, for one mapper and for several', () => {
    const names = contentionCases.map(({ name }) => name);
    expect(measured().map(({ mappers, name }) => `${mappers} ${name}`)).toEqual([
      ...names.map((name) => `1 ${name}`),
      ...names.map((name) => `3 ${name}`),
    ]);
  });

  test('shows what the documentation says: who has false starts, and that none of the writes fail', () => {
    for (const { counts, mappers, name } of measured()) {
      const isAlone = mappers === '1' && name?.endsWith('one at a time');
      const isClear = name?.startsWith('affinity') || isAlone;
      const starts = counts['false starts'] ?? NaN;
      expect([mappers, name, starts === 0]).toEqual([mappers, name, isClear]);
      expect([counts['failed'], counts['sent again']]).toEqual([0, counts['answered 500']]);
    }
  });
});
