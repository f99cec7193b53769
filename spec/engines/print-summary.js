// node spec/engines/print-summary.js <folder> <failure>...: the end of .ci/run. The folder holds what each run wrote: <run>.json by
// Jest, and where an engine must have run in it, its title in <run>.engine.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { summarise } from './run-summary.js';

const [folder = '', ...failures] = process.argv.slice(2);

function read(file) {
  const path = join(folder, file);
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
}

const runs = readdirSync(folder)
  .filter((file) => file.endsWith('.run'))
  .map((file) => file.replace(/\.run$/, ''))
  .map((run) => {
    const [json, engine] = [read(`${run}.json`), read(`${run}.engine`)];
    return { name: read(`${run}.run`), result: json === '' ? undefined : JSON.parse(json), ...(engine && { engine }) };
  });
const { lines, isFine } = summarise(runs, failures);
console.log(lines.join('\n'));
process.exitCode = isFine ? 0 : 1;
