import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { UndiciHandler } from '../../../docs/examples/undici-handler.js';
import type { Case } from '../case.js';
import { clientOf, configOf } from '../clients.js';
import type { Operation } from '../contender.js';
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
    { name: 'dynamo-evolve, on undici', begin: async (endpoint) => overNetwork(getOnUndici(endpoint)) },
  ],
  goals: [{ row: 'dynamo-evolve', figure: 'cpu', of: 'AWS DocumentClient', limit: 0.5 }],
  remarks: [
    'dynamo-evolve upgrades the item from version 1 to 3. hand-written has no client, so no signature and no retries.',
  ],
};

/** By the request handler of `docs/examples`. */
function getOnUndici(endpoint: string): Operation {
  const client = new DynamoDBClient({ ...configOf(endpoint), requestHandler: new UndiciHandler() as never });
  const sessions = mapperOf(client).repository(Session);
  return (at) => sessions.get({ session_id: `session-${at}` });
}

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
  ).concat({
    name: 'dynamo-evolve, on undici',
    begin: async (endpoint) => overNetwork(getOnUndici(endpoint), { concurrency: simultaneous }),
  }),
  goals: [{ row: 'dynamo-evolve', figure: 'elapsed', of: 'AWS DocumentClient', limit: 0.33 }],
  remarks: ['A third of the time for each is three times the requests a second.'],
};
