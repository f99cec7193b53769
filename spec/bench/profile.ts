import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Case } from './case.js';
import { startProcess } from './run-case.js';

/** What `--cpu-prof` writes, as far as it is read here. */
interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
}

/** How many rounds are looked at, so that little of it is warming up. */
const rounds = 10;
/** How many functions are named. */
const most = 20;

/** Where the time of a row goes: a table of the functions that take most of it, by their own shares. */
export async function profileOf({ id, rows }: Case, name: string, endpoint: string): Promise<string> {
  if (!rows.some((row) => row.name === name)) {
    throw new Error(`case ${id} has no row ${name}; there are ${rows.map((row) => row.name).join(', ')}`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const flags = ['--cpu-prof', `--cpu-prof-dir=${folder}`];
    const child = startProcess('row-process.js', [id, name, endpoint], flags);
    await once(child, 'message');
    for (let round = 0; round < rounds; round++) {
      child.send('round');
      await once(child, 'message');
    }
    child.disconnect();
    await once(child, 'exit');
    const [file = ''] = readdirSync(folder);
    return tableOf(JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function tableOf({ nodes, samples, timeDeltas }: CpuProfile): string {
  const functions = new Map(nodes.map(({ id, callFrame }) => [id, titleOf(callFrame)]));
  const times = new Map<string, number>();
  for (const [at, id] of samples.entries()) {
    const title = functions.get(id) ?? '';
    if (title !== '(idle)') times.set(title, (times.get(title) ?? 0) + (timeDeltas[at] ?? 0));
  }
  const all = [...times.values()].reduce((sum, time) => sum + time, 0);
  const sorted = [...times].toSorted(([, a], [, b]) => b - a).slice(0, most);
  const lines = sorted.map(([title, time]) => `| ${((time / all) * 100).toFixed(1)} % | ${title} |`);
  return ['| share | function |', '| ----: | --- |', ...lines].join('\n');
}

function titleOf({ functionName, url }: CallFrame): string {
  const file = url.startsWith('file:') ? fileURLToPath(url) : url;
  return [functionName || 'a function without a name', file && `(${basename(file)})`].filter(Boolean).join(' ');
}
