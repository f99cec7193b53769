import { transformFileSync } from '@swc/core';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { startSupervised } from '../../tools/engines/supervised-process.js';

jest.setTimeout(60_000);

let folder: string;
let pidFile: string;

/** Writes its process id to a file, and lives on. */
const longLived = (file: string) => [
  '-e',
  `require('node:fs').writeFileSync(${JSON.stringify(file)}, String(process.pid)); setInterval(() => {}, 1000);`,
];

async function writtenPid(): Promise<number> {
  for (;;) {
    const text = await readFile(pidFile, 'utf8').catch(() => '');
    if (text !== '') return Number(text);
    await sleep(20);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function end(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(20);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supervised-'));
  pidFile = join(folder, 'pid');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a supervised process', () => {
  test('is gone when it was stopped, and may be stopped again', async () => {
    const one = startSupervised(process.execPath, longLived(pidFile), folder);
    const pid = await writtenPid();
    expect(isAlive(pid)).toBe(true);
    await one.stop();
    await one.stop();
    expect(isAlive(pid)).toBe(false);
  });

  test('that ends by itself says how, and what it printed last', async () => {
    const one = startSupervised(process.execPath, ['-e', 'console.error("no room left"); process.exit(3)'], folder);
    await expect(one.crashed).rejects.toThrow(/ended with status 3: no room left$/);
  });

  test('that does not exist has crashed', async () => {
    const one = startSupervised('no-such-command-anywhere', [], folder);
    await expect(one.crashed).rejects.toThrow('no-such-command-anywhere ended with status 127');
  });

  test('ends with the process that started it, even if that was killed', async () => {
    const { code } = transformFileSync('tools/engines/supervised-process.ts', {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'es6' },
    });
    await writeFile(join(folder, 'supervised.mjs'), code);
    const starter = `
      import { startSupervised } from './supervised.mjs';
      startSupervised(process.execPath, ${JSON.stringify(longLived(pidFile))}, '.');
      setInterval(() => {}, 1000);`;
    await writeFile(join(folder, 'starter.mjs'), starter);
    const parent = spawn(process.execPath, ['starter.mjs'], { cwd: folder, stdio: 'ignore' });
    const pid = await writtenPid();
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await end(pid);
    expect(isAlive(pid)).toBe(false);
  });
});
