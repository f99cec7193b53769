import type { WriteBackMode } from './entity-context.js';

/** The options of `get`, `getOrFail` and `getMany`. */
export interface GetOptions {
  /** Whether to read what was last written, which costs twice as much. Default: false. */
  readonly consistent?: boolean | undefined;
  /** Whether entities remember what they were loaded from, which `save` needs. Default: true. */
  readonly track?: boolean | undefined;
  /** Whether a stale item is written back, and when. Default: the mapper's option. */
  readonly writeBack?: WriteBackMode | undefined;
  /** Cancels the call, which rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export const getOptions: readonly string[] = ['consistent', 'track', 'writeBack', 'signal'];
