#!/usr/bin/env node
import { createRequire } from 'node:module';
import { runCommandLine } from './command-line.js';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };
const code = await runCommandLine(process.argv.slice(2), version);
// what a configuration opened must not keep the process; what was printed must be out
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
