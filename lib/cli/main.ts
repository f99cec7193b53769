#!/usr/bin/env node
import { createRequire } from 'node:module';
import { runCommandLine } from './command-line.js';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

let isDone = false;
process.once('exit', () => {
  if (isDone) return;
  process.stderr.write(
    'The command came to no end: the configuration awaits what never comes, or ended the process.\n',
  );
  process.exitCode = 2;
});
// not awaited here: then Node would end with a code and words of its own
void runCommandLine(process.argv.slice(2), version).then((code) => {
  isDone = true;
  // what a configuration opened must not keep the process; what was printed must be out
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
});
