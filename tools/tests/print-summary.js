// node tools/tests/print-summary.js <folder> <failure>...: the end of .ci/run. The folder holds what each run wrote: <run>.json by
// Jest, and where an engine must have run in it, its title in <run>.engine.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { summarise } from './run-summary.js';

const [folder = '', ...failures] = process.argv.slice(2);

function read(file) {
  const path = join(folder, file);
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
}

/** What Jest wrote; nothing where it was ended before, or in the midst of it. */
function resultOf(run) {
  try {
    return JSON.parse(read(`${run}.json`));
  } catch {
    return undefined;
  }
}

const runs = readdirSync(folder)
  .filter((file) => file.endsWith('.run'))
  .map((file) => file.replace(/\.run$/, ''))
  .map((run) => {
    const engine = read(`${run}.engine`);
    return { name: read(`${run}.run`), result: resultOf(run), ...(engine && { engine }) };
  });
const { lines, isFine } = summarise(runs, failures);
console.log(lines.join('\n'));
process.exitCode = isFine ? 0 : 1;
