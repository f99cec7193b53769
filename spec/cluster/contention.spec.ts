import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { runContention } from '../../tools/cluster/contention-run.js';

let engine: EmbeddedEngine;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
});
afterAll(() => engine.close());

const run = (mappers: number, affinity: boolean, perPartition: number) => {
  const name = `${mappers} ${affinity ? 'with' : 'without'} affinity, ${perPartition}`;
  const load = { mappers, partitions: 1, entries: 12, tablePrefix: 't_' };
  return runContention(engine.endpoint, { name, affinity, perPartition }, load);
};

test('the writes of one mapper that go one after another have no false starts', async () => {
  expect(await run(1, false, 1)).toMatchObject({ calls: 12, falseStarts: 0, uncertain: 0, retries: 0, failed: 0 });
});

test('those that go at once, through any node, have', async () => {
  const { calls, failed, falseStarts } = await run(1, false, Infinity);
  expect([calls, failed]).toEqual([12, 0]);
  expect(falseStarts).toBeGreaterThan(0);
});

test('the writes of several mappers have none with affinity', async () => {
  expect(await run(3, true, 1)).toMatchObject({ calls: 36, falseStarts: 0, uncertain: 0, retries: 0, failed: 0 });
});
