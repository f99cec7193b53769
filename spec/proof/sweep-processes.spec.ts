import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, jest } from '@jest/globals';
import { whyNoDynamoDBLocal } from '../../tools/engines/dynamodb-local-package.js';
import type { SweepOutcome } from '../../tools/sweep-contention/run.js';
import { testUnless } from '../support/test-unless.js';

// processes of plain Node start and are killed, and all of it is compiled for them first
jest.setTimeout(240_000);

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const run = promisify(execFile);
const whyNot = await whyNoDynamoDBLocal();

beforeAll(async () => {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const project = ['-p', 'tools/sweep-contention', '--outDir', 'build/sweep-contention'];
  await run(process.execPath, [tsc, ...project], { cwd: root });
});

describe('three processes that share a sweep and are killed, while others write and delete', () => {
  const proves = 'leave nothing old, lose nothing and revive nothing';
  testUnless(undefined, `${proves}: embedded`, () => expectProven('embedded'));
  testUnless(whyNot, `${proves}: DynamoDB Local`, () => expectProven('dynamodb-local'));
});

/** Without kills, take-overs, changes and deletes, the run would prove nothing. */
const good = {
  items: 5_000,
  left: 0,
  revived: 0,
  missing: 0,
  different: [],
  isKilled: true,
  isTakenOver: true,
  isChanged: true,
  isDeletedFrom: true,
};

async function expectProven(engine: string): Promise<void> {
  // the command's own verdict is the exit code: a failure rejects here
  const command = ['build/sweep-contention/tools/sweep-contention/sweep-contention.js', '--engine', engine];
  const size = ['--items', '5000', '--rate', '500', '--kill-every', '1500', '--most-kills', '5'];
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { stdout } = await run(process.execPath, [...command, ...size], { cwd: root, env });
  const outcome = JSON.parse(stdout) as SweepOutcome;
  const { acknowledged, deleted, kills, takeOvers } = outcome;
  const found = {
    ...outcome,
    isKilled: kills > 0,
    isTakenOver: takeOvers > 0,
    isChanged: acknowledged > deleted,
    isDeletedFrom: deleted > 0,
  };
  expect(found).toMatchObject(good);
}
