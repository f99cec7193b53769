import { describe, expect, test } from '@jest/globals';
import type { SweepProgress } from 'dynamo-evolve';
import { liveLines, TimeLeft } from '../../lib/cli/sweep-view.js';

const progress: SweepProgress = {
  state: 'running',
  examined: 48_210,
  rewritten: 31_877,
  alreadyThere: 16_290,
  raced: 41,
  gone: 0,
  expiring: 1,
  failed: { UPGRADE_FAILED: { count: 1, items: [{ key: { session_id: 'abc-123' }, version: 1 }] } },
  segments: { done: 22, total: 64 },
  requests: 32_402,
  bytes: 19_284_112,
  milliseconds: 61_000,
  rate: { itemsPerSecond: 525, because: 'the engine shows no strain' },
};
const groups = [8, 6, 4, 2, 1, 1, 0, 0].map((done) => ({ done, total: 8 }));

describe('the live view', () => {
  test('says what has become of the items, how fast it goes and why, and draws groups of segments', () => {
    expect(liveLines('Session', progress, groups, 116.4)).toEqual([
      'Session: running, 22 of 64 segments, 31877 rewritten of 48210 items, 523 a second of 525 allowed: the engine shows no strain',
      '  16290 already there, 41 raced, 0 gone, 1 expiring',
      '  UPGRADE_FAILED: 1 item, such as {"session_id":"abc-123"}',
      '  ████████████████████ 8/8',
      '  ███████████████░░░░░ 6/8',
      '  ██████████░░░░░░░░░░ 4/8',
      '  █████░░░░░░░░░░░░░░░ 2/8',
      '  ███░░░░░░░░░░░░░░░░░ 1/8',
      '  ███░░░░░░░░░░░░░░░░░ 1/8',
      '  ░░░░░░░░░░░░░░░░░░░░ 0/8',
      '  ░░░░░░░░░░░░░░░░░░░░ 0/8',
      '  about 1 min 56 s left',
    ]);
  });

  test.each([
    [59.6, 'about 60 s left'],
    [61, 'about 1 min 1 s left'],
    [7_322, 'about 2 h 2 min left'],
  ])('tells %d seconds as people do', (seconds, text) => {
    expect(liveLines('Session', progress, groups, seconds)).toContain(`  ${text}`);
  });

  test('tells no time as long as it knows none', () => {
    expect(liveLines('Session', progress, groups, undefined).join('\n')).not.toContain('left');
  });
});

describe('the time left', () => {
  const at = (done: number, milliseconds: number) => ({ ...progress, milliseconds, segments: { done, total: 64 } });

  test('is not known before a segment is done', () => {
    expect(new TimeLeft().seconds(at(10, 5_000))).toBeUndefined();
  });

  test('counts on the segments that were done since it was watched: others have begun the job', () => {
    const left = new TimeLeft();
    left.seconds(at(10, 0));
    expect(left.seconds(at(14, 8_000))).toBe(100);
    expect(left.seconds(at(64, 90_000))).toBe(0);
  });
});
