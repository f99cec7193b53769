import { describe, expect, test } from '@jest/globals';
import { type Delivery, settle } from '../../tools/consumer-contention/account.js';

const written = ['1', '2', '3', '4'].map((change) => ({ shard: 's', change }));

/** Deliveries of one shard, a second apart; a process acknowledges each before it is handed the next one. */
function deliveries(...all: readonly (readonly [process: string, ...changes: string[]])[]): Delivery[] {
  let second = 0n;
  return all.flatMap(([process, ...changes]) =>
    changes.map((change, nth) => {
      const at = second++ * 1_000_000_000n;
      const acknowledgedAt = nth === changes.length - 1 ? undefined : at + 500_000_000n;
      return { process, shard: 's', change, at, acknowledgedAt };
    }),
  );
}

const fine = { written: 4, missed: [], invented: [], disordered: [], wentBack: 0, widestRepeat: 0 };

describe('the account of a consumer', () => {
  test('is settled by one process', () => {
    expect(settle(written, deliveries(['a', '1', '2', '3', '4']))).toEqual({ ...fine, deliveries: 4, repeats: 0 });
  });

  test('allows to repeat what was handed out last', () => {
    const account = settle(written, deliveries(['a', '1', '2'], ['b', '2', '3'], ['c', '3', '4']));
    expect(account).toEqual({ ...fine, deliveries: 6, repeats: 2 });
  });

  test('sees what was missed, and what nobody has written', () => {
    const account = settle(written, deliveries(['a', '1', '3', '5', '4']));
    expect(account).toMatchObject({ missed: ['s 2'], invented: ['s 5'], repeats: 0 });
  });

  test('sees another order', () => {
    expect(settle(written, deliveries(['a', '1', '3', '2', '4']))).toMatchObject({ disordered: ['s'] });
  });

  test('sees what was acknowledged and came again, and for how long', () => {
    const account = settle(written, deliveries(['a', '1', '2', '3', '4'], ['b', '2', '3', '4']));
    expect(account).toMatchObject({ repeats: 3, wentBack: 2, widestRepeat: 1_000, disordered: [] });
    expect(settle(written, deliveries(['a', '1', '2', '3'], ['b', '2', '3', '4']))).toMatchObject({ wentBack: 1 });
  });
});
