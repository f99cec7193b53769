import type { WriteBackMode } from '../../../lib/index.js';
import type { Case, Row } from '../case.js';
import { clientOf } from '../clients.js';
import { mapperOf } from '../contenders/dynamo-evolve.js';
import { Session } from '../entities.js';
import { overNetwork } from '../measure.js';

function row(mode: WriteBackMode): Row {
  return {
    name: mode,
    begin: async (endpoint) => {
      const sessions = mapperOf(clientOf(endpoint), { writeBack: mode }).repository(Session);
      return overNetwork((at) => sessions.get({ session_id: `session-${at}` }));
    },
  };
}

export const writeBack: Case = {
  id: 'h',
  title: '(h) Reading stale items one by one, by mode of write-back',
  figures: { p50: 'p50, µs', p99: 'p99, µs', cpu: 'CPU, µs' },
  baseline: 'off',
  rounds: 7,
  rows: [row('off'), row('background'), row('inline')],
  goals: [],
  remarks: ['Every item has version 1 and is written back. Reads and write-backs share one thread and one client.'],
};
