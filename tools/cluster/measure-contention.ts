// npm run bench:contention: how conditional writes through three nodes get in each other's way, in a model of ScyllaDB's Paxos in
// front of an engine: with and without affinity, one at a time and all at once.
//   -- --engine embedded | alternator-profile   --mappers 1,3   --partitions 2   --entries 60
import { parseArgs } from 'node:util';
import { type EngineName } from '../engines/engine-list.js';
import { startEngine } from '../engines/engine-runs.js';
import { type ContentionCase, runContention } from './contention-run.js';

const cases: readonly ContentionCase[] = [
  { name: 'any node, ten at a time', affinity: false, perPartition: Infinity },
  { name: 'any node, one at a time', affinity: false, perPartition: 1 },
  { name: 'affinity, ten at a time', affinity: true, perPartition: Infinity },
  { name: 'affinity, one at a time', affinity: true, perPartition: 1 },
];

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'embedded' },
    mappers: { type: 'string', default: '1,3' },
    partitions: { type: 'string', default: '2' },
    entries: { type: 'string', default: '60' },
  },
});
const numbers = (text: string) => text.split(',').map(Number);
const [partitions = 1] = numbers(values.partitions);
const [entries = 1] = numbers(values.entries);

const engine = await startEngine(values.engine as EngineName, {});
try {
  for (const [at, mappers] of numbers(values.mappers).entries()) {
    console.log(`${values.engine}: ${mappers} mappers put ${entries} items each into each of ${partitions} partitions`);
    const rows = [];
    for (const one of cases) {
      const load = { mappers, partitions, entries, tablePrefix: `c${at}_` };
      const { calls, failed, falseStarts, name, retries, seconds, uncertain } = await runContention(
        engine.endpoint,
        one,
        load,
      );
      const perWrite = ((seconds * 1000) / calls).toFixed(1);
      rows.push({ name, calls, falseStarts, uncertain, retries, failed, 'ms a write': perWrite });
    }
    console.table(rows);
  }
} finally {
  await engine.close();
}
