import type { JobContexts } from '../operations/job-store.js';
import { judgeRetirement, type RetireReason } from '../operations/retire.js';
import type { EntityContext } from '../read/entity-context.js';
import { type BrokenItem, brokenItem } from './broken-item.js';

/** One condition for forgetting old versions. */
export interface RetirementCheck {
  readonly code: RetireReason['code'];
  /** What must be true. */
  readonly title: string;
  readonly isMet: boolean;
  /** What was found where it isn't. */
  readonly found?: string | undefined;
}

/** Whether the versions below one may be forgotten. */
export interface RetirementView {
  readonly below: number;
  readonly mayRetire: boolean;
  readonly checks: readonly RetirementCheck[];
  readonly versions: readonly { readonly version: number; readonly count: number }[];
  /** How many items can't be read, by the code of their error, and the first of them. */
  readonly codes: Readonly<Record<string, number>>;
  readonly broken: readonly BrokenItem[];
}

const mostNamed = 12;

const titles: Readonly<Record<RetireReason['code'], (below: number) => string>> = {
  stored: (below) => `No item below version ${below} is stored`,
  'without version': () => 'Every item has a version',
  unreadable: () => 'Every item can be read',
  pinned: (below) => `The configuration writes version ${below} or newer`,
  'open job': () => 'No sweep is unfinished',
  'old writers': () => 'The last old writer ended before the count began',
};

/** Judges a retirement, as `retire` does, and shows all that was looked at. */
export async function retirementView(
  context: EntityContext<object>,
  jobs: () => JobContexts,
  { below, lastOldWriter }: { readonly below: number; readonly lastOldWriter: string },
): Promise<RetirementView> {
  const verdict = await judgeRetirement(context, { below, lastOldWriter: new Date(lastOldWriter) }, jobs);
  const reasons = new Map(verdict.reasons.map((reason) => [reason.code, reason.message]));
  const codes = Object.keys(titles) as RetireReason['code'][];
  const { unreadable, versions } = verdict.census;
  return {
    below,
    mayRetire: verdict.mayRetire,
    checks: codes.map((code) => ({
      code,
      title: titles[code](below),
      isMet: !reasons.has(code),
      found: foundIn(reasons.get(code)),
    })),
    versions: versions.map(({ count, version }) => ({ version, count })),
    codes: { ...unreadable?.codes },
    broken: (unreadable?.items ?? []).slice(0, mostNamed).map((item) => brokenItem(context, item)),
  };
}

/** A reason says what was found, and then which call helps, which a reader of the page can't make. */
function foundIn(message: string | undefined): string | undefined {
  return message?.slice(0, message.lastIndexOf('. ') + 1);
}
