/** The chat API as it is deployed: compiled, and run in processes of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildPackage, compile } from '../../support/build.js';
import { root } from '../../docs/markdown.js';

/** The compiled application, in one or more releases. */
export interface Build {
  /** Starts an instance of a release; resolves when it serves. */
  start(release: string, environment?: Record<string, string>): Promise<Instance>;
  /** Ends the instances that still run and removes what was compiled. */
  dispose(): Promise<void>;
}

/** One running instance. */
export interface Instance {
  /** Such as `http://127.0.0.1:43210`. */
  readonly address: string;
  /** All that it printed so far. */
  printed(): string;
  /** Sends SIGTERM and waits for the end. */
  stop(): Promise<void>;
}

/**
 * Compiles releases of the application: each is today's sources with those of a folder laid over them, if one is named.
 */
export async function buildChatApi(releases: Readonly<Record<string, string | undefined>>): Promise<Build> {
  const folder = await buildPackage('chat-api');
  const main = (release: string) => join(folder, release, 'docs/examples/chat-api/main.js');
  await Promise.all(Object.entries(releases).map(([release, changes]) => compileRelease(folder, release, changes)));
  const running = new Set<ChildProcess>();
  return {
    start: (release, environment) => startInstance(main(release), environment ?? {}, running),
    async dispose() {
      for (const one of running) one.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function compileRelease(folder: string, release: string, changes: string | undefined): Promise<void> {
  const sources = join(folder, `${release}-sources`);
  for (const path of ['docs/examples', 'entities', 'upgrades']) {
    await cp(join(root, path), join(sources, path), { recursive: true });
  }
  if (changes !== undefined) await cp(join(root, changes), sources, { recursive: true });
  const outDir = join(folder, release);
  const compilerOptions = { noEmit: false, rootDir: '.', outDir, paths: {} };
  const config = { extends: '../../../tsconfig.json', compilerOptions, include: ['docs/examples/chat-api'] };
  await writeFile(join(sources, 'tsconfig.json'), JSON.stringify(config));
  const problems = await compile(sources);
  if (problems !== '') throw new Error(`the release ${release} does not compile: ${problems}`);
}

async function startInstance(
  main: string,
  environment: Record<string, string>,
  running: Set<ChildProcess>,
): Promise<Instance> {
  const settings = { HOST: '127.0.0.1', PORT: '0', NO_COLOR: '1', ...environment };
  const env = { ...process.env, ...settings };
  const child = spawn(process.execPath, ['--no-warnings', main], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let printed = '';
  const ended = once(child, 'exit').then(() => running.delete(child));
  const address = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      printed += chunk.toString();
      const [, found] = /^Chat API at (\S+)/m.exec(printed) ?? [];
      if (found) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', () => reject(new Error(`the instance ended: ${printed}`)));
  });
  return {
    address,
    printed: () => printed,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** What an instance answered. */
export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Asks an instance. */
export async function request(address: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${address}${path}`, { method, headers, ...json });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
