/** Waits for a promise, but only until a signal aborts, and then rejects with the signal's reason. */
export async function untilAborted<R>(awaited: Promise<R>, signal: AbortSignal | undefined): Promise<R> {
  if (!signal) return awaited;
  // the promise may still reject when nobody waits for it any more
  awaited.catch(() => {});
  signal.throwIfAborted();
  const ended = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const options = { once: true, signal: ended.signal };
    signal.addEventListener('abort', () => reject(signal.reason), options);
  });
  try {
    return await Promise.race([awaited, aborted]);
  } finally {
    ended.abort();
  }
}
