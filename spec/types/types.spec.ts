import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, jest, test } from '@jest/globals';

jest.setTimeout(60_000);

const here = dirname(fileURLToPath(import.meta.url));
const compiler = join(here, '../../node_modules/typescript/bin/tsc');
const files = readdirSync(here).filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'));

/** What the compiler says of a folder, line by line. */
function compile(folder: string, ...options: string[]): Promise<string[]> {
  return new Promise((resolve) => {
    execFile(process.execPath, [compiler, '-p', folder, '--noEmit', ...options], (_error, stdout) => {
      resolve(stdout.split('\n').filter((line) => line.trim() !== ''));
    });
  });
}

describe('the public types', () => {
  test('are what the files of this folder say', async () => {
    expect(await compile(here)).toEqual([]);
  });

  test('are the same with standard decorators, and ask for types that those need', async () => {
    expect(await compile(join(here, 'standard'))).toEqual([]);
    const seen = await compile(join(here, 'standard'), '--listFilesOnly');
    for (const file of ['standard/misuse.ts', 'types/misuse.ts', 'entities/session.ts'])
      expect(seen.some((path) => path.endsWith(file))).toBe(true);
  });

  test('let every option be undefined: each options type is in the list', () => {
    const entries = ['index.ts', 'lambda/index.ts', 'nestjs/index.ts', 'testing/index.ts'];
    const exported = entries.flatMap((entry) =>
      [...readFileSync(join(here, '../../lib', entry), 'utf8').matchAll(/\b[A-Z]\w*Options\b/g)].map(([name]) => name),
    );
    const list = readFileSync(join(here, 'undefined-options.ts'), 'utf8');
    expect(exported.filter((name) => !new RegExp(`NoneExact<${name}\\b`).test(list))).toEqual([]);
    expect(exported.length).toBeGreaterThan(25);
  });

  test('are looked at in each of them', async () => {
    const seen = await compile(here, '--listFilesOnly');
    for (const file of files) expect(seen.some((path) => path.endsWith(`spec/types/${file}`))).toBe(true);
    expect(files.length).toBeGreaterThan(5);
  });

  test('are looked at for what they refuse, too', () => {
    const refusals = files.map((file) => readFileSync(join(here, file), 'utf8').split('@ts-expect-error').length - 1);
    expect(refusals.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(50);
  });
});
