// node build/tools/upstream-alternator/run-upstream.js --suite <folder> [--url <address> --name <engine>] [--report <file>] [--record]
// Runs ScyllaDB's own tests of Alternator, which fetch.sh has fetched, against the profile, or against what runs at an address.
// Compares the failures with expected.json on the profile, and with expected-on-scylla.json elsewhere: a new one fails the run, and
// on the profile a test that is listed in vain does, too. There is a report whatever happens: if the tests can't be run, it says so.
// --record writes how each test ended on the profile to outcomes.txt.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { startAlternatorProfile } from '../engines/alternator-profile/alternator-profile.js';
import { permissiveRelease } from '../engines/alternator-profile/release.js';
import { compareOutcomes, type Expected, recordOf, reportOf } from './outcomes.js';
import { runSuite } from './run-suite.js';

const { values } = parseArgs({
  options: {
    suite: { type: 'string', default: 'build/upstream-alternator' },
    url: { type: 'string' },
    name: { type: 'string', default: 'Alternator profile' },
    report: { type: 'string' },
    record: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});
const source = join(process.cwd(), 'tools/upstream-alternator');
const read = async (file: string) => JSON.parse(await readFile(join(source, file), 'utf8')) as unknown;
const { files } = (await read('suite.json')) as { readonly files: string[] };
const expected = (await read(values.url ? 'expected-on-scylla.json' : 'expected.json')) as readonly Expected[];

// whole pages and batches: the tests ask what is in them, and short ones are right, too
const profile = values.url ? undefined : await startAlternatorProfile(permissiveRelease, { isWhole: true });
try {
  const url = values.url ?? String(profile?.endpoint);
  const run = { suite: values.suite, files, url, hasCql: profile === undefined, isVerbose: values.verbose };
  const outcomes = await runSuite(run);
  const differences = compareOutcomes(outcomes, expected);
  const report = reportOf(values.name, outcomes, differences);
  console.log(report);
  await write(report);
  if (values.record) await writeFile(join(source, 'outcomes.txt'), recordOf(outcomes));
  // what fails on one version of ScyllaDB alone is listed in vain for the others
  const inVain = profile ? differences.outdated : [];
  if (differences.unexpected.length + inVain.length > 0) process.exitCode = 1;
} catch (error) {
  await write(`The tests could not be run on ${values.name}: ${String(error)}\n`);
  throw error;
} finally {
  await profile?.close();
}

async function write(report: string): Promise<void> {
  if (!values.report) return;
  await mkdir(dirname(values.report), { recursive: true });
  await writeFile(values.report, report);
}
