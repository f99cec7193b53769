import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';

// compiles, and starts a process for each row
jest.setTimeout(180_000);

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const run = promisify(execFile);

interface Output {
  readonly machine: { readonly versions: Readonly<Record<string, string>> };
  readonly results: readonly {
    readonly case: string;
    readonly rows: readonly { readonly name: string; readonly rounds: readonly object[]; readonly absent?: string }[];
    readonly goals: readonly object[];
  }[];
}

/** What the command prints, with rounds too short for their figures to mean anything. */
async function bench(...args: string[]): Promise<string> {
  const env = { ...process.env, BENCH_ROUND: '1', BENCH_SCANNED: '5000' };
  const { stdout } = await run('npm', ['run', '--silent', 'bench', '--', '--skip-install', ...args], {
    cwd: root,
    env,
  });
  return stdout;
}

describe('npm run bench', () => {
  let output: Output;
  beforeAll(async () => {
    output = JSON.parse(
      await bench('--json', '--rounds', '1', ...['b', 'c', 'f', 'g'].flatMap((letter) => ['--only', letter])),
    ) as Output;
  });

  const rowOf = (id: string, name: string) => {
    return output.results.find((one) => one.case === id)?.rows.find((one) => one.name === name);
  };

  test('measures the cases that are asked for, and no others', () => {
    expect(output.results.map((one) => one.case)).toEqual(['b', 'b2', 'c', 'c2', 'f', 'g1', 'g2', 'g3', 'g4']);
  });

  test('measures in memory, over the network and as a stream', () => {
    const cpu = { cpu: expect.any(Number) };
    expect(rowOf('b', 'dynamo-evolve')?.rounds).toEqual([cpu]);
    expect(rowOf('c', 'AWS DocumentClient')?.rounds).toEqual([expect.objectContaining(cpu)]);
    expect(rowOf('c', 'dynamo-evolve')?.rounds).toEqual([expect.objectContaining(cpu)]);
    expect(rowOf('f', 'dynamo-evolve')?.rounds).toEqual([expect.objectContaining({ rate: expect.any(Number) })]);
  });

  test('measures this package itself in every case', () => {
    const own = output.results.flatMap(({ rows }) => rows.filter(({ name }) => name.startsWith('dynamo-evolve')));
    expect(own.filter(({ rounds }) => rounds.length === 0)).toEqual([]);
  });

  test('has figures or a reason for every row', () => {
    const rows = output.results.flatMap((one) => one.rows);
    expect(rows.filter(({ rounds, absent }) => rounds.length === 0 && !absent)).toEqual([]);
  });

  test('names the functions that take the time of a row, the largest share first', async () => {
    const text = await bench('--only', 'b', '--profile', 'dynamo-evolve');
    const rows = [...text.matchAll(/^\| +(\d+\.\d) % \| (.+) \|$/gm)];
    const shares = rows.map(([, share]) => Number(share));
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.length).toBeLessThanOrEqual(20);
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThan(101.1);
    await expect(bench('--only', 'b', '--profile', 'nobody')).rejects.toThrow('--profile names no row of these cases');
  });

  test('says what it measured', () => {
    expect(output.machine.versions).toMatchObject({
      'dynamo-evolve': expect.any(String),
      electrodb: expect.any(String),
    });
  });

  test('states for every goal what was found', () => {
    const goals = output.results.flatMap((one) => one.goals);
    expect(goals.length).toBeGreaterThan(3);
    for (const goal of goals) expect(goal).toMatchObject({ goal: expect.any(String), found: expect.any(Number) });
  });

  test('prints its options', async () => {
    expect(await bench('--help')).toContain('--only CASE');
  });
});
