#!/usr/bin/env node
import { createRequire } from 'node:module';
import { runCommandLine } from './command-line.js';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

// the SDK's advice to use a newer Node is for the developers of programs, not for each command
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

let isDone = false;
process.once('exit', () => {
  if (isDone) return;
  process.stderr.write(
    'The command did not finish: the configuration waits for something that never happens, or ended the process.\n',
  );
  process.exitCode = 2;
});
// not awaited here, because Node would then exit with its own code and message
void runCommandLine(process.argv.slice(2), version).then((code) => {
  isDone = true;
  // exit even if the configuration left something open, but only once all output is written
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
});
