import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';

jest.setTimeout(60_000);

const here = dirname(fileURLToPath(import.meta.url));
const compiler = join(here, '../../node_modules/typescript/bin/tsc');
const lines = readFileSync(join(here, 'readable/mistakes.ts'), 'utf8').split('\n');
/** The line of each mistake, counted from 1, and what is said of it. */
const mistakes = lines.flatMap((line, at): [number, string][] => {
  const [, says] = /^\s*\/\/ → (.*)$/.exec(line) ?? [];
  return says === undefined ? [] : [[at + 2, says]];
});

describe("the compiler's message for a mistake names it, and what is allowed", () => {
  let messages: ReadonlyMap<number, string>;
  beforeAll(async () => {
    const args = [compiler, '-p', join(here, 'readable'), '--noEmit', '--noErrorTruncation', '--pretty', 'false'];
    const output = await new Promise<string>((resolve) => {
      execFile(process.execPath, args, (_error, stdout) => resolve(stdout));
    });
    const found = output.split(/\n(?=\S)/).map((message): [number, string] => {
      const [, line = '0', text = message] = /mistakes\.ts\((\d+),\d+\): error TS\d+: (.*)/s.exec(message) ?? [];
      return [Number(line), text];
    });
    messages = new Map(found);
  });

  test.each(mistakes)('line %d: %s', (line, says) => {
    expect(messages.get(line)).toContain(says);
  });

  test('and there is no other error', () => {
    expect([...messages.keys()]).toEqual(mistakes.map(([line]) => line));
    expect(mistakes.length).toBeGreaterThanOrEqual(10);
  });
});
