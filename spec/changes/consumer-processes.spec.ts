import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, jest } from '@jest/globals';
import type { ConsumerOutcome } from '../../tools/consumer-contention/run.js';
import { whyNoDynamoDBLocal } from '../../tools/engines/dynamodb-local-package.js';
import { testUnless } from '../support/test-unless.js';

// processes of plain Node start and are killed, and all of it is compiled for them first
jest.setTimeout(240_000);

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const run = promisify(execFile);
const whyNot = await whyNoDynamoDBLocal();

beforeAll(async () => {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const project = ['-p', 'tools/consumer-contention', '--outDir', 'build/consumer-contention'];
  await run(process.execPath, [tsc, ...project], { cwd: root });
});

/** Without kills and changes, the run would prove nothing. */
const good = { missed: [], invented: [], disordered: [], isKilled: true, isWritten: true };

describe('two processes of a consumer, of which one is killed every second', () => {
  testUnless(whyNot, 'miss nothing, and repeat only what was not acknowledged', () =>
    expectProven(0, { wentBack: 0, widestRepeat: 0 }),
  );
  testUnless(whyNot, 'miss nothing, and repeat what was acknowledged within a checkpoint interval', () =>
    expectProven(1_000, { isRepeated: true }),
  );
});

async function expectProven(checkpointInterval: number, more: object): Promise<void> {
  // the command's own verdict is the exit code: a failure rejects here
  const command = 'build/consumer-contention/tools/consumer-contention/consumer-contention.js';
  const size = ['--duration', '15000', '--checkpoint-interval', String(checkpointInterval)];
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { stdout } = await run(process.execPath, [command, ...size], { cwd: root, env });
  const outcome = JSON.parse(stdout) as ConsumerOutcome;
  const { kills, repeats, widestRepeat, written } = outcome;
  const found = { ...outcome, isKilled: kills > 1, isWritten: written > 100, isRepeated: repeats > kills };
  expect(found).toMatchObject({ ...good, ...more });
  expect(widestRepeat).toBeLessThanOrEqual(checkpointInterval);
}
