import type { Case } from '../case.js';
import { rowsOf } from './contended.js';

const figures = { cpu: 'CPU, µs', p50: 'p50, µs', p99: 'p99, µs' };

export const put: Case = {
  id: 'e1',
  title: '(e) Putting a new document over loopback',
  figures,
  baseline: 'AWS DocumentClient',
  rounds: 7,
  rows: rowsOf('put'),
  goals: [{ row: 'dynamo-evolve', figure: 'cpu', of: 'AWS DocumentClient', limit: 0.35 }],
  remarks: [
    'dynamo-evolve puts on the condition that no newer version is overwritten. The others put unconditionally.',
  ],
};

export const save: Case = {
  id: 'e2',
  title: '(e) Saving a changed title over loopback',
  figures,
  baseline: 'AWS DocumentClient',
  rounds: 7,
  rows: rowsOf('save'),
  goals: [{ row: 'dynamo-evolve', figure: 'cpu', of: 'AWS DocumentClient', limit: 0.42 }],
  remarks: [
    'dynamo-evolve determines what has changed, and saves on the condition that nobody else has changed the same attributes.',
  ],
};
