import { isMapperError } from '../errors.js';

/** Runs what follows a write. Its errors have `done: true`, because repeating the write would do it twice. */
export function afterWrite<R>(run: () => R): R {
  try {
    return run();
  } catch (error) {
    if (isMapperError(error)) error.done = true;
    throw error;
  }
}
