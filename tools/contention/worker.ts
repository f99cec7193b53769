// A process of the contended run: writes as it is told, round by round, and reports what was acknowledged.
import { subscribe } from 'node:diagnostics_channel';
import { channels, Mapper, type WriteBackEvent } from '../../lib/index.js';
import { localClient } from '../../lib/store/client.js';
import type { Round, RoundReport, Writer } from './round.js';
import { classesOf, codeOf } from './versions.js';
import { runCode, runRaw } from './writers.js';

const [endpoint, writer] = process.argv.slice(2) as [string, Writer];
const client = localClient(endpoint);
let mapper: Mapper | undefined;
let report: RoundReport;

subscribe(channels.writeBack, (event) => {
  const { outcome } = event as WriteBackEvent;
  if (outcome === 'applied') report.writeBacks++;
  else if (outcome === 'lost race') report.lostRaces++;
  else throw new Error(`a write-back ended as: ${outcome}`);
});

async function run(round: Round): Promise<RoundReport> {
  report = { acknowledged: {}, refused: 0, conflicts: 0, writeBacks: 0, lostRaces: 0 };
  if (writer === 'raw') {
    await runRaw(client, round, report);
  } else {
    const code = codeOf[writer];
    const { tablePrefix } = round;
    mapper ??= new Mapper({ client, entities: classesOf(code), tablePrefix });
    await runCode(client, mapper, code, round, report);
  }
  return report;
}

process.on('message', (round: Round) => {
  run(round).then(
    (done) => process.send?.(done),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => client.destroy());
process.send?.('ready');
