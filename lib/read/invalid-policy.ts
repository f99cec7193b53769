import type { MapperError } from '../errors.js';
import { invalidChannel } from '../telemetry.js';

/**
 * What reads do with an entity that the schema of its class refuses: throw `INVALID_ENTITY`, publish it on
 * `channels.invalid` and go on (`'report'`), or call a function with the error and, unless that throws, go on.
 */
export type InvalidPolicy = 'throw' | 'report' | ((error: MapperError<'INVALID_ENTITY'>) => void);

/** Does what a policy says. */
export function answerInvalid(policy: InvalidPolicy, error: MapperError<'INVALID_ENTITY'>): void {
  if (policy === 'throw') throw error;
  if (typeof policy === 'function') return policy(error);
  if (invalidChannel.hasSubscribers) invalidChannel.publish(error.details);
}
