/** A day, a month and a year, in milliseconds: whatever of a date a step looks at, it differs. */
const step = 397 * 24 * 3_600_000 + 3_723_004;

/** Runs something, synchronous, while the clock is more than a year ahead. */
export function atLaterTime<T>(run: () => T): T {
  const { Date: Now } = globalThis;
  const later = () => Now.now() + step;
  globalThis.Date = new Proxy(Now, {
    apply: () => new Now(later()).toString(),
    construct: (target, given, made) => Reflect.construct(target, given.length > 0 ? given : [later()], made) as object,
    get: (target, name, self) => (name === 'now' ? later : (Reflect.get(target, name, self) as unknown)),
  });
  try {
    return run();
  } finally {
    globalThis.Date = Now;
  }
}
