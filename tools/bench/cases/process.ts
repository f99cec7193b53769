import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { NotMeasured, type Case, type Row } from '../case.js';
import type { Contender } from '../contender.js';
import { contenders } from '../contenders.js';
import { mapperOf } from '../contenders/dynamo-evolve.js';
import { clientOf } from '../clients.js';
import { Session } from '../entities.js';

const compared = ['hand-written', 'dynamo-evolve', 'AWS DynamoDBClient', 'AWS DocumentClient'];

async function loaded(name: string): Promise<Contender> {
  const contender = await contenders.find((one) => one.name === name)?.load();
  if (!contender) throw new NotMeasured('is unknown');
  return contender;
}

export const firstCall: Case = {
  id: 'g3',
  title: '(g) The first GetItem of a process, its client included, when all modules are loaded',
  figures: { time: 'ms', cpu: 'CPU, ms' },
  baseline: 'AWS DocumentClient',
  rounds: 7,
  isFresh: true,
  rows: compared.map((name) => ({
    name,
    begin: async (endpoint) => {
      const { get } = await loaded(name);
      return {
        round: async () => {
          const started = performance.now();
          const before = process.cpuUsage();
          const read = await get?.(endpoint);
          await read?.(0);
          const { system, user } = process.cpuUsage(before);
          return { time: performance.now() - started, cpu: (system + user) / 1000 };
        },
      };
    },
  })),
  goals: [],
  remarks: ['dynamo-evolve also compiles its three classes there.'],
};

/** How many pages are kept. */
const pages = 10;

const collectGarbage = (() => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
})();

function retained(): number {
  collectGarbage();
  const { external, heapUsed } = process.memoryUsage();
  return heapUsed + external;
}

/** A row that keeps the items of some pages. */
function keepingRow(name: string, begin: (endpoint: string) => Promise<() => unknown>): Row {
  return {
    name,
    begin: async (endpoint) => {
      const read = await begin(endpoint);
      await read();
      return {
        round: async () => {
          const before = retained();
          const kept: unknown[] = [];
          for (let nth = 0; nth < pages; nth++) {
            const page = await read();
            kept.push(...(Array.isArray(page) ? page : (page as { readonly Items: unknown[] }).Items));
          }
          const bytes = (retained() - before) / kept.length;
          return { bytes };
        },
      };
    },
  };
}

export const memory: Case = {
  id: 'g4',
  title: '(g) Memory that a document of a page takes as long as it is kept',
  figures: { bytes: 'bytes' },
  baseline: 'hand-written',
  rounds: 5,
  rows: [
    ...compared.map((name) =>
      keepingRow(name, async (endpoint) => {
        const read = await (await loaded(name)).query?.(endpoint);
        return () => read?.(0);
      }),
    ),
    keepingRow('dynamo-evolve, track: false', async (endpoint) => {
      const sessions = mapperOf(clientOf(endpoint)).repository(Session);
      return () => sessions.query({ partition: 'session-0', track: false }).all();
    }),
  ],
  goals: [{ row: 'dynamo-evolve', figure: 'bytes', of: 'hand-written', limit: 1.7 }],
  remarks: ['A tracked entity remembers what it was loaded from, so that save() can tell what has changed.'],
};
