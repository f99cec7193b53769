// A process that measures one row of a case, a round each time it is asked; or profiles some.
import { Session } from 'node:inspector/promises';
import type { Measured } from './case.js';
import { cases } from './cases.js';

const [id, name, endpoint = ''] = process.argv.slice(2);
const row = cases.find((one) => one.id === id)?.rows.find((one) => one.name === name);
if (!row) throw new Error(`there is no row ${name} of case ${id}`);

try {
  const measured = await row.begin(endpoint);
  process.on('message', (message) => {
    const done = message === 'profile' ? profileOf(measured) : measured.round().then((figures) => ({ figures }));
    done.then(
      (answer) => process.send?.(answer),
      (cause: unknown) => process.send?.({ absent: reasonOf(cause) }),
    );
  });
  process.send?.({ ready: true });
} catch (cause) {
  process.send?.({ absent: reasonOf(cause) });
}
process.on('disconnect', () => process.exit());

/** Enough for the profiler's own start not to count. */
const profiledRounds = 10;

async function profileOf(measured: Measured) {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 100 });
  await session.post('Profiler.start');
  for (let round = 0; round < profiledRounds; round++) await measured.round();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return { profile };
}

function reasonOf(cause: unknown): string {
  const [line = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  return line;
}
