import type { Case } from '../case.js';
import { clientOf } from '../clients.js';
import { mapperOf } from '../contenders/dynamo-evolve.js';
import { Session } from '../entities.js';
import { overNetwork } from '../measure.js';
import { rowsOf } from './contended.js';

export const getItem: Case = {
  id: 'd',
  title: '(d) GetItem over loopback',
  figures: { cpu: 'CPU, µs', p50: 'p50, µs', p99: 'p99, µs' },
  baseline: 'AWS DocumentClient',
  rounds: 7,
  rows: [
    ...rowsOf('get'),
    {
      name: "dynamo-evolve, through the client's own middlewares",
      begin: (endpoint) => {
        const sessions = mapperOf(clientOf(endpoint), { reads: 'client' }).repository(Session);
        return overNetwork((at) => sessions.get({ session_id: `session-${at}` }));
      },
    },
  ],
  goals: [{ row: 'dynamo-evolve', figure: 'cpu', of: 'AWS DocumentClient', limit: 0.22 }],
  remarks: [
    'dynamo-evolve upgrades the item from version 1 to 3. hand-written has no client, so no signature and no retries.',
  ],
};

const simultaneous = 32;

export const getItemsAtOnce: Case = {
  id: 'd2',
  title: `(d) GetItem over loopback, ${simultaneous} at a time`,
  figures: { elapsed: 'µs of the clock a request', cpu: 'CPU, µs' },
  baseline: 'AWS DocumentClient',
  rounds: 7,
  rows: rowsOf(
    'get',
    ['hand-written', 'dynamo-evolve', 'AWS DynamoDBClient', 'AWS DocumentClient'],
    undefined,
    simultaneous,
  ),
  goals: [{ row: 'dynamo-evolve', figure: 'elapsed', of: 'AWS DocumentClient', limit: 0.33 }],
  remarks: ['A third of the time for each is three times the requests a second.'],
};
