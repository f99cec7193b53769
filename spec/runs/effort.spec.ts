import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { format, resolveConfig } from 'prettier';
import { effortPage, effortTable } from '../../tools/docs/effort-table.js';
import effort from '../effort.json' with { type: 'json' };
import { some } from '../support/effort.js';

const run = promisify(execFile);
const leftOut = Object.keys(effort.leftOut);

/** The suites that a command runs. */
async function suitesOf(...args: string[]): Promise<string[]> {
  const { EFFORT: _, ...env } = process.env;
  const { stdout } = await run(process.execPath, ['node_modules/jest/bin/jest.js', '--listTests', ...args], { env });
  return stdout
    .trim()
    .split('\n')
    .map((path) =>
      relative('', path)
        .replaceAll('\\', '/')
        .replace(/\.spec\.ts$/, ''),
    );
}

/** The page before its table, the table, and what comes after it. */
function partsOfPage(): string[] {
  const page = /^(.*\n## What runs where\n.*?\n\n)(\|.*?\n)(\n.*)$/s.exec(readFileSync(effortPage, 'utf8'));
  return page?.slice(1) ?? [];
}

test('the table in spec/README.md is that of effort.json; if not, UPDATE_TABLE=1 npm test -- spec/runs/effort', async () => {
  const options = { ...(await resolveConfig(effortPage)), filepath: effortPage };
  const expected = await format(effortTable(), options);
  const [before = '', , after = ''] = partsOfPage();
  if (process.env.UPDATE_TABLE) writeFileSync(effortPage, before + expected + after);
  expect(partsOfPage()[1]).toBe(expected);
});

describe('the list of suites', () => {
  test('names suites that there are', () => {
    const suites = [...leftOut, ...Object.values(effort.reduced).map(({ suite }) => suite)];
    expect(suites.filter((suite) => !existsSync(`${suite}.spec.ts`))).toEqual([]);
    expect(new Set(suites).size).toBe(suites.length);
  });

  test('is left out of npm test, but for what is named, and runs in npm run test:all', async () => {
    const [plain, all, named] = await Promise.all([
      suitesOf(),
      suitesOf('--config', 'tools/tests/all.config.js'),
      suitesOf('spec/package/', 'spec/codec/'),
    ]);
    expect(leftOut.filter((suite) => plain.includes(suite))).toEqual([]);
    expect([...plain, ...leftOut].toSorted()).toEqual(all.toSorted());
    expect(named).toEqual(expect.arrayContaining(['spec/package/package', 'spec/codec/number']));
  });
});

test('a part of a list is taken from all over it', () => {
  expect(some([1, 2, 3, 4, 5, 6], 3)).toEqual([1, 3, 5]);
  expect(some([1, 2, 3], Infinity)).toEqual([1, 2, 3]);
});
