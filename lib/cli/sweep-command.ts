import type { Mapper } from '../mapper.js';
import type { Class } from '../model/class.js';
import type { SweepPlan } from '../operations/plan-sweep.js';
import type { SweepRate } from '../operations/pace.js';
import type { Sweep, SweepOptions, SweepProgress } from '../operations/sweep.js';
import { itemsOf } from './census-command.js';
import type { Config } from './config.js';
import type { Terminal } from './terminal.js';
import { classesNamed, withMapper } from './with-mapper.js';

export interface SweepArguments {
  readonly job?: string;
  readonly plan?: boolean;
  readonly canary?: number;
  readonly rate?: SweepRate;
  readonly segments?: number;
  readonly onlyFailed?: boolean;
  readonly config?: string;
}

/** How often progress is printed, in milliseconds. */
const interval = 2_000;

/** Sweeps classes one after the other. Resolves to the exit code: 1 if items are left, 3 if it was interrupted. */
export function runSweep(
  config: Config,
  names: readonly string[],
  given: SweepArguments,
  terminal: Terminal,
): Promise<number> {
  return withMapper(config, async (mapper) => {
    let code = 0;
    const classes = classesNamed(config, 'dynamo-evolve sweep', names);
    for (const [at, entity] of classes.entries()) {
      const swept = given.plan ? await plan(mapper, entity, terminal) : await sweep(mapper, entity, given, terminal);
      if (swept === 3) {
        terminal.print(`Go on with: ${commandLine(classes.slice(at), given)}`);
        return 3;
      }
      code = Math.max(code, swept);
    }
    return code;
  });
}

async function plan(mapper: Mapper, entity: Class, terminal: Terminal): Promise<number> {
  const planned = await mapper.repository(entity).planSweep();
  terminal.printRecord({ entity: entity.name, ...planned, ...plainMaps(planned) });
  for (const line of planLines(entity, planned)) terminal.print(line);
  return Object.keys(planned.counts.failed).length > 0 ? 1 : 0;
}

function plainMaps({ seconds, versions }: SweepPlan) {
  return { seconds: Object.fromEntries(seconds), versions: Object.fromEntries(versions) };
}

function planLines({ name }: Class, { bytes, counts, rewrites, sample, seconds, version }: SweepPlan): string[] {
  const range = rewrites.from === rewrites.to ? '' : ` (${rewrites.from} to ${rewrites.to})`;
  const durations = [...seconds].map(([rate, duration]) => `${duration} s at ${rate} a second`);
  return [
    `${name}: would bring ${itemsOf(rewrites.value)}${range} to version ${version}, in ${bytes} bytes of requests`,
    `  read ${sample.read} of ${sample.total} segments: ${itemsOf(counts.examined)}, ${counts.alreadyThere} already there, ${counts.expiring} expiring`,
    `  takes ${durations.join(', ')}`,
    ...failedLines(counts),
  ];
}

async function sweep(mapper: Mapper, entity: Class, given: SweepArguments, terminal: Terminal): Promise<number> {
  const job = given.job === undefined ? undefined : `${given.job} ${entity.name}`;
  const { canary, onlyFailed, rate, segments } = given;
  const options: SweepOptions = { canary, job, rate, segments, only: onlyFailed ? 'failed' : undefined };
  const running = mapper.repository(entity).sweep(options);
  const interrupt = () => running.cancel();
  process.once('SIGINT', interrupt);
  try {
    const end = await follow(entity, running, terminal);
    terminal.printRecord({ entity: entity.name, ...end });
    for (const line of progressLines(entity, end)) terminal.print(line);
    if (end.state === 'cancelled') return 3;
    return Object.keys(end.failed).length > 0 || end.expiring > 0 ? 1 : 0;
  } finally {
    process.off('SIGINT', interrupt);
  }
}

/** The command that goes on with some classes, without the canary that was seen. */
function commandLine(classes: readonly Class[], given: SweepArguments): string {
  const { config, job, onlyFailed, rate, segments } = given;
  const options = [
    ...(job === undefined ? [] : ['--job', job]),
    ...(onlyFailed ? ['--only-failed'] : []),
    ...(rate === undefined ? [] : ['--rate', rate === 'adaptive' ? rate : String(rate.items)]),
    ...(segments === undefined ? [] : ['--segments', String(segments)]),
    ...(config === undefined ? [] : ['--config', config]),
  ];
  const words = ['npx', 'dynamo-evolve', 'sweep', ...classes.map(({ name }) => name), ...options];
  return words.map(quoted).join(' ');
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w./:-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Prints how far a sweep is from time to time, and ends it after its canary. */
async function follow(entity: Class, running: Sweep, terminal: Terminal): Promise<SweepProgress> {
  let last = performance.now();
  for await (const progress of running) {
    if (progress.state === 'paused') running.cancel();
    if (progress.state !== 'running' || performance.now() - last < interval) continue;
    last = performance.now();
    terminal.printRecord({ entity: entity.name, ...progress });
    const [line = ''] = progressLines(entity, progress);
    terminal.print(line);
  }
  return running.result;
}

function progressLines({ name }: Class, progress: SweepProgress): string[] {
  const { alreadyThere, examined, expiring, gone, milliseconds, raced, rate, rewritten, segments, state } = progress;
  const speed = milliseconds > 0 ? Math.round((rewritten * 1_000) / milliseconds) : 0;
  const allowed = state === 'running' ? ` of ${rate.itemsPerSecond} allowed: ${rate.because}` : '';
  return [
    `${name}: ${state}, ${segments.done} of ${segments.total} segments, ${rewritten} rewritten of ${itemsOf(examined)}, ${speed} a second${allowed}`,
    `  ${alreadyThere} already there, ${raced} raced, ${gone} gone, ${expiring} expiring`,
    ...failedLines(progress),
  ];
}

function failedLines({ failed }: Pick<SweepProgress, 'failed'>): string[] {
  return Object.entries(failed).map(([code, { count, items }]) => {
    const keys = items.slice(0, 3).map(({ key }) => JSON.stringify(key, (_, value: unknown) => plain(value)));
    return `  ${code}: ${itemsOf(count)}, such as ${keys.join(', ')}`;
  });
}

function plain(value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
