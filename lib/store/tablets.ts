import { MapperError } from '../errors.js';
import type { Failure } from './transport.js';

/**
 * How many tablets ScyllaDB splits a new table into at first: 0 leaves it to the engine, and `'none'` asks for a table
 * without tablets, that is with vnodes.
 */
export type InitialTablets = number | 'none';

/** The tag since ScyllaDB 2025.4, and its name before. */
export const tabletsTag = 'system:initial_tablets';
export const oldTabletsTag = 'experimental:initial_tablets';

/** What can't be had of a table with tablets; `'vnodes'` is a table without them. */
export type TabletsLimit = 'indexes' | 'time to live' | 'streams' | 'tablets' | 'vnodes';

/** One refusal of ScyllaDB, by its message, and what there is to say of it. */
interface Refusal {
  readonly message: RegExp;
  readonly what: TabletsLimit;
  readonly versions: string;
  readonly tag: string;
  /** What has to hold in the cluster. */
  readonly needs: string;
}

/** From alternator/executor.cc and alternator/ttl.cc of scylla-2025.1.0 to 2026.4's development branch. */
const refusals: readonly Refusal[] = [
  {
    message: /SecondaryIndexes.* tablets require the rf_rack_valid_keyspaces/i,
    what: 'indexes',
    versions: '2025.4',
    tag: tabletsTag,
    needs: 'the configuration option rf_rack_valid_keyspaces',
  },
  {
    message: /SecondaryIndexes.*tablets require the number of racks/is,
    what: 'indexes',
    versions: '2026.1 and later',
    tag: tabletsTag,
    needs: 'a cluster of one or three racks',
  },
  {
    message: /TTL not yet supported on a table using tablets/i,
    what: 'time to live',
    versions: '2025.1 and 2025.2',
    tag: oldTabletsTag,
    needs: 'ScyllaDB 2025.3 or later',
  },
  {
    message: /Streams not yet supported on a table using tablets.*experimental:initial_tablets/is,
    what: 'streams',
    versions: '2025.1 to 2025.3',
    tag: oldTabletsTag,
    needs: 'ScyllaDB 2026.3 or later',
  },
  {
    message: /Streams not yet supported on a table using tablets/i,
    what: 'streams',
    versions: '2025.4 to 2026.2',
    tag: tabletsTag,
    needs: 'ScyllaDB 2026.3 or later',
  },
  {
    message: /Streams on tablet tables are not supported until/i,
    what: 'streams',
    versions: '2026.3 and later',
    tag: tabletsTag,
    needs: 'every node of the cluster to be upgraded',
  },
  {
    message: /with tablets: the configuration option 'rf_rack_valid_keyspaces' is enabled/i,
    what: 'tablets',
    versions: '2026.1 and later',
    tag: tabletsTag,
    needs: 'a cluster of one or three racks, or rf_rack_valid_keyspaces to be off',
  },
  {
    message: /vnodes are forbidden by configuration option/i,
    what: 'vnodes',
    versions: '2025.4 and later',
    tag: tabletsTag,
    needs: "tablets_mode_for_new_keyspaces to be something else than 'enforced'",
  },
];

/** The tags that ask for tablets, or for none: under both names, because each version knows one of them. */
export function tabletsTags(initialTablets: InitialTablets | undefined) {
  if (initialTablets === undefined) return [];
  return [tabletsTag, oldTabletsTag].map((Key) => ({ Key, Value: String(initialTablets) }));
}

/** Whether the engine refused the new name of the tag: versions before 2025.4 keep it for themselves. */
export function isTagReserved({ error }: Failure): boolean {
  return messageOf(error).includes('reserved for internal use');
}

/** The error of a request about a table: `TABLETS_UNSUPPORTED` if ScyllaDB refused it because of tablets. */
export function tableError(table: string, { error }: Failure): MapperError {
  const message = messageOf(error);
  const found = refusals.find((refusal) => refusal.message.test(message));
  if (!found) return error;
  const { needs, tag, versions, what } = found;
  return new MapperError('TABLETS_UNSUPPORTED', { table, what, versions, tag, needs }, { cause: error });
}

function messageOf({ cause }: MapperError): string {
  return cause instanceof Error ? cause.message : '';
}
