import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

// a run of jest within a run of jest
jest.setTimeout(120_000);

const run = promisify(execFile);
/** Nest 11 is installed under names of its own; this is where its packages, and the specs, find one another. */
const older = { '^@nestjs/(common|core|platform-express|testing)(/.*)?$': '<rootDir>/node_modules/nest-11-$1$2' };

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

interface Manifest {
  readonly version: string;
  readonly jest: { readonly moduleNameMapper: Record<string, string> };
}
const manifest = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as Manifest;

describe('on Nest 11', () => {
  test('which is what is installed beside', async () => {
    expect((await manifest('node_modules/nest-11-core/package.json')).version).toMatch(/^11\./);
    expect((await manifest('node_modules/@nestjs/core/package.json')).version).toMatch(/^12\./);
  });

  test('every spec of this folder passes', async () => {
    const { jest: config } = await manifest('package.json');
    const moduleNameMapper = { ...older, ...config.moduleNameMapper };
    const configFile = join(folder, 'jest.config.json');
    const changed = { ...config, rootDir: process.cwd(), moduleNameMapper, testPathIgnorePatterns: ['nest-11\\.spec'] };
    await writeFile(configFile, JSON.stringify(changed));
    const report = join(folder, 'report.json');
    const flags = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
    const printed = await outcome(...flags, '--config', configFile, '--json', '--outputFile', report, 'spec/nestjs');
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
