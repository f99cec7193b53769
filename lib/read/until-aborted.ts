/** Waits for something, but no longer than until a signal aborts: then it rejects with the signal's reason. */
export async function untilAborted<R>(awaited: Promise<R>, signal: AbortSignal | undefined): Promise<R> {
  if (!signal) return awaited;
  // what is no longer waited for may still fail
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
