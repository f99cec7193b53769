import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, jest, test } from '@jest/globals';
import { Attribute, Entity, PartitionKey, Versioned } from 'dynamo-evolve';
import { caught } from '../errors/caught.js';
import { read, write } from './reading.js';

jest.setTimeout(30_000);

@Entity({ table: 'times' })
@Versioned(1)
class Time {
  @PartitionKey({ type: 'string' }) id!: string;
  @Attribute({ type: 'date', optional: true }) at?: Date;
  @Attribute({ optional: true, type: 'epochSeconds' }) seconds?: Date;
  @Attribute({ optional: true, type: 'epochMilliseconds' }) milliseconds?: Date;
}

const iso = (item: object) => {
  const { at, milliseconds, seconds } = read(Time, { id: 'a', ...item });
  return (at ?? seconds ?? milliseconds)?.toISOString();
};

describe('notations of a Date', () => {
  test.each([
    // JavaScript
    ['2024-03-01T09:15:00.123Z', '2024-03-01T09:15:00.123Z'],
    ['+012345-03-01T09:15:00.123Z', '+012345-03-01T09:15:00.123Z'],
    ['-000044-03-15T12:00:00.000Z', '-000044-03-15T12:00:00.000Z'],
    // Python: datetime.isoformat() of aware values
    ['2024-03-01T09:15:00.123456+00:00', '2024-03-01T09:15:00.123Z'],
    ['2024-03-01T09:15:00+00:00', '2024-03-01T09:15:00.000Z'],
    ['2024-03-01T09:15:00.5+02:00', '2024-03-01T07:15:00.500Z'],
    ['2024-03-01T23:15:00-05:30', '2024-03-02T04:45:00.000Z'],
    ['1890-01-01T00:00:00+00:53:28', '1889-12-31T23:06:32.000Z'],
    ['1880-01-01T00:00:00-00:01:15', '1880-01-01T00:01:15.000Z'],
    // of naive values: UTC
    ['2024-03-01T09:15:00.123456', '2024-03-01T09:15:00.123Z'],
    ['2024-03-01T09:15:00', '2024-03-01T09:15:00.000Z'],
    ['2024-07-01T09:15', '2024-07-01T09:15:00.000Z'],
    // str(datetime)
    ['2024-03-01 09:15:00.123456+00:00', '2024-03-01T09:15:00.123Z'],
    ['2024-03-01 09:15:00', '2024-03-01T09:15:00.000Z'],
    // date.isoformat()
    ['2024-03-01', '2024-03-01T00:00:00.000Z'],
    // strftime('%Y-%m-%dT%H:%M:%S%z'), and others
    ['2024-03-01T09:15:00+0200', '2024-03-01T07:15:00.000Z'],
    ['2024-03-01T09:15:00-0330', '2024-03-01T12:45:00.000Z'],
    ['2024-03-01T09:15:00+02', '2024-03-01T07:15:00.000Z'],
    ['2024-03-01T09:15:00Z', '2024-03-01T09:15:00.000Z'],
    ['2024-03-01T09:15:00.1Z', '2024-03-01T09:15:00.100Z'],
    ['2024-03-01T09:15:00.123456789Z', '2024-03-01T09:15:00.123Z'],
    ['2024-03-01T09:15Z', '2024-03-01T09:15:00.000Z'],
    // a clock change in many zones
    ['2024-03-31T02:30:00', '2024-03-31T02:30:00.000Z'],
  ])('%s is %s', (at, expected) => {
    expect(iso({ at })).toBe(expected);
  });

  test.each([
    [{ seconds: 1_709_284_500 }, '2024-03-01T09:15:00.000Z'],
    [{ seconds: 1_709_284_500.123456 }, '2024-03-01T09:15:00.123Z'],
    [{ seconds: 0 }, '1970-01-01T00:00:00.000Z'],
    [{ seconds: -1 }, '1969-12-31T23:59:59.000Z'],
    [{ milliseconds: 1_709_284_500_123 }, '2024-03-01T09:15:00.123Z'],
    [{ milliseconds: -1 }, '1969-12-31T23:59:59.999Z'],
  ])('%j is %s', (stored, expected) => {
    expect(iso(stored)).toBe(expected);
  });

  test.each([
    'yesterday',
    'Fri, 01 Mar 2024 09:15:00 GMT',
    'March 1, 2024',
    '01/03/2024',
    '2024-3-1',
    '2024-03',
    '2024',
    '20240301T091500Z',
    '2024-13-01',
    // JavaScript takes them for days of March, for the next day and for the year 2024
    '2024-02-30',
    '2023-02-29T09:15:00.000Z',
    '2024-04-31T09:15:00+02:00',
    '2024-03-01T24:00:00Z',
    '+002024-03-01T09:15:00.000Z',
    '-000000-03-01',
    // times that no Date has
    '+275760-09-13T00:00:00.001Z',
    '+275760-09-13T00:00:00.000-00:01',
    '2024-03-01T25:00:00Z',
    '2024-03-01T09:60:00Z',
    '2024-03-01T09:15:00+24:00',
    '2024-03-01T09:15:00+02:60',
    '2024-03-01T09:15:00 +02:00',
    '2024-03-01T09:15:00.Z',
    '2024-03-01Z',
    '2024-W09-5',
    ' 2024-03-01',
    '2024-03-01T09:15:00.000X',
    '1709284500',
  ])('%s is none', (at) => {
    expect(caught('ATTRIBUTE_TYPE', () => iso({ at })).details).toMatchObject({ attribute: 'at', found: 'a string' });
  });
});

describe('a Date is written', () => {
  test('as ISO 8601 text in UTC with milliseconds, or as a whole number of seconds or milliseconds', () => {
    const at = new Date('2024-03-01T09:15:00.999Z');
    const time = Object.assign(new Time(), { id: 'a', at, seconds: at, milliseconds: at });
    expect(write(Time, time)).toEqual({
      id: 'a',
      at: '2024-03-01T09:15:00.999Z',
      seconds: 1_709_284_500,
      milliseconds: 1_709_284_500_999,
    });
  });

  test('before 1970, as the second that it is in', () => {
    const time = Object.assign(new Time(), { id: 'a', seconds: new Date(-1) });
    expect(write(Time, time)).toEqual({ id: 'a', seconds: -1 });
  });
});

describe('whatever the time zone of the process', () => {
  const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
  const run = promisify(execFile);

  test.each(['America/St_Johns', 'Pacific/Kiritimati'])('all of that holds in %s', async (zone) => {
    const jestArguments = ['spec/hydration/dates.spec.ts', '-t', 'notations of a Date', '--json'];
    const options = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
    const environment = { ...process.env, TZ: zone };
    const { stdout } = await run(process.execPath, [...options, ...jestArguments], { cwd: root, env: environment });
    const { numPassedTests, numFailedTests } = JSON.parse(stdout) as Record<string, number>;
    expect({ numFailedTests, some: (numPassedTests ?? 0) > 40 }).toEqual({ numFailedTests: 0, some: true });
  });
});
