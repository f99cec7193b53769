/**
 * Runs a task for each value, so many at once, in order. Stops with the first failure, when those under way have ended.
 */
export async function inParallel<T>(
  values: readonly T[],
  concurrency: number,
  task: (value: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  let hasFailed = false;
  const work = async () => {
    while (next < values.length && !hasFailed) {
      const value = values[next++] as T;
      try {
        await task(value);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: Math.min(concurrency, values.length) }, work);
  const failed = (await Promise.allSettled(workers)).find((worker) => worker.status === 'rejected');
  if (failed) throw failed.reason;
}
