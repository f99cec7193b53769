import { cases } from './cases.js';
import type { Machine } from './machine.js';
import type { CaseResult, RowResult } from './run-case.js';

/** A run, as `--json` prints it. */
interface SavedRun {
  readonly machine: Machine;
  readonly results: readonly { readonly case: string; readonly rows: readonly RowResult[] }[];
}

/** What `--json` has printed, as it was before. Cases that there are no longer are left out. */
export function savedRun(json: string): { readonly machine: Machine; readonly results: readonly CaseResult[] } {
  const { machine, results } = JSON.parse(json) as SavedRun;
  const known = results.flatMap(({ case: id, rows }): CaseResult[] => {
    const found = cases.find((one) => one.id === id);
    return found ? [{ case: found, rows }] : [];
  });
  return { machine, results: known };
}
