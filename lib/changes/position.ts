import { invalidArgument } from '../query/query-options.js';

/**
 * How far a shard is read: behind a record, from a time on (in milliseconds since 1970), from the oldest record that is
 * left, or to its end. Behind a record, `at` is the time of that.
 */
export type Position =
  { readonly after: string; readonly at?: number | undefined } | { readonly since: number } | 'oldest' | 'done';

/** How far all shards are read, by their keys. Those that aren't among them are read from the start. */
export interface Progress {
  readonly start: Position;
  readonly shards: ReadonlyMap<string, Position>;
}

/** A checkpoint is text that an application keeps and doesn't look into. */
export function checkpointOf({ shards, start }: Progress): string {
  return Buffer.from(JSON.stringify([1, start, [...shards]])).toString('base64url');
}

/** What a checkpoint says. Throws `INVALID_ARGUMENT`. */
export function parseCheckpoint(text: string): Progress {
  try {
    const [format, start, shards] = JSON.parse(Buffer.from(text, 'base64url').toString()) as readonly unknown[];
    if (format === 1 && isPosition(start) && Array.isArray(shards) && shards.every(isEntry)) {
      return { start, shards: new Map(shards) };
    }
  } catch {
    // it's no JSON, then
  }
  throw invalidArgument('changes()', 'from', "is neither 'now' nor 'oldest' nor a checkpoint of changes()");
}

function isEntry(entry: unknown): entry is [string, Position] {
  return Array.isArray(entry) && entry.length === 2 && typeof entry[0] === 'string' && isPosition(entry[1]);
}

function isPosition(value: unknown): value is Position {
  if (value === 'oldest' || value === 'done') return true;
  if (typeof value !== 'object' || value === null) return false;
  const { after, at, since } = value as { after?: unknown; at?: unknown; since?: unknown };
  return typeof since === 'number' || (typeof after === 'string' && (at === undefined || typeof at === 'number'));
}
