import { MapperError } from '../errors.js';
import type { Mapper } from '../mapper.js';
import type { Class } from '../model/class.js';
import { jobStatus } from '../operations/job-status.js';
import { jobContexts } from '../operations/job-store.js';
import type { SweepPlan } from '../operations/plan-sweep.js';
import type { SweepRate } from '../operations/pace.js';
import type { SweepOptions } from '../operations/sweep-options.js';
import type { Sweep, SweepProgress } from '../operations/sweep.js';
import { contextFor } from '../read/entity-context.js';
import { itemsOf } from './census-command.js';
import type { Config } from './config.js';
import { failedLines, liveLines, progressLines, TimeLeft } from './sweep-view.js';
import type { Terminal } from './terminal.js';
import { classesNamed, withMapper } from './with-mapper.js';
import { entityNameOf } from '../model/entity-name.js';

export interface SweepArguments {
  readonly job?: string;
  readonly plan?: boolean;
  readonly status?: boolean;
  readonly yes?: boolean;
  readonly canary?: number;
  readonly rate?: SweepRate;
  readonly segments?: number;
  readonly onlyFailed?: boolean;
  readonly endpoint?: string;
  readonly config?: string;
}

/** How often progress is printed, in milliseconds; on a terminal, it is written over. */
const interval = 2_000;
const liveInterval = 250;
/** How many bars the live view has. */
const bars = 8;
/** Enough for several processes, which sweep eight each, and for the time left to be told. */
const defaultSegments = 64;

/** Sweeps classes one after the other. Resolves to the exit code: 1 if items are left, 3 if it was interrupted. */
export function runSweep(
  config: Config,
  names: readonly string[],
  given: SweepArguments,
  terminal: Terminal,
): Promise<number> {
  return withMapper(config, given.endpoint, async (mapper) => {
    let code = 0;
    const classes = classesNamed(config, 'dynamo-evolve sweep', names);
    const run = given.status ? status : given.plan ? plan : sweep;
    if (!(await isConfirmed(mapper, classes, given, terminal))) return 3;
    for (const [at, entity] of classes.entries()) {
      const swept = await run(mapper, entity, given, terminal);
      if (swept === 3 && !given.status) {
        terminal.print(`Go on with: ${commandLine(classes.slice(at), given)}`);
        return 3;
      }
      code = Math.max(code, swept);
    }
    return code;
  });
}

async function plan(mapper: Mapper, entity: Class, _given: SweepArguments, terminal: Terminal): Promise<number> {
  const planned = await mapper.repository(entity).planSweep();
  terminal.printRecord({ entity: entityNameOf(entity), ...planned, ...plainMaps(planned) });
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
  const { canary, onlyFailed, rate, segments = defaultSegments } = given;
  const job = jobOf(entity, given);
  const options: SweepOptions = { canary, job, rate, segments, only: onlyFailed ? 'failed' : undefined };
  const running = mapper.repository(entity).sweep(options);
  const interrupt = () => running.cancel();
  process.once('SIGINT', interrupt);
  try {
    const end = await follow(entity, running, given, terminal);
    terminal.printRecord({ entity: entityNameOf(entity), ...end });
    for (const line of progressLines(entityNameOf(entity), end)) terminal.print(line);
    if (end.state === 'cancelled') return 3;
    return Object.keys(end.failed).length > 0 || end.expiring > 0 ? 1 : 0;
  } finally {
    process.off('SIGINT', interrupt);
  }
}

/** The job of a class: one name is given for all classes. */
function jobOf({ name }: Class, { job }: SweepArguments): string | undefined {
  return job === undefined ? undefined : `${job} ${name}`;
}

/** Asks whether to begin, if somebody can answer. */
async function isConfirmed(mapper: Mapper, classes: readonly Class[], given: SweepArguments, terminal: Terminal) {
  if (!terminal.isInteractive || given.plan || given.status || given.yes) return true;
  for (const entity of classes) await plan(mapper, entity, given, terminal);
  return terminal.confirm('Begin?');
}

async function status(mapper: Mapper, entity: Class, given: SweepArguments, terminal: Terminal): Promise<number> {
  const job = jobOf(entity, given);
  if (job === undefined) throw invalidStatus('needs the name of a job: --job NAME');
  const found = await jobStatus(mapper[contextFor](entity), jobContexts(mapper), job);
  if (!found) throw invalidStatus(`finds no job ${job}`);
  terminal.printRecord({ entity: entityNameOf(entity), ...found });
  const { alreadyThere, examined, expiring, failed, gone, isDone, raced, rewritten, segments, startedAt, version } =
    found;
  const state = isDone ? 'done' : `not done, ${segments.taken} segments at work`;
  terminal.print(`${entityNameOf(entity)}: to version ${version}, begun ${startedAt.toISOString()}, ${state}`);
  terminal.print(`  ${segments.done} of ${segments.total} segments, ${rewritten} rewritten of ${itemsOf(examined)}`);
  terminal.print(`  ${alreadyThere} already there, ${raced} raced, ${gone} gone, ${expiring} expiring`);
  for (const line of failedLines(found)) terminal.print(line);
  if (!isDone) return 3;
  return Object.keys(failed).length > 0 ? 1 : 0;
}

function invalidStatus(problem: string): MapperError {
  return new MapperError('INVALID_ARGUMENT', { call: 'dynamo-evolve sweep', argument: '--status', problem });
}

/** The command that goes on with some classes, without the canary that was seen. */
function commandLine(classes: readonly Class[], given: SweepArguments): string {
  const { config, endpoint, job, onlyFailed, rate, segments } = given;
  const options = [
    ...(job === undefined ? [] : ['--job', job]),
    ...(onlyFailed ? ['--only-failed'] : []),
    ...(rate === undefined ? [] : ['--rate', rate === 'adaptive' ? rate : String(rate.items)]),
    ...(segments === undefined ? [] : ['--segments', String(segments)]),
    ...(endpoint === undefined ? [] : ['--endpoint', endpoint]),
    ...(config === undefined ? [] : ['--config', config]),
  ];
  const words = ['npx', 'dynamo-evolve', 'sweep', ...classes.map(({ name }) => name), ...options];
  return words.map(quoted).join(' ');
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w./:-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * Shows how far a sweep is: on a terminal at once, elsewhere from time to time. Ends it after its canary, unless
 * somebody wants it to go on.
 */
async function follow(
  entity: Class,
  running: Sweep,
  { yes = false }: SweepArguments,
  terminal: Terminal,
): Promise<SweepProgress> {
  const live = terminal.isInteractive ? await terminal.live() : undefined;
  const left = new TimeLeft();
  let last = performance.now();
  for await (const progress of running) {
    if (progress.state === 'paused') {
      live?.clear();
      for (const line of progressLines(entityNameOf(entity), progress)) terminal.print(line);
      if (live && !yes && (await terminal.confirm('Go on?'))) running.resume();
      else running.cancel();
    }
    if (progress.state !== 'running' || performance.now() - last < (live ? liveInterval : interval)) continue;
    last = performance.now();
    const seconds = left.seconds(progress);
    live?.show(liveLines(entityNameOf(entity), progress, running.groups(bars), seconds).join('\n'));
    terminal.printRecord({ entity: entityNameOf(entity), ...progress });
    if (!live) terminal.print(progressLines(entityNameOf(entity), progress)[0] as string);
  }
  live?.clear();
  return running.result;
}
