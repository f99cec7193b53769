import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A process that ends when this one does, whatever ends it. */
export interface SupervisedProcess {
  /** Rejects, with the end of what it printed, when the process ends before `stop` was called. */
  readonly crashed: Promise<never>;
  /** Ends it, and resolves when it is gone. May be called again. */
  stop(): Promise<void>;
}

/**
 * Runs the command and ends it when standard input closes, which happens at the latest when the process that started us
 * dies, even if that was killed.
 */
const supervisor = `
const { spawn } = require('node:child_process');
const [command, ...args] = process.argv.slice(1);
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
child.on('error', (error) => { console.error(error.message); process.exit(127); });
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
const end = () => child.kill('SIGKILL');
process.stdin.on('end', end).on('error', end).resume();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
`;

const keptCharacters = 2_000;

/** Starts a process under a supervisor of its own. */
export function startSupervised(command: string, args: readonly string[], folder: string): SupervisedProcess {
  const child = spawn(process.execPath, ['-e', supervisor, '--', command, ...args], { cwd: folder, stdio: 'pipe' });
  // what we start must not keep us from ending
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as unknown as { unref(): void }).unref();
  const printed = lastOutput(child);
  const exited = once(child, 'exit');
  let isStopping = false;
  const crashed = exited.then(([code]) => {
    if (isStopping) return new Promise<never>(() => {});
    throw new Error(`${command} ended with status ${String(code)}: ${printed()}`);
  });
  // nobody may be listening any more
  crashed.catch(() => {});
  return {
    crashed,
    stop: async () => {
      isStopping = true;
      // whoever waits for the end has nothing else to keep the process running
      child.ref();
      child.stdin.end();
      await exited;
    },
  };
}

function lastOutput(child: ChildProcess): () => string {
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => (printed = (printed + chunk.toString('utf8')).slice(-keptCharacters)));
  }
  return () => printed.trim();
}
