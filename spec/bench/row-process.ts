// A process that measures one row of a case, a round each time it is asked.
import { cases } from './cases.js';

const [id, name, endpoint = ''] = process.argv.slice(2);
const row = cases.find((one) => one.id === id)?.rows.find((one) => one.name === name);
if (!row) throw new Error(`there is no row ${name} of case ${id}`);

try {
  const measured = await row.begin(endpoint);
  process.on('message', () => {
    measured.round().then(
      (figures) => process.send?.({ figures }),
      (cause: unknown) => process.send?.({ absent: reasonOf(cause) }),
    );
  });
  process.send?.({ ready: true });
} catch (cause) {
  process.send?.({ absent: reasonOf(cause) });
}
process.on('disconnect', () => process.exit());

function reasonOf(cause: unknown): string {
  const [line = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  return line;
}
