import { once } from 'node:events';
import type { Profiler, Runtime } from 'node:inspector';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Case } from './case.js';
import { startProcess } from './run-case.js';

/** How many functions are named. */
const most = 20;

/** Where the time of some rounds goes: a table of the functions that take most of it, by their own shares. */
export async function profileOf({ id }: Case, name: string, endpoint: string): Promise<string> {
  const child = startProcess('row-process.js', [id, name, endpoint]);
  try {
    for (const message of ['round', 'round', 'profile']) {
      await once(child, 'message');
      child.send(message);
    }
    const [{ absent, profile }] = (await once(child, 'message')) as [{ absent?: string; profile?: Profiler.Profile }];
    if (!profile) throw new Error(`${name} can't be profiled: ${absent}`);
    return tableOf(profile);
  } finally {
    child.disconnect();
  }
}

function tableOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): string {
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

function titleOf({ functionName, url }: Runtime.CallFrame): string {
  const file = url.startsWith('file:') ? fileURLToPath(url) : url;
  return [functionName || 'a function without a name', file && `(${basename(file)})`].filter(Boolean).join(' ');
}
