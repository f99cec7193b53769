import { describe, expect, test } from '@jest/globals';
import type { ErrorCode } from 'dynamo-evolve';
import { SweepTally } from '../../lib/operations/sweep-counts.js';

const nameOf = () => ({});
const failure = (code: ErrorCode, key = 'a') => ({ code, key: { id: { S: key } }, version: 1 });

describe('the counts of a sweep', () => {
  test('are stored and read again', () => {
    const tally = new SweepTally();
    tally.add('rewritten');
    tally.add('gone');
    tally.fail(failure('UPGRADE_FAILED'));
    const read = SweepTally.parse(String(tally));
    expect(read.counts(nameOf)).toEqual(tally.counts(nameOf));
    expect(read.failures).toEqual([failure('UPGRADE_FAILED')]);
  });

  test('note few failures of long keys, so that an item of the engine can hold them, and count all', () => {
    const tally = new SweepTally();
    for (let at = 0; at < 500; at++) tally.fail(failure('UPGRADE_FAILED', '"'.repeat(2_000)));
    for (const counted of [tally, SweepTally.parse(String(tally))]) {
      counted.addAll(tally);
      expect(Buffer.byteLength(String(counted))).toBeLessThan(200_000);
      expect(counted.failures.length).toBeGreaterThan(10);
    }
    expect(tally.failedCount).toBe(1_000);
  });

  test('lose only what is noted when that is tried again', () => {
    const tally = new SweepTally();
    for (let at = 0; at < 130; at++) tally.fail(failure('UPGRADE_FAILED'));
    const rest = tally.withoutNoted();
    expect([rest.failedCount, rest.failures]).toEqual([30, []]);
    expect(tally.failedCount).toBe(130);
  });
});
