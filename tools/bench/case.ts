/** What was measured in one round, by the names of the case's figures. */
export type Figures = Readonly<Record<string, number>>;

/** One row that has been set up, in a process of its own. */
export interface Measured {
  /** Measures once more. */
  readonly round: () => Promise<Figures>;
}

export interface Row {
  readonly name: string;
  /** Sets the row up. `endpoint` is that of the canned server. Throws `NotMeasured`, or what is wrong. */
  readonly begin: (endpoint: string) => Promise<Measured>;
}

/** Why a row takes no part. */
export class NotMeasured extends Error {}

/** A limit for the ratio of two figures of a run. */
export interface Goal {
  readonly row: string;
  readonly figure: string;
  readonly limit: number;
  /** The row to compare with; without one, the limit is for the figure itself. */
  readonly of?: string;
  /** The figure of the other row; the same one unless given. */
  readonly ofFigure?: string;
}

export interface Case {
  /** Such as `a`; cases of one letter belong together. */
  readonly id: string;
  readonly title: string;
  /** The headings of the figures, by their names; the first is what rows are compared by. */
  readonly figures: Readonly<Record<string, string>>;
  /** The row that the others are compared with. */
  readonly baseline: string;
  readonly rows: readonly Row[];
  readonly goals: readonly Goal[];
  /** How often each row is measured, in turn with the others. */
  readonly rounds: number;
  /** Whether every round has a new process. */
  readonly isFresh?: true;
  /** What one must know to read the table. */
  readonly remarks?: readonly string[];
}
