import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Case, Figures } from './case.js';

/** What became of one row: the figures of its rounds, or why there are none. */
export interface RowResult {
  readonly name: string;
  readonly rounds: readonly Figures[];
  readonly absent?: string;
}

export interface CaseResult {
  readonly case: Case;
  readonly rows: readonly RowResult[];
}

interface Message {
  readonly ready?: true;
  readonly figures?: Figures;
  readonly absent?: string;
}

/** A row's process, or why there is none. */
interface Runner {
  readonly name: string;
  readonly rounds: Figures[];
  process: ChildProcess | undefined;
  absent: string | undefined;
}

/**
 * Measures the rows of a case in turn, round by round, each in a process of its own, so that they share the machine's
 * good and bad moments, but neither compiled code nor a heap.
 */
export async function runCase(one: Case, endpoint: string, rounds = one.rounds): Promise<CaseResult> {
  const runners: Runner[] = one.rows.map(({ name }) => ({ name, rounds: [], process: undefined, absent: undefined }));
  try {
    for (let round = 0; round < rounds; round++) {
      for (const runner of runners.filter(({ absent }) => absent === undefined)) {
        runner.process ??= await start(one, runner, endpoint);
        if (runner.absent === undefined) await measure(runner);
        if (one.isFresh || runner.absent !== undefined) end(runner);
      }
    }
  } finally {
    for (const runner of runners) end(runner);
  }
  const rows = runners.map(({ name, rounds: figures, absent }) => {
    return { name, rounds: figures, ...(absent !== undefined && { absent }) };
  });
  return { case: one, rows };
}

async function start(one: Case, runner: Runner, endpoint: string): Promise<ChildProcess> {
  const child = startProcess('row-process.js', [one.id, runner.name, endpoint]);
  runner.absent = (await messageOf(child)).absent;
  return child;
}

async function measure(runner: Runner): Promise<void> {
  const { process: child } = runner;
  if (!child) return;
  child.send('round');
  const { figures, absent } = await messageOf(child);
  if (figures) runner.rounds.push(figures);
  else runner.absent = absent;
}

function end(runner: Runner): void {
  if (runner.process?.connected) runner.process.disconnect();
  runner.process = undefined;
}

/** Starts a process of this folder, which ends when it is disconnected. */
export function startProcess(file: string, args: readonly string[] = []): ChildProcess {
  return fork(join(import.meta.dirname, file), args, {
    execArgv: ['--disable-warning=Warning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

async function messageOf(child: ChildProcess): Promise<Message> {
  const ended = new AbortController();
  try {
    return await Promise.race([
      once(child, 'message', { signal: ended.signal }).then(([message]) => message as Message),
      once(child, 'exit', { signal: ended.signal }).then(([code]) => ({ absent: `its process ended with ${code}` })),
    ]);
  } finally {
    ended.abort();
  }
}
