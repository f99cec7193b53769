import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { countFor, tell } from '../support/effort.js';
import { Deeds } from './deeds.js';
import { type Report, searchFleet, type SearchOptions } from './fleet.js';
import type { Release } from './instance.js';
import { checks } from './procedure.js';
import { storedTicket } from './releases.js';

/**
 * The procedure of docs/rollouts.md, and every way to break it: instances serve the same item through the real mapper
 * and a model of the engine, in every order of events: by `npm run test:all` until no order leads to anything new, by
 * `npm test` up to so many events. With `ROLLOUT=full` they are three instead of two: twelve minutes.
 */
const bound = countFor('fleet');
const size = process.env.ROLLOUT === 'full' ? 3 : 2;
const patience = 3_600_000;
const oldRelease = Array.from({ length: size }, (): Release => 'old');
const deeds = new Deeds();
const lines: string[] = [];
const { stackTraceLimit } = Error;

async function search(name: string, options: Partial<SearchOptions>, searched = deeds): Promise<Report> {
  const report = await searchFleet(searched, { item: storedTicket, releases: oldRelease, bound, ...options });
  const { depth, errors, events, failedReads, isExhausted, losses, states } = report;
  const codes = [...errors].map(([code, count]) => `${count} ${code}`).join(', ') || 'none';
  const end = isExhausted ? `all there are, up to ${depth} events away` : `up to ${depth} events away, the bound`;
  const found = `${failedReads.count} reads and updates fail, ${losses.count} losses; errors: ${codes}`;
  lines.push(`${name}: ${states} states (${end}), ${events} next events, ${found}`);
  return report;
}

beforeAll(() => {
  // refused writes are many, and nobody looks at their stacks
  Error.stackTraceLimit = 0;
});

afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit;
  tell(`fleets of ${size} instances:\n  ${lines.join('\n  ')}`);
});

const none = { count: 0, examples: [] };

test(
  'within the procedure no read fails and no acknowledged change is lost, in whatever order',
  async () => {
    const { errors, failedReads, isExhausted, losses } = await search('within the procedure', {});
    expect(failedReads).toEqual(none);
    expect(losses).toEqual(none);
    // what somebody else changed meanwhile is nobody's to overwrite
    expect([...errors.keys()]).toEqual(['CONFLICT']);
    expect(isExhausted).toBe(bound === Infinity);
  },
  patience,
);

describe('where it is not checked', () => {
  test.each(checks.map((check) => [check.name, check] as const))(
    '%s: old instances refuse what they do not know, and still nothing is lost',
    async (name, check) => {
      expectRefusals(await search(`not checked ${name}`, { without: [check] }), 'old');
    },
    patience,
  );
});

test(
  'an instance of two versions ago refuses what the others store, and still nothing is lost',
  async () => {
    const { schema_version: _, kind: _kind, ...item } = storedTicket;
    const releases: Release[] = ['first', ...oldRelease.slice(1)];
    expectRefusals(await search('with an instance of two versions ago', { item, releases }), 'first');
  },
  patience,
);

function expectRefusals({ errors, failedReads, failing, isExhausted, losses }: Report, release: Release): void {
  expect(losses).toEqual(none);
  expect([...errors.keys()].toSorted()).toEqual(['CONFLICT', 'NEWER_VERSION']);
  expect([...failing]).toEqual([release]);
  expect(failedReads.count).toBeGreaterThan(0);
  expect(isExhausted).toBe(bound === Infinity);
}

describe('the search sees', () => {
  test('reads that fail, where the pin is not heeded', async () => {
    const product = new Deeds({ isPinHeeded: false, isStoredWhole: false });
    const { failedReads } = await search('with a pin that is not heeded', { bound: 6 }, product);
    expect(failedReads.examples[0]).toBe('old is deployed; pinned reads; old reads');
  });

  test('changes that are lost, where entities are stored whole and without conditions', async () => {
    const product = new Deeds({ isPinHeeded: true, isStoredWhole: true });
    const { losses } = await search('with entities stored whole', { bound: 6 }, product);
    expect(losses.examples[0]).toBe('old holds; old updates; old saves');
  });
});
