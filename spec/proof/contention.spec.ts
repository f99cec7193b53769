import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Outcome } from '../../tools/contention/run.js';

// processes of plain Node start, and all of it is compiled for them first
jest.setTimeout(120_000);

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const run = promisify(execFile);

let outcomes: Outcome[];

beforeAll(async () => {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  await run(process.execPath, [tsc, '-p', 'tools/contention', '--outDir', 'build/contention'], { cwd: root });
  // the command's own verdict is the exit code: a failure rejects here
  const command = ['build/contention/tools/contention/contention.js', '--operations', '1000', '--json'];
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { stdout } = await run(process.execPath, command, { cwd: root, env });
  outcomes = JSON.parse(stdout) as Outcome[];
});

describe('processes of old code, of new code and of no code at all, on the same few items', () => {
  test.each([
    'save, with @Revision',
    'save, without @Revision',
    'update add, with @Revision',
    'update add, without @Revision',
    'put, with @Revision',
    'write-back of reads',
  ])('lose nothing with %s', (name) => {
    const outcome = outcomes.find((one) => one.name === name)!;
    expect(outcome).toMatchObject({ lost: 0, surplus: 0 });
    expect(outcome.acknowledged).toBeGreaterThan(outcome.operations / 4);
    // old code met newer items: without that, the run would prove nothing about versions
    expect(outcome.refused).toBeGreaterThan(0);
  });

  test('did meet each other', () => {
    const savesAndPuts = outcomes.filter(({ name }) => /^(save|put)/.test(name));
    for (const { conflicts } of savesAndPuts) expect(conflicts).toBeGreaterThan(0);
    const reads = outcomes.find(({ name }) => name === 'write-back of reads')!;
    expect(reads.writeBacks).toBeGreaterThan(0);
  });

  test('lose changes when they read, upgrade and put without the mapper', () => {
    const control = outcomes.find(({ isControl }) => isControl)!;
    expect(control.lost).toBeGreaterThan(0);
  });
});
