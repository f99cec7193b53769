// Measures what reading and writing costs, against other ways to do the same. Run it with `npm run bench`.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cases } from './cases.js';
import { describeMachine, type Machine } from './machine.js';
import { profileOf } from './profile.js';
import { goalResults, markdownOf } from './report.js';
import { type CaseResult, runCase, startProcess } from './run-case.js';
import { savedRun } from './saved-run.js';
import { writeReport } from './write-report.js';

const usage = `npm run bench -- [options]

Installs what is compared with, measures every case and prints a table for each, in under ten minutes. Times are judged by
nobody: the exit status says only whether the run went through.

  --only CASE     only the cases of a letter (a to i); may be repeated
  --rounds N      measure every row N times
  --profile ROW   print which functions take the time of a row, instead of measuring
  --json          print the figures of every round as JSON
  --from FILE     measure nothing, and report what --json printed into a file
  --write FILE    put the report into a page, between <!-- bench --> and <!-- /bench -->, and charts into public/pictures
                  beside it; may be repeated
  --skip-install  compare with what is installed
  --help          print this`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    rounds: { type: 'string' },
    profile: { type: 'string' },
    json: { type: 'boolean', default: false },
    from: { type: 'string' },
    write: { type: 'string', multiple: true },
    'skip-install': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const root = process.cwd();
const folder = join(root, 'tools/bench');

if (values.help) console.log(usage);
else await bench();

async function bench(): Promise<void> {
  const wanted = cases.filter(({ id }) => values.only?.some((one) => id.startsWith(one)) ?? true);
  if (wanted.length === 0) throw new Error(`--only names no case; there are ${cases.map(({ id }) => id).join(', ')}`);
  // not every case has a row of every name
  const { profile } = values;
  const profiled = wanted.filter(({ rows }) => rows.some(({ name }) => name === profile));
  if (profile !== undefined && profiled.length === 0) {
    const names = new Set(wanted.flatMap(({ rows }) => rows.map(({ name }) => name)));
    throw new Error(`--profile names no row of these cases; there are ${[...names].join(', ')}`);
  }
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(rounds >= 1)) throw new Error('--rounds takes a number from 1');
  if (values.from !== undefined) {
    const { machine, results } = savedRun(readFileSync(values.from, 'utf8'));
    report(
      results.filter((result) => wanted.includes(result.case)),
      machine,
    );
    return;
  }
  if (!values['skip-install']) install();

  const server = startProcess('canned-server.js');
  const results: CaseResult[] = [];
  try {
    const [endpoint] = (await once(server, 'message')) as [string];
    if (profile !== undefined) {
      for (const one of profiled) console.log(`${one.title}\n\n${await profileOf(one, profile, endpoint)}\n`);
      return;
    }
    for (const one of wanted) {
      console.error(`measuring ${one.title}`);
      results.push(await runCase(one, endpoint, rounds));
    }
  } finally {
    server.disconnect();
  }

  report(results, describeMachine(folder, root));
}

function report(results: readonly CaseResult[], machine: Machine): void {
  for (const page of values.write ?? []) writeReport(page, results, machine);
  const figures = results.map((result) => {
    return { case: result.case.id, title: result.case.title, rows: result.rows, goals: goalResults(result) };
  });
  console.log(values.json ? JSON.stringify({ machine, results: figures }, undefined, 2) : markdownOf(results, machine));
}

/** Installs what the lock file says, unless it is there already. A failure leaves rows without figures, not the run. */
function install(): void {
  const installed = join(folder, 'node_modules/.package-lock.json');
  if (existsSync(installed) && isSameLock(installed)) return;
  console.error('installing what is compared with');
  try {
    execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  } catch {
    console.error('that failed: rows whose packages are missing are left out');
  }
}

/** Whether what is installed is what the lock file says. */
function isSameLock(installed: string): boolean {
  const versionsIn = (file: string) => {
    const { packages } = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, { version?: string }> };
    return new Map(Object.entries(packages).map(([name, { version }]) => [name, version]));
  };
  const wanted = versionsIn(join(folder, 'package-lock.json'));
  return [...versionsIn(installed)].every(([name, version]) => wanted.get(name) === version);
}
