import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type Assertion, countByEngine, type FileResult, linesOf, summarise } from '../../tools/tests/run-summary.js';

const assertion = (top: string, title: string, status = 'passed'): Assertion => ({
  ancestorTitles: [top],
  title,
  status,
});
const file = (...assertionResults: Assertion[]): FileResult => ({ status: 'passed', assertionResults });
const embedded = file(
  assertion('Conformance: Embedded', 'reads'),
  assertion('Conformance: Embedded', 'expires (skipped: it has no clock)', 'pending'),
  assertion('Conformance: Embedded', 'forgets (skipped: it has no clock)', 'pending'),
  assertion('a number', 'is one'),
);
const run = (name: string, ...testResults: FileResult[]) => ({ name, result: { testResults } });

describe('the summary of a run', () => {
  test('counts by engine, with every reason for which something was skipped', () => {
    expect(countByEngine(embedded.assertionResults).flatMap(linesOf)).toEqual([
      '  Embedded: 1 passed, 0 failed, 2 skipped',
      '    2 skipped: it has no clock',
    ]);
  });

  test('shows a test that is skipped without a reason as just that', () => {
    expect(summarise([run('all', embedded, file(assertion('x', 'y', 'pending')))], []).lines).toContain(
      '    1 skipped: it does not say why',
    );
  });

  test('names every run, and sums them up in the last line', () => {
    const runs = [{ ...run('all tests', embedded), engine: 'Embedded' }, run('once more', embedded)];
    expect(summarise(runs, [])).toEqual({
      isFine: true,
      lines: [
        '  all tests: 2 passed, 0 failed, 2 skipped',
        '    2 skipped: it has no clock',
        '  once more: 2 passed, 0 failed, 2 skipped',
        '    2 skipped: it has no clock',
        'Tests: 4 passed, 0 failed, 4 skipped',
      ],
    });
  });

  test.each([
    ['a test that failed', [run('all', file(assertion('x', 'y', 'failed')), embedded)], [], 'tests of all'],
    ['a run without result', [{ name: 'all', result: undefined }], [], 'all wrote no result'],
    [
      'a file that could not run',
      [run('all', embedded, { ...file(), status: 'failed' })],
      [],
      '1 test files of all could not run',
    ],
    ['a run in which nothing passed', [run('all', file())], [], 'no test passed in all'],
    [
      'an engine that was not there',
      [{ ...run('all', embedded), engine: 'ScyllaDB' }],
      [],
      'ScyllaDB did not run in all',
    ],
    ['no run', [], [], 'no test ran'],
    ['a step that failed', [run('all', embedded)], ['lint'], 'lint'],
  ])('fails with %s', (_what, runs, failures, problem) => {
    const { lines, isFine } = summarise(runs, failures);
    expect(isFine).toBe(false);
    expect(lines.at(-2)).toContain(`FAILED: `);
    expect(lines.at(-2)).toContain(problem);
    expect(lines.at(-1)).toMatch(/^Tests: \d+ passed, \d+ failed, \d+ skipped$/);
  });

  test('is printed from what the runs wrote, and decides the exit status', () => {
    const folder = mkdtempSync(join(tmpdir(), 'results-'));
    try {
      writeFileSync(join(folder, '1.run'), 'all tests\n');
      writeFileSync(join(folder, '1.engine'), 'Embedded\n');
      writeFileSync(join(folder, '1.json'), JSON.stringify({ testResults: [embedded] }));
      const script = 'tools/tests/print-summary.js';
      expect(execFileSync(process.execPath, [script, folder], { encoding: 'utf8' })).toMatch(
        /^ {2}all tests: 2 passed.*\nTests: 2 passed, 0 failed, 2 skipped\n$/s,
      );
      writeFileSync(join(folder, '2.run'), 'once more\n');
      for (const cutOff of [undefined, '{"testRes']) {
        if (cutOff !== undefined) writeFileSync(join(folder, '2.json'), cutOff);
        const failed = spawnSync(process.execPath, [script, folder], { encoding: 'utf8' });
        expect(failed).toMatchObject({
          status: 1,
          stdout: expect.stringContaining('FAILED: once more wrote no result'),
        });
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
