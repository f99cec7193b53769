import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

// a run of jest within a run of jest
jest.setTimeout(120_000);

const run = promisify(execFile);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nest-11-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The result of a command, whether or not it went well. */
async function outcome(...args: string[]): Promise<string> {
  const failed = (error: { stdout?: string; stderr?: string }) => `${error.stdout}${error.stderr}`;
  return run(process.execPath, args, { maxBuffer: 16_000_000, env: { ...process.env, NEST_MAJOR: '11' } }).then(
    ({ stdout }) => stdout,
    failed,
  );
}

async function versionOf(folderName: string): Promise<unknown> {
  const { version } = JSON.parse(await readFile(`node_modules/${folderName}/package.json`, 'utf8')) as {
    version?: unknown;
  };
  return version;
}

describe('on Nest 11', () => {
  test('which is what is installed beside', async () => {
    expect(await versionOf('nest-11-core')).toMatch(/^11\./);
    expect(await versionOf('@nestjs/core')).toMatch(/^12\./);
  });

  test('every spec of this folder passes', async () => {
    const report = join(folder, 'report.json');
    const flags = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
    const config = 'spec/nestjs/nest-11.config.js';
    const printed = await outcome(...flags, '--config', config, '--json', '--outputFile', report);
    const found = JSON.parse(await readFile(report, 'utf8').catch(() => '{}')) as Record<string, number>;
    expect({ failed: found.numFailedTests, broken: found.numRuntimeErrorTestSuites, printed }).toEqual({
      failed: 0,
      broken: 0,
      printed: expect.any(String),
    });
    expect(found.numPassedTests).toBeGreaterThan(40);
  });

  test('the types fit', async () => {
    expect(await outcome('node_modules/typescript/bin/tsc', '-p', 'spec/nestjs/nest-11.tsconfig.json')).toBe('');
  });
});
