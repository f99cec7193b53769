import { assertOptions, invalidArgument, type ScanOptions, segmentsOf } from '../query/query-options.js';
import type { EntityContext } from '../read/entity-context.js';
import { type Census, type CensusProgress, isAll, takeCensus } from './census.js';
import { type JobContexts, JobStore } from './job-store.js';

/** The options of `retire`. */
export interface RetireOptions extends Pick<ScanOptions, 'segments' | 'signal'> {
  /** The versions below this one are to be forgotten. */
  readonly below: number;
  /**
   * The last moment at which code ran that could write a version below: when the last instance of the old release, and
   * the last one with an older pin, had ended. Nobody but you knows that.
   */
  readonly lastOldWriter: Date;
  /** Called after each page. */
  readonly onProgress?: ((progress: CensusProgress) => void) | undefined;
}

/** Something that keeps an old version alive. */
export interface RetireReason {
  readonly code: 'stored' | 'without version' | 'unreadable' | 'pinned' | 'open job' | 'old writers';
  /** For people: what was found, and what to do. */
  readonly message: string;
}

/** Whether the versions below one may be forgotten. */
export interface RetireVerdict {
  readonly entity: string;
  readonly table: string;
  readonly below: number;
  readonly mayRetire: boolean;
  /** What keeps them alive; empty if they may be forgotten. */
  readonly reasons: readonly RetireReason[];
  /** The consistent, complete census that the verdict rests on. */
  readonly census: Census;
}

const retireOptions = ['below', 'lastOldWriter', 'segments', 'signal', 'onProgress'];

/** Finds out whether versions may be forgotten. Changes nothing. */
export async function judgeRetirement(
  context: EntityContext<object>,
  options: RetireOptions,
  jobs: () => JobContexts,
): Promise<RetireVerdict> {
  const { below, lastOldWriter, onProgress, segments, signal } = checked(context, options);
  const asked = { consistent: true, examine: true, onProgress, segments, signal };
  const [census] = (await takeCensus([context], asked)) as [Census];
  const reasons = [
    ...storedReasons(census, below),
    ...writerReasons(context, below),
    ...(await jobReasons(context, jobs)),
    ...timeReasons(census, lastOldWriter),
  ];
  const { entity, table } = census;
  return { entity, table, below, mayRetire: reasons.length === 0, reasons, census };
}

function storedReasons({ unreadable, versions, withoutVersion }: Census, below: number): RetireReason[] {
  const old = versions.filter(({ version }) => version < below);
  const reasons: RetireReason[] = [];
  if (old.length > 0) {
    const counts = old.map(({ count, version }) => `${count} of version ${version}`).join(', ');
    reasons.push({ code: 'stored', message: `There are still items: ${counts}. Run sweep().` });
  }
  if (withoutVersion > 0) {
    const message = `${items(withoutVersion)} whose version attribute holds no version. Repair or delete what census() counts.`;
    reasons.push({ code: 'without version', message });
  }
  if (unreadable && unreadable.count > 0) {
    const codes = Object.entries(unreadable.codes).map(([code, count]) => `${count} × ${code}`);
    const message = `${items(unreadable.count)} that can't be read (${codes.join(', ')}). census({ examine: true }) names them.`;
    reasons.push({ code: 'unreadable', message });
  }
  return reasons;
}

function writerReasons({ writeVersion }: EntityContext<object>, below: number): RetireReason[] {
  const version = writeVersion();
  if (version >= below) return [];
  return [{ code: 'pinned', message: `The mapper's writeVersion is ${version}. Lift the pin.` }];
}

async function jobReasons(
  { model, table, writeVersion }: EntityContext<object>,
  jobs: () => JobContexts,
): Promise<RetireReason[]> {
  const names = await new JobStore(jobs()).unfinished({
    entity: model.name,
    swept_table: table.name,
    version: writeVersion(),
  });
  if (names.length === 0) return [];
  const message = `Sweeps aren't done: ${names.join(', ')}. Run sweep() with these names of jobs to their end.`;
  return [{ code: 'open job', message }];
}

function timeReasons({ startedAt }: Census, lastOldWriter: Date): RetireReason[] {
  if (lastOldWriter < startedAt) return [];
  const message = `Old code ran until ${lastOldWriter.toISOString()}, and the census began at ${startedAt.toISOString()}. Ask again later.`;
  return [{ code: 'old writers', message }];
}

function items(count: number): string {
  return count === 1 ? 'There is an item' : `There are ${count} items`;
}

function checked({ assertOpen, model }: EntityContext<object>, options: RetireOptions): RetireOptions {
  assertOpen('retire()');
  assertOptions('retire()', options, retireOptions);
  const { below, lastOldWriter, segments } = options;
  if (!Number.isInteger(below) || below < 2 || below > model.version)
    throw invalidArgument('retire()', 'below', `isn't a version of ${model.name} from 2 to ${model.version}`);
  if (!(lastOldWriter instanceof Date) || Number.isNaN(lastOldWriter.getTime()))
    throw invalidArgument(
      'retire()',
      'lastOldWriter',
      "isn't a Date: when code that could write old versions last ran",
    );
  if (!isAll(segmentsOf('retire()', segments)))
    throw invalidArgument('retire()', 'segments', 'leaves out a part of the table; a verdict needs all of it');
  return options;
}
