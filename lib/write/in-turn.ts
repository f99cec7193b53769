/** The last write of each entity that has one running. */
const running = new WeakMap<object, Promise<unknown>>();

/**
 * Runs the writes of an entity one after another, in the order of the calls: each starts from what the one before it has stored. Side
 * by side, the answer that arrives last would decide what the entity remembers, whatever the engine did last.
 */
export async function inTurn<R>(entity: unknown, write: () => Promise<R>): Promise<R> {
  if (typeof entity !== 'object' || entity === null) return write();
  const before = running.get(entity);
  const result = before ? before.then(write, write) : write();
  running.set(entity, result);
  try {
    return await result;
  } finally {
    if (running.get(entity) === result) running.delete(entity);
  }
}
