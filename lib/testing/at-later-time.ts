/**
 * How far the clock is ahead, in milliseconds: enough to change every part of a date, from the year to the millisecond.
 */
const offset = 397 * 24 * 3_600_000 + 3_723_004;

/** Runs a synchronous function while the clock is more than a year ahead. */
export function atLaterTime<T>(run: () => T): T {
  const { Date: Now } = globalThis;
  const later = () => Now.now() + offset;
  globalThis.Date = new Proxy(Now, {
    apply: () => new Now(later()).toString(),
    construct: (target, given, newTarget) =>
      Reflect.construct(target, given.length > 0 ? given : [later()], newTarget) as object,
    get: (target, name, self) => (name === 'now' ? later : (Reflect.get(target, name, self) as unknown)),
  });
  try {
    return run();
  } finally {
    globalThis.Date = Now;
  }
}
