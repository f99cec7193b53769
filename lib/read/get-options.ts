import type { WriteBackMode } from './entity-context.js';

export interface GetOptions {
  /** Whether to read what was last written, at twice the price. */
  readonly consistent?: boolean | undefined;
  /** Whether entities remember what they were loaded from; true unless said otherwise. */
  readonly track?: boolean | undefined;
  /** Whether a stale item is written back, and when; as the mapper says unless given. */
  readonly writeBack?: WriteBackMode | undefined;
  /** Cancels what is under way and rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export const getOptions: readonly string[] = ['consistent', 'track', 'writeBack', 'signal'];
