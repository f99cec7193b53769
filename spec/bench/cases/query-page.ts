import type { Case } from '../case.js';
import { mapperOf, plainPathClient } from '../contenders/dynamo-evolve.js';
import { Session } from '../entities.js';
import { overNetwork } from '../measure.js';
import { rowsOf } from './contended.js';

/** Figures are in microseconds; pages take milliseconds. */
const units = 1000;

export const queryPage: Case = {
  id: 'c',
  title: '(c) A Query page of 1 MB over loopback: items of version 1 become entities of version 3',
  figures: { cpu: 'CPU, ms a page' },
  baseline: 'AWS DocumentClient',
  rounds: 7,
  rows: [
    ...rowsOf('query', undefined, () => units),
    {
      name: "dynamo-evolve, through the client's own deserialiser",
      begin: async (endpoint) => {
        const sessions = mapperOf(plainPathClient(endpoint)).repository(Session);
        return overNetwork(() => sessions.query({ partition: 'session-0' }).all(), { units });
      },
    },
  ],
  goals: [
    { row: 'dynamo-evolve', figure: 'cpu', of: 'AWS DocumentClient', limit: 0.4 },
    { row: 'dynamo-evolve', figure: 'cpu', of: 'hand-written', limit: 1.5 },
  ],
  remarks: [
    'hand-written is the floor: HTTP, JSON.parse, decoding and constructing for this one class, no client. The clients of the SDK read the same items and leave them at version 1; the others read current items of their own shape.',
  ],
};
