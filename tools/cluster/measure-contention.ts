// npm run bench:contention: how conditional writes through three nodes get in each other's way, in a model of ScyllaDB's Paxos in
// front of an engine: with and without affinity, one at a time and all at once.
//   -- --engine embedded | alternator-profile   --mappers 1,3   --partitions 2   --entries 60   --write docs/scylladb.md
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type EngineName } from '../engines/engine-list.js';
import { startEngine } from '../engines/engine-runs.js';
import { runContention } from './contention-run.js';
import { contentionCases, contentionTable, withContentionTable } from './contention-table.js';

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'embedded' },
    mappers: { type: 'string', default: '1,3' },
    partitions: { type: 'string', default: '2' },
    entries: { type: 'string', default: '60' },
    write: { type: 'string' },
  },
});
const numbers = (text: string) => text.split(',').map(Number);
const [partitions = 1] = numbers(values.partitions);
const [entries = 1] = numbers(values.entries);

const engine = await startEngine(values.engine as EngineName, {});
try {
  const runs = [];
  for (const [at, mappers] of numbers(values.mappers).entries()) {
    for (const one of contentionCases) {
      const load = { mappers, partitions, entries, tablePrefix: `c${at}_` };
      runs.push({ mappers, result: await runContention(engine.endpoint, one, load) });
    }
  }
  const table = contentionTable(runs);
  console.log(`${values.engine}: each mapper puts ${entries} items into each of ${partitions} partitions\n\n${table}`);
  if (values.write) await writeFile(values.write, withContentionTable(await readFile(values.write, 'utf8'), table));
} finally {
  await engine.close();
}
