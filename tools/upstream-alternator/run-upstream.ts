// node build/tools/upstream-alternator/run-upstream.js --suite <folder> [--url <address> --name <engine>] [--report <file>]
// Runs ScyllaDB's own tests of Alternator, which fetch.sh has fetched, against the profile, or against what runs at an address.
// Compares the failures with expected.json on the profile; a new one fails the run, and so does a line that is outdated.
import { spawn } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startAlternatorProfile } from '../engines/alternator-profile/alternator-profile.js';
import { compareOutcomes, type Expected, readOutcomes, tableHead, tableRow } from './outcomes.js';

const { values } = parseArgs({
  options: {
    suite: { type: 'string', default: 'build/upstream-alternator' },
    url: { type: 'string' },
    name: { type: 'string', default: 'Alternator profile' },
    report: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});
const source = join(process.cwd(), 'tools/upstream-alternator');
const { files } = JSON.parse(await readFile(join(source, 'suite.json'), 'utf8')) as { readonly files: string[] };
// what differs on ScyllaDB itself is its own affair
const expected = values.url
  ? []
  : (JSON.parse(await readFile(join(source, 'expected.json'), 'utf8')) as readonly Expected[]);

const profile = values.url ? undefined : await startAlternatorProfile();
const folder = await mkdtemp(join(tmpdir(), 'upstream-alternator-'));
try {
  const xml = join(folder, 'report.xml');
  const target = values.url ?? String(profile?.endpoint);
  const options = ['-q', '--tb=line', '-p', 'restore_events', '-p', 'no:cacheprovider', '-o', 'xfail_strict=false'];
  const paths = files.map((file) => `test/alternator/${file}.py`);
  await runPytest(values.suite, ['--url', target, `--junitxml=${xml}`, ...options, ...paths]);
  const outcomes = readOutcomes(await readFile(xml, 'utf8'));
  const differences = compareOutcomes(outcomes, expected);
  console.log(`${tableHead}\n${tableRow(values.name, outcomes, differences)}`);
  for (const name of differences.unexpected) console.log(`not expected: ${name}`);
  for (const name of differences.outdated) console.log(`outdated: ${name}`);
  if (values.report) await appendFile(values.report, `${tableRow(values.name, outcomes, differences)}\n`);
  if (differences.unexpected.length + differences.outdated.length > 0) process.exitCode = 1;
} finally {
  await profile?.close();
  await rm(folder, { recursive: true });
}

/** Tests that fail are no failure of the run: the report says which. */
function runPytest(cwd: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const stdio = values.verbose ? 'inherit' : 'ignore';
    // the profile has no CQL, which the suite asks for roles
    const paths = [join(source, 'plugin'), ...(profile ? [join(source, 'no-cql')] : [])];
    const env = { ...process.env, PYTHONPATH: paths.join(':') };
    const child = spawn('python3', ['-m', 'pytest', ...args], { cwd, env, stdio });
    child.once('error', reject);
    child.once('exit', (status) => {
      // 0: all passed, 1: some failed
      if (status === 0 || status === 1) resolve();
      else reject(new Error(`pytest ended with the status ${status}; --verbose shows why`));
    });
  });
}
