import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { MapperError } from '../errors.js';
import { describeTable, waitUntilActive } from './table-description.js';
import { tableError } from './tablets.js';
import type { Failure, Transport } from './transport.js';

/** What the records of a table's stream show. Changes of entities need `NEW_AND_OLD_IMAGES`. */
export type StreamView = (typeof streamViews)[number];

export const streamViews = ['NEW_AND_OLD_IMAGES', 'NEW_IMAGE', 'OLD_IMAGE', 'KEYS_ONLY'] as const;

/** The part of a request that turns a stream on. */
export function streamInput(view: StreamView) {
  return { StreamSpecification: { StreamEnabled: true, StreamViewType: view } };
}

/** The view of a table's stream; `none` if it has no stream. */
export function streamOf({ StreamSpecification: stream }: TableDescription): string {
  return stream?.StreamEnabled ? (stream.StreamViewType ?? 'unknown') : 'none';
}

/**
 * Turns a table's stream on unless it is, and waits until the table is active again. Throws `TABLE_MISMATCH` if the
 * stream has another view, which no engine changes.
 */
export async function enableStream(
  transport: Transport,
  table: string,
  description: TableDescription,
  { created, view }: { readonly created: boolean; readonly view: StreamView },
): Promise<StreamView | 'unsupported'> {
  if (hasStream(table, description, view)) return view;
  // an engine that ignored what CreateTable said
  if (created) return 'unsupported';
  const answer = await transport.send('UpdateTable', { TableName: table, ...streamInput(view) });
  const changed = answer.done ? await waitUntilActive(transport, table) : await describeTable(transport, table);
  // somebody else may have been faster, or we were: the client's retry after a lost answer
  if (changed && hasStream(table, changed, view)) return view;
  if (answer.done || isIgnorant(answer)) return 'unsupported';
  throw tableError(table, answer);
}

function hasStream(table: string, description: TableDescription, view: StreamView): boolean {
  const found = streamOf(description);
  if (found === 'none') return false;
  if (found === view) return true;
  const problem = `has a stream with the view ${found}, expected ${view}; turn that stream off first`;
  throw new MapperError('TABLE_MISMATCH', { table, problem });
}

/** Whether the engine has no streams: it doesn't see that UpdateTable asks for anything. */
function isIgnorant({ because, error }: Failure): boolean {
  const { cause } = error;
  return because === 'unknown operation' || (cause instanceof Error && /^At least one of /i.test(cause.message));
}
