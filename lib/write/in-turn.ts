/** The last pending write of each entity. */
const running = new WeakMap<object, Promise<unknown>>();

/**
 * Runs the writes of an entity one after another, in the order of the calls, so that each starts from what the previous
 * one has stored. If they ran in parallel, the entity would remember the write whose answer arrives last, which may not
 * be the last one in the table.
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
