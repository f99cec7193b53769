/** Who writes: code of version 2, code of version 3, or a client that knows nothing of versions. */
export type Writer = 'old' | 'new' | 'raw';

/** How entities, or items, are changed. */
export type Method = 'save' | 'update' | 'put' | 'read' | 'naive';

/** The same few items for all writers at once: what one process does in that time. */
export interface Round {
  readonly method: Method;
  readonly isRevised: boolean;
  readonly tablePrefix: string;
  readonly ids: readonly string[];
  readonly operations: number;
}

/** What became of a round's operations in one process. */
export interface RoundReport {
  /** How often the engine's answer said that a change was stored, by item and attribute. */
  readonly acknowledged: Record<string, number>;
  /** Operations that code refused because the item is newer than the code. */
  refused: number;
  /** Attempts that came too late and were made anew. */
  conflicts: number;
  /** Items that reads stored upgraded. */
  writeBacks: number;
  /** Write-backs that were dropped since somebody else wrote first. */
  lostRaces: number;
}

/** What is counted of an item: every attribute that a round may change. */
export const counted = ['visits', 'log', 'by_old', 'by_new', 'raw_0', 'raw_1'] as const;

export type Counted = (typeof counted)[number];

/** How reports name a count. */
export function countOf(id: string, attribute: Counted): string {
  return `${id}/${attribute}`;
}

/** The table of a round, before its prefix. */
export function tableOf({ isRevised }: Pick<Round, 'isRevised'>): string {
  return isRevised ? 'revised_tallies' : 'tallies';
}
