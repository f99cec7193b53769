/** A test, as Jest reports it. */
export interface Assertion {
  readonly ancestorTitles: readonly string[];
  readonly title: string;
  readonly status: string;
}
/** The tests of one engine or run; `skipped` counts those of each reason. */
export interface Group {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: ReadonlyMap<string, number>;
}
/** What Jest writes of a test file. */
export interface FileResult {
  readonly status: string;
  readonly assertionResults: readonly Assertion[];
}
/** A run of the CI. */
export interface Run {
  readonly name: string;
  /** The title of an engine that must have run in it. */
  readonly engine?: string;
  /** What Jest wrote, if it did. */
  readonly result: { readonly testResults: readonly FileResult[] } | undefined;
}
export function countTests(name: string, assertions: readonly Assertion[]): Group;
export function isOfEngine(assertion: Assertion): boolean;
export function countByEngine(assertions: readonly Assertion[]): Group[];
export function linesOf(group: Group): string[];
export function summarise(runs: readonly Run[], failures: readonly string[]): { lines: string[]; isFine: boolean };
