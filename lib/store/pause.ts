/** The first longest pause, and the longest of all, in milliseconds. */
const basePause = 25;
const maximumPause = 2_000;

/** A random pause below a limit that doubles with every failure: clients that were throttled together must not come back together. */
export function growingPause(failures: number): number {
  return Math.random() * Math.min(maximumPause, basePause * 2 ** failures);
}
