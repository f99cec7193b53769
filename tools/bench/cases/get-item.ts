import type { Case } from '../case.js';
import { rowsOf } from './contended.js';

export const getItem: Case = {
  id: 'd',
  title: '(d) GetItem over loopback',
  figures: { cpu: 'CPU, µs', p50: 'p50, µs', p99: 'p99, µs' },
  baseline: 'AWS DocumentClient',
  rounds: 7,
  rows: rowsOf('get'),
  goals: [{ row: 'dynamo-evolve', figure: 'cpu', of: 'AWS DocumentClient', limit: 0.22 }],
  remarks: [
    'dynamo-evolve upgrades the item from version 1 to 3. hand-written has no client, so no signature and no retries.',
  ],
};
