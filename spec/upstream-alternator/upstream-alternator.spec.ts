import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  compareOutcomes,
  countOutcomes,
  type Expected,
  type Outcomes,
  readOutcomes,
  readRecord,
  recordOf,
  reportOf,
  tableHead,
  tableRow,
} from '../../tools/upstream-alternator/outcomes.js';

const folder = 'tools/upstream-alternator';
const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as unknown;

interface Suite {
  readonly suites: readonly { readonly version: string; readonly release: string; readonly revision: string }[];
  readonly files: readonly string[];
}

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
const listed = (...tests: string[]): Expected[] => [{ kind: 'stricter', reason: 'a reason', tests }];

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

  test('is recorded, and read again', () => {
    const outcomes = readOutcomes(report);
    expect(recordOf(outcomes).split('\n')[0]).toBe('test_gsi::test_aws skipped');
    expect(Object.fromEntries(readRecord(recordOf(outcomes)))).toEqual(Object.fromEntries(outcomes));
  });

  test('becomes a row of a table, and says which tests are not as expected', () => {
    const outcomes = readOutcomes(report);
    const differences = compareOutcomes(outcomes, listed('test_gsi::test_wrong', 'test_gsi::test_gone'));
    const row = tableRow('ScyllaDB 2026.1', outcomes, differences);
    expect(row).toBe('| ScyllaDB 2026.1 | 2 | 1 | 1 | 2 | 1 | 1 |');
    expect(tableHead.split('\n')[0]?.split('|')).toHaveLength(row.split('|').length);
    const lines = reportOf('ScyllaDB 2026.1', outcomes, differences).split('\n');
    expect(lines).toEqual(expect.arrayContaining([row, '- test_gsi::test_broken', '- test_gsi::test_gone']));
    expect(lines).not.toContain('- test_gsi::test_wrong');
  });
});

describe('the list of expected differences', () => {
  const expected = read('expected.json') as readonly Expected[];
  const recorded = readRecord(readFileSync(join(folder, 'outcomes.txt'), 'utf8'));
  const { files, suites } = read('suite.json') as Suite;

  test('lets no new one through, and none that is gone', () => {
    expect(compareOutcomes(failed('a::1', 'b::1'), listed('a::1', 'b::1'))).toEqual({ unexpected: [], outdated: [] });
    expect(compareOutcomes(failed('a::1', 'a::2'), listed('a::1', 'c::1'))).toEqual({
      unexpected: ['a::2'],
      outdated: ['c::1'],
    });
  });

  test('has for each test one reason, of a kind, and each reason once', () => {
    const kinds = new Set(['stricter', 'not an engine']);
    expect(expected.filter(({ kind }) => !kinds.has(kind))).toEqual([]);
    // a sentence that says what the test is about and what the profile does
    expect(expected.filter(({ reason }) => reason.length < 60 || reason.endsWith('.'))).toEqual([]);
    expect(expected.filter(({ tests }) => tests.length === 0)).toEqual([]);
    expect(new Set(expected.map(({ reason }) => reason)).size).toBe(expected.length);
    const tests = expected.flatMap((line) => line.tests);
    expect(tests.filter((one, at) => tests.indexOf(one) !== at)).toEqual([]);
  });

  test('names the tests that fail in the recorded run, and no others', () => {
    expect(compareOutcomes(recorded, expected)).toEqual({ unexpected: [], outdated: [] });
    const filesOf = new Set([...recorded.keys()].map((name) => name.split('::')[0]));
    expect(filesOf).toEqual(new Set(files));
  });

  test('of ScyllaDB itself names tests that there are', () => {
    const tests = (read('expected-on-scylla.json') as readonly Expected[]).flatMap((line) => line.tests);
    expect(tests.filter((name) => !recorded.has(name))).toEqual([]);
  });

  test('is counted in the documentation', () => {
    const { failed: failures, known, passed, skipped } = countOutcomes(recorded);
    const page = readFileSync('docs/scylladb.md', 'utf8').replaceAll(/\s+/g, ' ');
    const release = suites.at(-1)?.release.replace('scylla-', '');
    expect(page).toContain(
      `at ${release}: ${passed} pass, ${known} fail on ScyllaDB, too, ${skipped} are skipped, ${failures} differ`,
    );
  });
});

describe('the revisions of the suite', () => {
  const { suites } = read('suite.json') as Suite;

  test('are commits, of releases of the versions they are for, and the newest comes last', () => {
    for (const { release, revision, version } of suites) {
      expect(revision).toMatch(/^[0-9a-f]{40}$/);
      expect(release.startsWith(`scylla-${version}.`)).toBe(true);
    }
    expect(suites.map(({ version }) => version)).toEqual(suites.map(({ version }) => version).toSorted());
  });

  test('are there for each version that the nightly workflow runs', () => {
    const workflow = readFileSync('.github/workflows/nightly.yml', 'utf8');
    const [, versions = ''] = /version: \[(.*)\]/.exec(workflow) ?? [];
    const wanted = [...versions.matchAll(/'([\d.]+)'/g)].map(([, version]) => version);
    expect(wanted.length).toBeGreaterThan(2);
    expect(suites.map(({ version }) => version)).toEqual(expect.arrayContaining(wanted));
  });
});

describe('fetching the suite', () => {
  let work: string;
  const git = (...args: string[]) =>
    spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd: join(work, 'origin'),
      encoding: 'utf8',
    });
  const commit = (text: string) => {
    writeFileSync(join(work, 'origin/test/alternator/test_item.py'), text);
    git('add', '.');
    git('commit', '--quiet', '-m', text);
    return git('rev-parse', 'HEAD').stdout.trim();
  };
  beforeAll(() => {
    work = mkdtempSync(join(tmpdir(), 'upstream-'));
    for (const path of ['origin/test/alternator', 'origin/other', 'tools'])
      mkdirSync(join(work, path), { recursive: true });
    writeFileSync(join(work, 'origin/test/__init__.py'), '');
    writeFileSync(join(work, 'origin/other/large.bin'), 'other');
    git('init', '--quiet');
    const suites = [
      { version: '2025.1', revision: commit('old') },
      { version: '2026.1', revision: commit('new') },
    ];
    commit('later');
    git('config', 'uploadpack.allowAnySHA1InWant', 'true');
    git('config', 'uploadpack.allowFilter', 'true');
    const suite = { ...(read('suite.json') as object), repository: `file://${join(work, 'origin')}`, suites };
    writeFileSync(join(work, 'tools/suite.json'), JSON.stringify(suite));
    writeFileSync(join(work, 'tools/fetch.sh'), readFileSync(join(folder, 'fetch.sh')), { mode: 0o755 });
  });
  afterAll(() => rmSync(work, { recursive: true }));

  test.each([
    ['the newest, if none is asked for', [], 'new'],
    ['that of a version', ['2025.1'], 'old'],
    ['the newest for a version of its own time', ['latest'], 'new'],
  ])('takes %s, and only its tests', (_what, version, text) => {
    const target = join(work, 'fetched');
    const { status, stderr } = spawnSync(join(work, 'tools/fetch.sh'), [target, ...version], { encoding: 'utf8' });
    expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
    expect(readFileSync(join(target, 'test/alternator/test_item.py'), 'utf8')).toBe(text);
    expect([existsSync(join(target, 'test/__init__.py')), existsSync(join(target, 'other/large.bin'))]).toEqual([
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
