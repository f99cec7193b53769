#!/usr/bin/env node
import { createRequire } from 'node:module';
import { runCommandLine } from './command-line.js';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };
// a configuration that awaits what never comes ends the process, which would say nothing
process.once('exit', () => {
  if (process.exitCode !== 13) return;
  process.stderr.write('The configuration awaits something that never comes.\n');
  process.exitCode = 2;
});
const code = await runCommandLine(process.argv.slice(2), version);
// what a configuration opened must not keep the process; what was printed must be out
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
