import { paginateScan } from '@aws-sdk/lib-dynamodb';
import type { Case, Row } from '../case.js';
import { clientOf, documentClientOf } from '../clients.js';
import { mapperOf } from '../contenders/dynamo-evolve.js';
import { Session } from '../entities.js';

/** After how many items the early peak is taken. */
const early = Number(process.env.BENCH_SCANNED ?? 1_000_000) / 10;

const megabytes = () => process.resourceUsage().maxRSS / 1024;

/** A row that goes through all items one by one. */
function row(name: string, stream: (endpoint: string) => AsyncIterable<unknown>): Row {
  return {
    name,
    begin: async (endpoint) => ({
      round: async () => {
        let count = 0;
        let earlyPeak = 0;
        const started = performance.now();
        for await (const item of stream(endpoint)) {
          if (item !== undefined) count++;
          if (count === early) earlyPeak = megabytes();
        }
        return { rate: count / (performance.now() - started), earlyPeak, peak: megabytes(), count };
      },
    }),
  };
}

async function* documentScan(endpoint: string, table: string): AsyncIterable<unknown> {
  for await (const page of paginateScan({ client: documentClientOf(endpoint) }, { TableName: table })) {
    yield* page.Items ?? [];
  }
}

export const scan: Case = {
  id: 'f',
  title: '(f) Scanning 1,000,000 items as a stream',
  figures: {
    rate: '1,000 items a second',
    earlyPeak: 'peak memory at a tenth, MB',
    peak: 'peak memory at the end, MB',
    count: 'items',
  },
  baseline: 'AWS DocumentClient',
  rounds: 1,
  isFresh: true,
  rows: [
    row('dynamo-evolve', (endpoint) => mapperOf(clientOf(endpoint)).repository(Session).scan()),
    row('AWS DocumentClient', (endpoint) => documentScan(endpoint, 'sdk')),
  ],
  goals: [{ row: 'dynamo-evolve', figure: 'peak', of: 'dynamo-evolve', ofFigure: 'earlyPeak', limit: 1.2 }],
  remarks: ['dynamo-evolve upgrades every item from version 1 to 3.'],
};
