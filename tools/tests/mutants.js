// npm run test:mutants: takes one thing away from a copy of lib, and runs the conformance suite behind the Alternator profile on
// that copy. Each run must fail; one that passes is a hole in the suite, and the command's failure.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import jestConfig from '../../jest.config.js';
import { mutants } from './mutant-list.js';

const root = process.cwd();
const folder = join(root, 'build/mutants');
let survivors = 0;

for (const { name, file, from, to } of mutants) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const part of ['lib', 'spec', 'tools', 'package.json', 'docker-compose.scylla.yml']) {
    cpSync(join(root, part), join(folder, part), { recursive: true, filter: (path) => !path.includes('node_modules') });
  }
  for (const [link, target] of Object.entries({ node_modules: 'node_modules', 'build/engines': 'build/engines' })) {
    mkdirSync(join(folder, link, '..'), { recursive: true });
    symlinkSync(join(root, target), join(folder, link), 'junction');
  }
  const path = join(folder, 'lib', file);
  const source = readFileSync(path, 'utf8');
  const parts = source.split(from);
  if (parts.length !== 2) throw new Error(`${file} has no ${from}, or several: the list of mutants is out of date`);
  writeFileSync(path, parts.join(to));

  const outcome = runTests();
  const failed = outcome.testResults.flatMap((one) => one.assertionResults).filter((one) => one.status === 'failed');
  const isCaught = failed.length > 0;
  if (!isCaught) survivors++;
  console.log(`${isCaught ? 'caught  ' : 'SURVIVED'}  ${name} (lib/${file})`);
  for (const { fullName } of failed.slice(0, 5)) console.log(`            ${fullName}`);
  if (failed.length > 5) console.log(`            and ${failed.length - 5} more`);
}
rmSync(folder, { recursive: true, force: true });
console.log(`${mutants.length - survivors} of ${mutants.length} caught`);
process.exitCode = survivors === 0 ? 0 : 1;

function runTests() {
  const config = { ...jestConfig, rootDir: folder, reporters: [] };
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const args = ['--config', JSON.stringify(config), '--json', 'spec/integration/alternator-profile'];
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [...flags, join(root, 'node_modules/jest/bin/jest.js'), ...args],
    { cwd: folder, encoding: 'utf8', env: { ...process.env, ENGINE: 'alternator-profile' }, maxBuffer: 2 ** 28 },
  );
  if (!stdout.startsWith('{')) throw new Error(`the tests could not run: ${stderr}`);
  return JSON.parse(stdout);
}
