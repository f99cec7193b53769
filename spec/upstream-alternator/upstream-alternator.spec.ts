import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  compareOutcomes,
  type Expected,
  type Outcomes,
  readOutcomes,
  tableHead,
  tableRow,
} from '../../tools/upstream-alternator/outcomes.js';

const folder = 'tools/upstream-alternator';
const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as unknown;

/** What pytest writes. */
const report = `<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite name="pytest" tests="5">
<testcase classname="test.alternator.test_item" name="test_basic" time="0.1" />
<testcase classname="test.alternator.test_item" name="test_key[a&amp;b]" time="0.1"></testcase>
<testcase classname="test.alternator.test_gsi" name="test_wrong" time="0.2"><failure message="assert 1 == 2">…</failure></testcase>
<testcase classname="test.alternator.test_gsi" name="test_broken" time="0.2"><error message="failed on setup">…</error></testcase>
<testcase classname="test.alternator.test_gsi" name="test_known"><skipped type="pytest.xfail" message="issue" /></testcase>
<testcase classname="test.alternator.test_gsi" name="test_aws"><skipped type="pytest.skip" message="aws">…</skipped></testcase>
</testsuite></testsuites>`;

const failed = (...names: string[]): Outcomes => new Map(names.map((name) => [name, 'failed']));

describe('a report of pytest', () => {
  test('tells how each test ended', () => {
    expect([...readOutcomes(report)]).toEqual([
      ['test_item::test_basic', 'passed'],
      ['test_item::test_key[a&b]', 'passed'],
      ['test_gsi::test_wrong', 'failed'],
      ['test_gsi::test_broken', 'failed'],
      ['test_gsi::test_known', 'known'],
      ['test_gsi::test_aws', 'skipped'],
    ]);
  });

  test('of no tests is a failure', () => {
    expect(() => readOutcomes('<testsuites><testsuite tests="0" /></testsuites>')).toThrow(/no tests/);
  });
});

describe('the list of expected differences', () => {
  const reason = 'a reason';

  test('lets no new one through, and none that is gone', () => {
    const expected = [
      { test: 'a::1', reason },
      { test: 'b::*', reason },
      { test: 'c::1', reason },
    ];
    expect(compareOutcomes(failed('a::1', 'b::1', 'b::2'), expected.slice(0, 2))).toEqual({
      unexpected: [],
      outdated: [],
    });
    expect(compareOutcomes(failed('a::1', 'a::2', 'b::1'), expected)).toEqual({
      unexpected: ['a::2'],
      outdated: ['c::1'],
    });
  });

  test('has a reason at each line, and each test once', () => {
    const expected = read('expected.json') as readonly Expected[];
    expect(expected.filter((line) => line.reason.length < 20)).toEqual([]);
    expect(new Set(expected.map((line) => line.test)).size).toBe(expected.length);
    const { files } = read('suite.json') as { readonly files: readonly string[] };
    expect(expected.filter((line) => !files.includes(line.test.split('::')[0] as string))).toEqual([]);
  });

  test('becomes a row of a table', () => {
    const outcomes = readOutcomes(report);
    const row = tableRow(
      'ScyllaDB 2026.1',
      outcomes,
      compareOutcomes(outcomes, [{ test: 'test_gsi::test_wrong', reason }]),
    );
    expect(row).toBe('| ScyllaDB 2026.1 | 2 | 1 | 1 | 2 | 1 | 0 |');
    expect(tableHead.split('\n')[0]?.split('|')).toHaveLength(row.split('|').length);
  });
});

describe('fetching the suite', () => {
  let work: string;
  const git = (...args: string[]) =>
    spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd: join(work, 'origin'),
      encoding: 'utf8',
    });
  beforeAll(() => {
    work = mkdtempSync(join(tmpdir(), 'upstream-'));
    for (const path of ['origin/test/alternator', 'origin/other', 'tools'])
      mkdirSync(join(work, path), { recursive: true });
    writeFileSync(join(work, 'origin/test/alternator/test_item.py'), 'tests');
    writeFileSync(join(work, 'origin/test/__init__.py'), '');
    writeFileSync(join(work, 'origin/other/large.bin'), 'other');
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '-m', 'tests');
    git('config', 'uploadpack.allowAnySHA1InWant', 'true');
    git('config', 'uploadpack.allowFilter', 'true');
  });
  afterAll(() => rmSync(work, { recursive: true }));

  test('takes the named revision, and only its tests', () => {
    const revision = git('rev-parse', 'HEAD').stdout.trim();
    const suite = { ...(read('suite.json') as object), repository: `file://${join(work, 'origin')}`, revision };
    writeFileSync(join(work, 'tools/suite.json'), JSON.stringify(suite));
    writeFileSync(join(work, 'tools/fetch.sh'), readFileSync(join(folder, 'fetch.sh')), { mode: 0o755 });
    const target = join(work, 'fetched');
    const { status, stderr } = spawnSync(join(work, 'tools/fetch.sh'), [target], { encoding: 'utf8' });
    expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
    const has = (path: string) => existsSync(join(target, path));
    expect([has('test/alternator/test_item.py'), has('test/__init__.py'), has('other/large.bin')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('is never committed', () => {
    const { stdout } = spawnSync('git', ['ls-files', '*test/alternator/*', '*conftest.py', '*test_*.py'], {
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
  });
});
