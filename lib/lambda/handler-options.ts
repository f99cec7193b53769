import type { ChangeRecord } from '../changes/change-record.js';
import { assertUnknownPolicy, type ChangeOptions } from '../changes/single-change.js';
import type { MapperError } from '../errors.js';
import type { Class } from '../model/class.js';
import { assertOneOf, assertOptions, invalidArgument } from '../query/query-options.js';

/** What becomes of a record that can't be read. */
export type UnreadablePolicy = 'fail' | 'skip' | ((error: MapperError, record: ChangeRecord) => unknown);

/** The options of `changeHandler`. */
export interface ChangeHandlerOptions<
  Classes extends readonly Class[] = readonly Class[],
> extends ChangeOptions<Classes> {
  /**
   * What to do with a record that can't be read (`UNREADABLE_CHANGE`), or with `unknown: 'throw'` isn't of the classes
   * (`UNKNOWN_CHANGE`). `'fail'`, the default, lets the mapping send it again; `'skip'` drops it. A function gets the
   * error and the record; once it has resolved, for instance after it has stored the record elsewhere, the record counts
   * as handled.
   */
  readonly onUnreadable?: UnreadablePolicy | undefined;
  /** Whether to leave out changes of the stored form alone, as a sweep or a write-back makes them. Default: true. */
  readonly skipOnlyUpgraded?: boolean | undefined;
  /** How many partitions are handled at once. Default: 1. */
  readonly concurrency?: number | undefined;
  /**
   * Takes note of the error that made a record fail. By default it is printed as a warning of the process, because
   * Lambda itself sees only the record's number.
   */
  readonly onFailure?: ((error: unknown, record: ChangeRecord) => void) | undefined;
}

const known = ['entities', 'unknown', 'onUnreadable', 'skipOnlyUpgraded', 'concurrency', 'onFailure'];

/** Throws `INVALID_ARGUMENT`. */
export function assertHandlerOptions(options: ChangeHandlerOptions): void {
  assertOptions('changeHandler()', options, known);
  const { concurrency = 1, onFailure, onUnreadable, unknown } = options;
  assertUnknownPolicy('changeHandler()', unknown);
  if (typeof onUnreadable !== 'function') {
    assertOneOf('changeHandler()', 'onUnreadable', onUnreadable, ['fail', 'skip', 'a function']);
  }
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw invalidArgument('changeHandler()', 'concurrency', "isn't an integer from 1");
  }
  if (onFailure !== undefined && typeof onFailure !== 'function') {
    throw invalidArgument('changeHandler()', 'onFailure', "isn't a function");
  }
}
