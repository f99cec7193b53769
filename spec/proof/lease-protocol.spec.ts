import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { isFull, tell } from '../support/effort.js';
import type { EngineRequest } from './engine-model.js';
import { type LeaseBounds, LeaseProtocol, type LeaseSearch, type LeaseWeakening } from './lease-search.js';

/**
 * Two workers share a job, and everything happens in every order: their requests, and the time that goes on by the clock
 * of each alone, so that clocks may differ in speed as well as by a minute. A worker that isn't given its turn has died,
 * or hangs and wakes up later. An answer is lost after the request was done or before, or the request arrives late. After
 * each situation everybody may be dead, and a third worker must bring the job to its end.
 */
jest.setTimeout(300_000);

const one = new LeaseProtocol({ segments: 1, pages: 2, lease: 1_000, atOnce: 1 });
const two = new LeaseProtocol({ segments: 2, pages: 1, lease: 1_000, atOnce: 1 });
const twoAtOnce = new LeaseProtocol({ segments: 2, pages: 1, lease: 1_000, atOnce: 2 });
/** Nobody waits for a sign of life. */
const impatient = new LeaseProtocol({ segments: 1, pages: 2, lease: 0, atOnce: 1 });

const turns = 3;
const lines: string[] = [];
const { stackTraceLimit } = Error;

beforeAll(() => {
  // refused requests are many, and nobody looks at their stacks
  Error.stackTraceLimit = 0;
});
afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit;
  tell(`lease protocol: ${lines.join('\n  ')}`);
});

function told(name: string, found: LeaseSearch): LeaseSearch {
  const { faults, refused, schedules, situations, takeOvers } = found;
  const numbers = `${situations} situations, ${schedules} schedules, ${takeOvers} take-overs, ${refused} refused`;
  lines.push(`${name}: ${numbers}, ${faults.length} kinds of faults`);
  return found;
}

describe('two workers of a job', () => {
  const scenes: readonly (readonly [string, LeaseProtocol, LeaseBounds])[] = [
    ['of one segment', one, { wakes: 1, lostAnswers: 0, turns }],
    ['of one segment, when an answer is lost', one, { wakes: isFull ? 1 : 0, lostAnswers: 1, turns: 2 }],
    ['of two segments', two, { wakes: isFull ? 1 : 0, lostAnswers: 0, turns: turns - 1 }],
    ['of two segments at once', twoAtOnce, { wakes: 0, lostAnswers: 0, turns: turns - 1 }],
  ];

  test.each(scenes)('leave nothing and count nothing twice: %s', async (name, protocol, bounds) => {
    const found = told(name, await protocol.search(bounds));
    expect(found.faults).toEqual([]);
    expect(found.schedules).toBeGreaterThan(10n);
  });

  test('lose segments to each other and are refused then', async () => {
    const { refused, takeOvers } = await one.search({ wakes: 1, lostAnswers: 0, turns: 2 });
    expect(takeOvers).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });

  test('do no harm if they take segments over without waiting for silence', async () => {
    const found = told('without silence', await impatient.search({ wakes: 0, lostAnswers: 0, turns: 2 }));
    expect(found.faults).toEqual([]);
    expect(found.takeOvers).toBeGreaterThan(0);
  });
});

const stale = 'a worker that had lost a segment noted something of it';

const weakenings: Readonly<Record<string, { readonly weaken: LeaseWeakening; readonly fault: string }>> = {
  'notes that ask for no token': {
    weaken: (request) => (isTakeOver(request) ? request : unconditional(request)),
    fault: stale,
  },
  'a token that does not grow': {
    weaken: (request) => (isTakeOver(request) ? withoutTokenSet(request) : request),
    fault: stale,
  },
  'a take-over of whatever is there by then': {
    weaken: (request) => (isTakeOver(request) ? unconditional(request) : request),
    fault: 'an item was counted twice, or not at all',
  },
  'a first take that replaces what is there': {
    weaken: (request) => (request.operation === 'PutItem' ? unconditional(request) : request),
    fault: 'a segment went back',
  },
};

describe('a weaker protocol fails', () => {
  test.each(Object.entries(weakenings))('%s', async (name, { fault, weaken }) => {
    const found = told(name, await one.search({ wakes: 1, lostAnswers: 0, turns: 3 }, weaken, fault));
    expect(found.faults).toContain(fault);
  });
});

/** Whether a request takes a segment that somebody had. */
function isTakeOver({ input, operation }: EngineRequest): boolean {
  return operation === 'UpdateItem' && Object.values(input.ExpressionAttributeNames ?? {}).includes('worker');
}

function unconditional({ input, operation }: EngineRequest): EngineRequest {
  const { ConditionExpression: _, ...others } = input;
  return { operation, input: others };
}

/** The same update without what it sets the token to. */
function withoutTokenSet({ input, operation }: EngineRequest): EngineRequest {
  const names = Object.entries(input.ExpressionAttributeNames ?? {});
  const [token] = names.find(([, attribute]) => attribute === 'token') ?? [];
  const update = input.UpdateExpression?.replace(new RegExp(`${token} = :\\w+(, )?`), '');
  return { operation, input: { ...input, UpdateExpression: update as string } };
}
