/** Waits for something, but no longer than until a signal aborts: then it rejects with the signal's reason. */
export async function untilAborted<R>(awaited: Promise<R>, signal: AbortSignal | undefined): Promise<R> {
  if (!signal) return awaited;
  // what is no longer waited for may still fail
  awaited.catch(() => {});
  signal.throwIfAborted();
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- whatever reason the signal has
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([awaited, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
