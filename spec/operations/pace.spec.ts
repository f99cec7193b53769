import { describe, expect, test } from '@jest/globals';
import { Pace, type SweepRate } from '../../lib/operations/pace.js';

/** Runs rewrites one after the other for some seconds of an invented time; `latency` says how long each takes. */
async function run(rate: SweepRate, seconds: number, latency: (at: number, pace: Pace) => number) {
  let time = 0;
  const timer = {
    now: () => time,
    sleep: async (milliseconds: number) => {
      time += milliseconds;
    },
  };
  const pace = new Pace(rate, timer);
  const bySecond: number[] = [];
  const rates: string[] = [];
  while (time < seconds * 1000) {
    await pace.admit();
    const second = Math.floor(time / 1000);
    bySecond[second] = (bySecond[second] ?? 0) + 1;
    rates[second] = pace.current.because;
    const took = latency(time, pace);
    pace.answered(took);
    // sixteen at once
    time += took / 16;
  }
  return { bySecond, rates, pace };
}

describe('a fixed rate', () => {
  test.each([5, 100, 1_000])('is kept: %d', async (items) => {
    const { bySecond, pace } = await run({ items }, 4, () => 1);
    expect(bySecond[1]).toBeGreaterThanOrEqual(items * 0.95);
    expect(bySecond[1]).toBeLessThanOrEqual(items * 1.05 + 1);
    expect(pace.current).toEqual({ itemsPerSecond: items, because: 'fixed' });
  });
});

describe('an adaptive rate', () => {
  test('doubles each second as long as the engine shows no strain', async () => {
    const { bySecond } = await run('adaptive', 5, () => 2);
    expect(bySecond[1]).toBeGreaterThan((bySecond[0] ?? 0) * 1.6);
    expect(bySecond[3]).toBeGreaterThan((bySecond[2] ?? 0) * 1.6);
  });

  test('halves when requests are throttled, and grows in small steps then', async () => {
    const { bySecond, rates } = await run('adaptive', 12, (at, pace) => {
      if (at > 4_000 && at < 4_100) pace.strained('requests are throttled');
      return 2;
    });
    const [before = 0, after = 0, later = 0] = [bySecond[4], bySecond[6], bySecond[10]];
    expect(after).toBeLessThan(before * 0.6);
    expect(later).toBeGreaterThan(after);
    expect(later).toBeLessThan(after + 6 * 30);
    expect(rates).toContain('requests are throttled');
    expect(rates.at(-1)).toBe('the engine shows no strain');
  });

  test('halves when requests take much longer than in the first minute', async () => {
    const { bySecond, rates } = await run('adaptive', 8, (at) => (at > 4_000 ? 40 : 2));
    expect(bySecond[7]).toBeLessThan((bySecond[4] ?? 0) / 2);
    expect(rates.at(-1)).toMatch(/^requests take 40 ms instead of 2 ms$/);
  });

  test('learns what is usual after a pause of any length', async () => {
    let time = 0;
    const timer = {
      now: () => time,
      sleep: async (milliseconds: number) => {
        time += milliseconds;
      },
    };
    const pace = new Pace('adaptive', timer);
    await pace.admit();
    time += 180_000;
    pace.restart();
    const runFor = async (seconds: number, latency: number) => {
      const end = time + seconds * 1000;
      while (time < end) {
        await pace.admit();
        pace.answered(latency);
        time += latency / 16;
      }
    };
    await runFor(3, 2);
    const { itemsPerSecond: before } = pace.current;
    await runFor(4, 500);
    expect(pace.current.itemsPerSecond).toBeLessThan(before / 2);
    expect(pace.current.because).toMatch(/^requests take 500 ms/);
  });

  test('is told when it changes, and only then', async () => {
    let time = 0;
    const told: number[] = [];
    const timer = { now: () => time, sleep: async (milliseconds: number) => void (time += milliseconds) };
    const pace = new Pace('adaptive', timer, ({ itemsPerSecond }) => told.push(itemsPerSecond));
    while (time < 3_500) {
      await pace.admit();
      pace.answered(1);
      time += 1;
      if (time > 2_500) pace.strained('requests are throttled');
    }
    expect(told.slice(0, 2)).toEqual([400, 800]);
    expect(told[2]).toBeLessThan(800);
    expect(told).toHaveLength(3);
  });

  test('never stands still', async () => {
    const { pace } = await run('adaptive', 60, (_at, strained) => {
      strained.strained('answers are lost');
      return 500;
    });
    expect(pace.current.itemsPerSecond).toBeGreaterThanOrEqual(1);
  });
});
