import { isMapperError } from '../errors.js';

/** Runs what follows a write. An error says that the write has been done: whoever repeats it does it twice. */
export function afterWrite<R>(run: () => R): R {
  try {
    return run();
  } catch (error) {
    if (isMapperError(error)) error.done = true;
    throw error;
  }
}
