import { inspect } from 'node:util';
import type { Change, ChangeOf } from '../changes/change.js';
import type { ChangeRecord } from '../changes/change-record.js';
import { changesOf, type SortedRecord, sortRecord } from '../changes/read-change.js';
import { contextsOf } from '../changes/single-change.js';
import { valueAt } from '../codec/wire.js';
import { isMapperError } from '../errors.js';
import type { Mapper } from '../mapper.js';
import type { Class } from '../model/class.js';
import { groupBy } from '../model/shared-tables.js';
import { inParallel } from '../operations/in-parallel.js';
import { portableKey } from '../operations/portable-key.js';
import { invalidArgument } from '../query/query-options.js';
import { contextFor, type EntityContext } from '../read/entity-context.js';
import { assertHandlerOptions, type ChangeHandlerOptions } from './handler-options.js';
import type { BatchResponse, StreamEvent } from './stream-event.js';

type Contexts = readonly EntityContext<object>[];

/** A record in its place in the batch. */
interface Entry {
  readonly at: number;
  readonly record: ChangeRecord;
  readonly sorted: SortedRecord;
}

/**
 * A Lambda handler for the stream of a table. It calls `handle` with each change of the mapper's classes, one after
 * another within a partition; between partitions there is no order. An item that has changed its class is
 * two changes: the removal of the old entity and the insertion of the new one.
 *
 * When `handle` rejects, the later records of that partition are left for the next attempt, while other partitions go
 * on. The answer names the first record of the batch that failed, and the event source mapping sends everything from
 * there on again, what was handled included. So each change is handled at least once, and `handle` must bear to see one
 * twice. The mapping must have `ReportBatchItemFailures`; without it, Lambda takes a batch with a failure for handled.
 *
 * Throws `INVALID_ARGUMENT` or `UNKNOWN_ENTITY`. The handler rejects, before any change is handled, with `STREAM_VIEW` if
 * records lack images, with `INVALID_ARGUMENT` for anything but an event of a stream, and with `MAPPER_CLOSED`.
 *
 * @example
 * export const handler = changeHandler(mapper, async (change) => {
 *   if (isChangeOf(change, Session) && change.kind === 'insert') console.log(change.after.title);
 * });
 */
export function changeHandler<const Classes extends readonly Class[] = readonly Class[]>(
  mapper: Mapper,
  handle: (change: ChangeOf<Classes>) => unknown,
  options: ChangeHandlerOptions<Classes> = {},
): (event: StreamEvent) => Promise<BatchResponse> {
  if (typeof mapper?.[contextFor] !== 'function') throw invalidArgument('changeHandler()', 'mapper', "isn't a Mapper");
  if (typeof handle !== 'function') throw invalidArgument('changeHandler()', 'handle', "isn't a function");
  assertHandlerOptions(options);
  const contexts = contextsOf(mapper, options.entities, 'changeHandler()');
  return (event) => handleBatch(contexts, event, handle as (change: Change) => unknown, options);
}

async function handleBatch(
  contexts: Contexts,
  event: StreamEvent,
  handle: (change: Change) => unknown,
  options: ChangeHandlerOptions,
): Promise<BatchResponse> {
  contexts[0]?.assertOpen('changeHandler()');
  const entries = entriesOf(contexts, event);
  const { concurrency = 1, onFailure = warn } = options;
  let firstFailure: Entry | undefined;

  const handlePartition = async (partition: readonly Entry[]) => {
    for (const entry of partition) {
      try {
        await handleRecord(contexts, entry, handle, options);
      } catch (error) {
        if (!firstFailure || entry.at < firstFailure.at) firstFailure = entry;
        onFailure(error, entry.record);
        return;
      }
    }
  };

  const partitions = groupBy(entries, ({ sorted }) => partitionOf(contexts, sorted));
  await inParallel([...partitions.values()], concurrency, handlePartition);
  const failed = firstFailure?.sorted.facts.sequenceNumber;
  return { batchItemFailures: failed === undefined ? [] : [{ itemIdentifier: failed }] };
}

/** The records of an event, all of which are known to be of a stream. */
function entriesOf(contexts: Contexts, event: StreamEvent): Entry[] {
  const records = event?.Records;
  if (!Array.isArray(records)) {
    throw invalidArgument('changeHandler()', 'the event', "isn't one of a stream: it has no Records");
  }
  return (records as readonly ChangeRecord[]).map((record, at) => {
    const sorted = sortRecord(contexts, record, { call: 'changeHandler()' });
    if (sorted.facts.sequenceNumber !== undefined) return { at, record, sorted };
    throw invalidArgument('changeHandler()', 'the record', 'has no SequenceNumber, by which a failure is reported');
  });
}

/** Records with the same text are of one partition. */
function partitionOf(contexts: Contexts, { facts: { keys, table: name } }: SortedRecord): string {
  for (const { model, table } of contexts) {
    const attribute = model.keys[0]?.attribute ?? '';
    const value = valueAt(keys, attribute);
    if (value && (name === undefined || name === table.name))
      return JSON.stringify(portableKey({ [attribute]: value }));
  }
  // of an unknown table
  return JSON.stringify(portableKey(keys));
}

async function handleRecord(
  contexts: Contexts,
  { record, sorted }: Entry,
  handle: (change: Change) => unknown,
  { onUnreadable = 'fail', skipOnlyUpgraded = true, unknown }: ChangeHandlerOptions,
): Promise<void> {
  let changes: readonly Change[];
  try {
    if (unknown === 'throw') sortRecord(contexts, record, { call: 'changeHandler()', unknown });
    changes = changesOf(sorted);
  } catch (error) {
    if (onUnreadable === 'fail' || !isMapperError(error)) throw error;
    if (typeof onUnreadable === 'function') await onUnreadable(error, record);
    return;
  }
  for (const change of changes) {
    if (!(skipOnlyUpgraded && change.onlyUpgraded)) await handle(change);
  }
}

function warn(error: unknown): void {
  process.emitWarning(inspect(error), 'ChangeFailure');
}
