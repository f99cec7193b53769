// Many processes change few items at once: old code, new code and one that knows nothing of versions. Afterwards every
// acknowledged change must be stored. Run it with `npm run proof:contention -- --operations 20000`.
import { parseArgs } from 'node:util';
import { startEmbeddedEngine } from '../../lib/testing/index.js';
import { type Outcome, runContention } from './run.js';

// the SDK's advice to use a newer Node, which every process would print
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const { values } = parseArgs({
  options: { operations: { type: 'string', default: '2000' }, json: { type: 'boolean', default: false } },
});
const operations = Number(values.operations);
if (!(operations >= 1)) throw new Error('--operations takes a number from 1');

/** The engine at ALTERNATOR_ENDPOINT (ScyllaDB, DynamoDB Local …) where that is set, else an embedded one. */
const given = process.env.ALTERNATOR_ENDPOINT;
const engine = given ? { endpoint: given, close: async () => {} } : await startEmbeddedEngine();
try {
  const outcomes = await runContention(engine.endpoint, operations);
  if (values.json) console.log(JSON.stringify(outcomes));
  else print(outcomes);
  const isProven = outcomes.every(({ isControl, lost, surplus }) => (isControl ? lost > 0 : lost + surplus === 0));
  if (!isProven) process.exitCode = 1;
} finally {
  await engine.close();
}

function print(outcomes: readonly Outcome[]): void {
  const columns = [
    ['operations', 'operations'],
    ['acknowledged', 'acknowledged'],
    ['lost', 'lost'],
    ['surplus', 'surplus'],
    ['refused', 'refused (newer)'],
    ['conflicts', 'conflicts'],
    ['writeBacks', 'write-backs'],
    ['lostRaces', 'lost races'],
    ['seconds', 'seconds'],
  ] as const;
  const width = Math.max(...outcomes.map(({ name }) => name.length));
  console.log([''.padEnd(width), ...columns.map(([, heading]) => heading)].join('  '));
  for (const outcome of outcomes) {
    const cells = columns.map(([name, heading]) => String(outcome[name]).padStart(heading.length));
    console.log([outcome.name.padEnd(width), ...cells].join('  '));
  }
}
