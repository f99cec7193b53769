import { afterAll, describe, expect, test } from '@jest/globals';
import { type Report, searchFleet } from './fleet.js';
import { Instances } from './instance.js';

/**
 * The procedure of docs/rollouts.md, and every way to break it: a fleet of instances that serve the same item through the real
 * mapper and a model of the engine, in every order of events. Two instances come to an end of what can happen; with `ROLLOUT=full`
 * three of them are followed, for some minutes.
 */
const size = process.env.ROLLOUT === 'full' ? 3 : 2;
const patience = 1_200_000;
const lines: string[] = [];

async function search(name: string, instances: Instances, options: Parameters<typeof searchFleet>[2]): Promise<Report> {
  const report = await searchFleet(instances, size, options);
  const { errors, events, failedReads, isExhausted, lost, states } = report;
  const codes = [...errors].map(([code, count]) => `${count} ${code}`).join(', ') || 'none';
  const end = isExhausted ? 'all there are' : 'up to the bound';
  const found = `${failedReads.length} reads and updates failed, ${lost.length} states with a loss; errors: ${codes}`;
  lines.push(`${name}: ${states} states (${end}), ${events} events, ${found}`);
  return report;
}

afterAll(() => {
  process.stdout.write(`fleets of ${size} instances:\n  ${lines.join('\n  ')}\n`);
});

describe('within the procedure', () => {
  test(
    'no read fails and no acknowledged change is lost, in whatever order',
    async () => {
      const { errors, failedReads, isExhausted, lost } = await search('within the procedure', new Instances(), {});
      expect(failedReads).toEqual([]);
      expect(lost).toEqual([]);
      // what somebody else changed meanwhile is nobody's to overwrite
      expect([...errors.keys()]).toEqual(['CONFLICT']);
      expect(isExhausted).toBe(true);
    },
    patience,
  );
});

describe('with moves that the procedure forbids', () => {
  test(
    'old instances refuse what they do not know, and still nothing is lost',
    async () => {
      const report = await search('with every move at any time', new Instances(), { isFree: true });
      expect(report.lost).toEqual([]);
      expect([...report.errors.keys()].toSorted()).toEqual(['CONFLICT', 'NEWER_VERSION']);
      expect(report.failedReads.length).toBeGreaterThan(0);
      expect(report.failedReads.filter((one) => !one.endsWith('NEWER_VERSION'))).toEqual([]);
    },
    patience,
  );
});

describe('the search sees', () => {
  test(
    'reads that fail, where the pin is not heeded',
    async () => {
      const product = new Instances({ isPinHeeded: false, isStoredWhole: false });
      const { failedReads } = await search('with a pin that is not heeded', product, { bound: 6 });
      expect(failedReads.length).toBeGreaterThan(0);
    },
    patience,
  );

  test(
    'changes that are lost, where entities are stored whole and without conditions',
    async () => {
      const product = new Instances({ isPinHeeded: true, isStoredWhole: true });
      const { lost } = await search('with entities stored whole', product, { bound: 6 });
      expect(lost.length).toBeGreaterThan(0);
    },
    patience,
  );
});
