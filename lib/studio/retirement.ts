import type { JobContexts } from '../operations/job-store.js';
import { judgeRetirement, type RetireReason } from '../operations/retire.js';
import type { EntityContext } from '../read/entity-context.js';

/** One condition for forgetting old versions. */
export interface RetirementCheck {
  readonly code: RetireReason['code'];
  /** What must be true. */
  readonly title: string;
  readonly isMet: boolean;
  /** What was found, and what to do. */
  readonly message?: string | undefined;
}

/** Whether the versions below one may be forgotten. */
export interface RetirementView {
  readonly below: number;
  readonly mayRetire: boolean;
  readonly checks: readonly RetirementCheck[];
  readonly versions: readonly { readonly version: number; readonly count: number }[];
}

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
  return {
    below,
    mayRetire: verdict.mayRetire,
    checks: codes.map((code) => ({
      code,
      title: titles[code](below),
      isMet: !reasons.has(code),
      message: reasons.get(code),
    })),
    versions: verdict.census.versions.map(({ count, version }) => ({ version, count })),
  };
}
