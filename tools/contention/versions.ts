import type { Class, Mapper, Repository } from '../../lib/index.js';
import * as v2 from './tally-v2.js';
import * as v3 from './tally-v3.js';
import type { Counted, Writer } from './round.js';

/** What old and new code differ in: the class, and how it counts. */
export interface Code {
  readonly writer: Writer;
  /** The class whose upgrades the naive writer runs. */
  readonly entity: Class;
  /** The names of the counters: the one that all share, and the writer's own. */
  readonly shared: 'hits' | 'visits';
  readonly own: 'by_old' | 'by_new';
  /** The log with one more entry. */
  extend(log: unknown, entry: string): unknown;
  /** The clauses that count without reading, if the log's type lets them. */
  logClauses(entry: string): object | undefined;
}

/** An entity of either version, as the workload sees it. */
export type AnyTally = { readonly id: string } & { [attribute: string]: unknown };

export const codeOf: Readonly<Record<'old' | 'new', Code>> = {
  old: {
    writer: 'old',
    entity: v2.Tally,
    shared: 'hits',
    own: 'by_old',
    extend: (log, entry) => [...((log as string[] | undefined) ?? []), entry],
    logClauses: () => undefined,
  },
  new: {
    writer: 'new',
    entity: v3.Tally,
    shared: 'visits',
    own: 'by_new',
    extend: (log, entry) => new Set([...((log as Set<string> | undefined) ?? []), entry]),
    logClauses: (entry) => ({ add: { log: new Set([entry]) } }),
  },
};

/** The classes of a version, for a mapper. */
export function classesOf({ writer }: Code): Class[] {
  return writer === 'old' ? [v2.Tally, v2.RevisedTally] : [v3.Tally, v3.RevisedTally];
}

/** The repository of a round. */
export function tallies(mapper: Mapper, code: Code, isRevised: boolean): Repository<AnyTally> {
  const [plain, revised] = classesOf(code);
  return mapper.repository((isRevised ? revised : plain) as Class) as unknown as Repository<AnyTally>;
}

/** By which name the accounts know a counter. */
export function countedAs(name: Code['shared'] | Code['own']): Counted {
  return name === 'hits' ? 'visits' : name;
}
