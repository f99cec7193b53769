import type { SweepProgress } from '../operations/sweep.js';
import { itemsOf } from './census-command.js';

/** How far a part of a sweep is. */
export interface Share {
  readonly done: number;
  readonly total: number;
}

/** How many characters a bar has. */
const barWidth = 20;

/** How far a sweep is, for people: a summary, the outcomes, and the failures by code. */
export function progressLines(name: string, progress: SweepProgress): string[] {
  const { alreadyThere, examined, expiring, gone, milliseconds, raced, rate, rewritten, segments, state } = progress;
  const speed = milliseconds > 0 ? Math.round((rewritten * 1_000) / milliseconds) : 0;
  const allowed = state === 'running' ? ` of ${rate.itemsPerSecond} allowed: ${rate.because}` : '';
  return [
    `${name}: ${state}, ${segments.done} of ${segments.total} segments, ${rewritten} rewritten of ${itemsOf(examined)}, ${speed} a second${allowed}`,
    `  ${alreadyThere} already there, ${raced} raced, ${gone} gone, ${expiring} expiring`,
    ...failedLines(progress),
  ];
}

export function failedLines({ failed }: Pick<SweepProgress, 'failed'>): string[] {
  return Object.entries(failed).map(([code, { count, items }]) => {
    const keys = items.slice(0, 3).map(({ key }) => JSON.stringify(key, (_, value: unknown) => plain(value)));
    return `  ${code}: ${itemsOf(count)}, such as ${keys.join(', ')}`;
  });
}

function plain(value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

/** The lines of the live view: a bar for each group of segments, the time that is left, and `progressLines`. */
export function liveLines(
  name: string,
  progress: SweepProgress,
  groups: readonly Share[],
  secondsLeft: number | undefined,
): string[] {
  const bars = groups.map(({ done, total }) => `  ${bar({ done, total })} ${done}/${total}`);
  const left = secondsLeft === undefined ? '' : `  about ${duration(secondsLeft)} left`;
  return [...progressLines(name, progress), ...bars, ...(left ? [left] : [])];
}

function bar({ done, total }: Share): string {
  const filled = Math.round((done / total) * barWidth);
  return '█'.repeat(filled) + '░'.repeat(barWidth - filled);
}

function duration(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${Math.round(seconds % 60)} s` : `${Math.round(seconds)} s`;
}

/** Tells how long a sweep will take, from the segments that were done since it was watched first. */
export class TimeLeft {
  #first: SweepProgress | undefined;

  /** The seconds that are left; `undefined` as long as no segment was done. */
  seconds(progress: SweepProgress): number | undefined {
    const first = (this.#first ??= progress);
    const done = progress.segments.done - first.segments.done;
    if (done === 0) return undefined;
    const each = (progress.milliseconds - first.milliseconds) / done;
    return (each * (progress.segments.total - progress.segments.done)) / 1_000;
  }
}
