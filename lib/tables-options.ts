import { MapperError } from './errors.js';
import { assertOneOf, assertOptions } from './query/query-options.js';
import type { Billing } from './store/create-table.js';
import { oldTabletsTag, type InitialTablets, tabletsTag } from './store/tablets.js';
import { type StreamView, streamViews } from './store/table-stream.js';
import { type WriteIsolation, writeIsolations } from './store/write-isolation.js';

/** The options of `createTables`. */
export interface CreateTablesOptions {
  /** The isolation of writes to the tables that are created, on ScyllaDB; `'always_use_lwt'` unless given. */
  readonly writeIsolation?: WriteIsolation | undefined;
  /** Whether to create the table of sweep jobs, too; a sweep with a `job` creates it itself if it may. */
  readonly jobs?: boolean | undefined;
  /**
   * The view of the tables' streams; no stream is turned on unless given. Changes of entities need
   * `'NEW_AND_OLD_IMAGES'`. The table of sweep jobs gets none.
   */
  readonly streams?: StreamView | undefined;
  /** Tags of the tables that are created, by their keys. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** How the tables that are created are paid for; `'PAY_PER_REQUEST'` unless given. ScyllaDB only notes it. */
  readonly billing?: Billing | undefined;
  /**
   * How many tablets the tables begin with that ScyllaDB creates: 0 leaves it to ScyllaDB, and `'none'` creates tables
   * without tablets. Unless given, the configuration of the cluster decides. See docs/scylladb.md.
   */
  readonly initialTablets?: InitialTablets | undefined;
}

/** The options of `verifyTables`. */
export interface VerifyTablesOptions {
  /** The view that the tables' streams must have; streams aren't looked at unless given. */
  readonly streams?: StreamView | undefined;
  /** The write isolation that the tables must have, where the engine tells. */
  readonly writeIsolation?: WriteIsolation | undefined;
  /** Whether the tables must have tablets (a number) or none (`'none'`), where the engine tells. */
  readonly initialTablets?: InitialTablets | undefined;
}

const createOptions = ['writeIsolation', 'jobs', 'streams', 'tags', 'billing', 'initialTablets'];
const verifyOptions = ['streams', 'writeIsolation', 'initialTablets'];

/** Throws `INVALID_ARGUMENT`. */
export function assertCreateOptions(options: CreateTablesOptions): void {
  assertOptions('createTables()', options, createOptions);
  assertShared('createTables()', options);
  const { billing = 'PAY_PER_REQUEST', tags = {} } = options;
  if (billing !== 'PAY_PER_REQUEST' && !isCapacity(billing)) {
    const problem = "is neither 'PAY_PER_REQUEST' nor { readCapacityUnits, writeCapacityUnits } with numbers from 1";
    throw invalid('createTables()', 'billing', problem);
  }
  if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) {
    throw invalid('createTables()', 'tags', "isn't an object with a value for each key");
  }
  for (const [key, value] of Object.entries(tags)) {
    const option = ownTags.get(key);
    if (option) throw invalid('createTables()', `tags['${key}']`, `is set by the option ${option}`);
    if (typeof value !== 'string') throw invalid('createTables()', `tags['${key}']`, "isn't a string");
  }
}

/** Throws `INVALID_ARGUMENT`. */
export function assertVerifyOptions(options: VerifyTablesOptions): void {
  assertOptions('verifyTables()', options, verifyOptions);
  assertShared('verifyTables()', options);
}

type Call = 'createTables()' | 'verifyTables()';

/** Tags that have options of their own. */
const ownTags = new Map([
  ['system:write_isolation', 'writeIsolation'],
  [tabletsTag, 'initialTablets'],
  [oldTabletsTag, 'initialTablets'],
]);

function assertShared(call: Call, { initialTablets = 'none', streams, writeIsolation }: VerifyTablesOptions): void {
  assertOneOf(call, 'writeIsolation', writeIsolation, writeIsolations);
  assertOneOf(call, 'streams', streams, streamViews);
  const isCount = Number.isInteger(initialTablets) && Number(initialTablets) >= 0;
  if (initialTablets !== 'none' && !isCount) {
    throw invalid(call, 'initialTablets', "is neither an integer from 0 nor 'none'");
  }
}

function isCapacity(billing: unknown): boolean {
  if (typeof billing !== 'object' || billing === null) return false;
  const { readCapacityUnits: reads, writeCapacityUnits: writes, ...others } = billing as Record<string, unknown>;
  const areUnits = [reads, writes].every((units) => Number.isInteger(units) && Number(units) >= 1);
  return areUnits && Object.keys(others).length === 0;
}

function invalid(call: Call, argument: string, problem: string): MapperError {
  return new MapperError('INVALID_ARGUMENT', { call, argument, problem });
}
