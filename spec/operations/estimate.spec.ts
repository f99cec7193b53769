import { describe, expect, test } from '@jest/globals';
import { randomFrom } from '../../lib/testing/random.js';
import { estimateTotal, pickAtRandom, segmentsForSample } from '../../lib/operations/estimate.js';

const random = () => 0.5;

describe('picks at random', () => {
  test.each([
    [0, 5],
    [1, 1],
    [5, 5],
    [32, 1_000_000],
  ])('are %d different numbers below %d', (count, total) => {
    const picked = pickAtRandom(count, total, random);
    expect(new Set(picked).size).toBe(count);
    expect(picked.every((number) => Number.isInteger(number) && number >= 0 && number < total)).toBe(true);
  });
});

test('a sample has as many segments as engines allow, however small its share', () => {
  expect([1, 0.5, 0.02, 1e-9].map(segmentsForSample)).toEqual([32, 64, 1_600, 1_000_000]);
});

describe('an estimate', () => {
  test('of everything is what was counted', () => {
    expect(estimateTotal([3, 4], 4, 4)).toEqual({ value: 7, from: 7, to: 7 });
  });

  test('is no less than what was counted', () => {
    const { from, value } = estimateTotal([1], 32, 320);
    expect(value).toBe(10);
    expect(from).toBe(1);
  });

  test('holds the truth in 95 of 100 samples', () => {
    const { integer } = randomFrom(7);
    const next = () => integer(2 ** 30) / 2 ** 30;
    const segments = Array.from({ length: 640 }, () => Math.floor(next() * 40));
    const truth = segments.reduce((sum, count) => sum + count, 0);
    let held = 0;
    for (let round = 0; round < 1_000; round++) {
      const counts = pickAtRandom(32, segments.length, next).map((at) => segments[at] as number);
      const { from, to } = estimateTotal(
        counts.filter((count) => count > 0),
        32,
        segments.length,
      );
      if (from <= truth && truth <= to) held++;
    }
    expect(held).toBeGreaterThan(930);
    expect(held).toBeLessThan(975);
  });
});
