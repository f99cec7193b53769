import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Outcomes, readOutcomes } from './outcomes.js';

/** What is run, and against what. */
export interface SuiteRun {
  /** The folder that fetch.sh has filled. */
  readonly suite: string;
  /** The files of tests, without folder and extension; those that an older suite lacks are left out. */
  readonly files: readonly string[];
  /** The address of the engine. */
  readonly url: string;
  /** Whether the engine has CQL, which the suite asks for roles. */
  readonly hasCql: boolean;
  /** Whether to show what pytest prints. */
  readonly isVerbose?: boolean;
}

const source = join(process.cwd(), 'tools/upstream-alternator');

/** Runs ScyllaDB's own tests; resolves to how each ended. Rejects if they can't be run. */
export async function runSuite({ files, hasCql, isVerbose = false, suite, url }: SuiteRun): Promise<Outcomes> {
  const folder = await mkdtemp(join(tmpdir(), 'upstream-alternator-'));
  try {
    const xml = join(folder, 'report.xml');
    const plugins = ['-p', 'stand_ins', '-p', 'restore_events', '-p', 'no:cacheprovider'];
    const options = ['-q', '--tb=short', ...plugins, '-o', 'xfail_strict=true'];
    const paths = files.map((file) => `test/alternator/${file}.py`).filter((path) => existsSync(join(suite, path)));
    if (paths.length === 0)
      throw new Error(`${suite} has none of the tests: tools/upstream-alternator/fetch.sh fetches them`);
    const modules = [join(source, 'plugin'), ...(hasCql ? [] : [join(source, 'no-cql')])];
    await runPytest(['--url', url, `--junitxml=${xml}`, ...options, ...paths], {
      cwd: resolve(suite),
      env: { ...process.env, PYTHONPATH: modules.join(':') },
      stdio: isVerbose ? 'inherit' : 'ignore',
    });
    return readOutcomes(await readFile(xml, 'utf8'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Tests that fail are no failure of the run: the report says which. */
function runPytest(args: readonly string[], options: object): Promise<void> {
  return new Promise((resolved, rejected) => {
    const child = spawn('python3', ['-m', 'pytest', ...args], options);
    child.once('error', rejected);
    child.once('exit', (status) => {
      // 0: all passed, 1: some failed
      if (status === 0 || status === 1) resolved();
      else rejected(new Error(`pytest ended with the status ${status}; --verbose shows why`));
    });
  });
}
