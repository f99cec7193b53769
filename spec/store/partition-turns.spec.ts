import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { PartitionTurns, type TurnLimits } from '../../lib/store/partition-turns.js';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** Lets every promise go on that can. */
const settle = () => jest.advanceTimersByTimeAsync(0);

/** Writes that run until they are told to end. */
function startWrites(limits: Partial<TurnLimits> = {}) {
  const turns = new PartitionTurns({ perPartition: 1, queueSize: 100, longestTurn: 5_000, ...limits });
  const started: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const errors: string[] = [];
  return {
    started,
    errors,
    /** Writes to the partition that the name begins with. */
    write: (...names: string[]) => {
      for (const name of names) {
        const run = () => {
          started.push(name);
          return new Promise<void>((resolve, reject) => ends.set(name, (error) => (error ? reject(error) : resolve())));
        };
        const isTriedAgain = name.endsWith('again');
        turns
          .run('notes', name.charAt(0), run, isTriedAgain)
          .catch((error: Error) => errors.push(`${name}: ${error.message}`));
      }
    },
    end: async (name: string, error?: Error) => {
      ends.get(name)?.(error);
      await settle();
    },
  };
}

describe('writes to one partition', () => {
  test('run one after another, in order, and others meanwhile', async () => {
    const { end, started, write } = startWrites();
    write('a1', 'a2', 'b1', 'a3');
    expect(started).toEqual(['a1', 'b1']);
    await end('a1');
    expect(started).toEqual(['a1', 'b1', 'a2']);
    // one that comes while another takes over waits behind it
    write('a4');
    await end('a2');
    await end('a3');
    expect(started).toEqual(['a1', 'b1', 'a2', 'a3', 'a4']);
  });

  test('go behind one that is tried again, even if the queue is full', async () => {
    const { end, errors, started, write } = startWrites({ queueSize: 2 });
    write('a1', 'a2', 'a3', 'a4 again');
    await end('a1');
    await end('a4 again');
    await end('a2');
    expect([started, errors]).toEqual([['a1', 'a4 again', 'a2', 'a3'], []]);
  });

  test('go on after one that fails, whose error it alone has', async () => {
    const { end, errors, started, write } = startWrites();
    write('a1', 'a2');
    await end('a1', new Error('lost'));
    expect([started, errors]).toEqual([['a1', 'a2'], ['a1: lost']]);
  });

  test('run several at a time where that is allowed', async () => {
    const { end, started, write } = startWrites({ perPartition: 2 });
    write('a1', 'a2', 'a3', 'a4');
    expect(started).toEqual(['a1', 'a2']);
    await end('a2');
    expect(started).toEqual(['a1', 'a2', 'a3']);
  });

  test('all run at once without a limit', () => {
    const { started, write } = startWrites({ perPartition: Infinity, queueSize: 1 });
    write('a1', 'a2', 'a3', 'a4');
    expect(started).toEqual(['a1', 'a2', 'a3', 'a4']);
  });

  test('are refused where too many wait, and taken again later', async () => {
    const { end, errors, started, write } = startWrites({ queueSize: 2 });
    write('a1', 'a2', 'a3', 'a4', 'b1');
    await settle();
    expect(errors).toEqual([expect.stringMatching(/^a4: .*2 conditional writes wait already .* of notes/)]);
    await end('a1');
    write('a5');
    for (const name of ['a2', 'a3', 'a5']) await end(name);
    expect(started).toEqual(['a1', 'b1', 'a2', 'a3', 'a5']);
    expect(errors).toHaveLength(1);
  });

  test('of the same name in another table run meanwhile', async () => {
    const turns = new PartitionTurns({ perPartition: 1, queueSize: 1, longestTurn: 5_000 });
    const never = () => new Promise<void>(() => {});
    const other = jest.fn(() => Promise.resolve());
    void turns.run('notes', 'a', never);
    await turns.run('tasks', 'a', other);
    expect(other).toHaveBeenCalled();
  });
});

describe('a write that does not end', () => {
  test('holds up the others for the longest turn, and no longer', async () => {
    const { end, started, write } = startWrites({ longestTurn: 1_000 });
    write('a1');
    await jest.advanceTimersByTimeAsync(600);
    write('a2', 'a3');
    await jest.advanceTimersByTimeAsync(399);
    expect(started).toEqual(['a1']);
    await jest.advanceTimersByTimeAsync(2);
    expect(started).toEqual(['a1', 'a2']);
    // its late end doesn't shorten the turn of the next
    await end('a1');
    await jest.advanceTimersByTimeAsync(998);
    expect(started).toEqual(['a1', 'a2']);
    await jest.advanceTimersByTimeAsync(2);
    expect(started).toEqual(['a1', 'a2', 'a3']);
  });

  test('leaves nothing behind once all have ended', async () => {
    const { end, write } = startWrites({ longestTurn: 1_000 });
    write('a1', 'a2');
    await end('a1');
    expect(jest.getTimerCount()).toBe(0);
    await end('a2');
    write('a3');
    expect(jest.getTimerCount()).toBe(0);
  });
});
