import type { EntityModel } from '../model/entity-model.js';
import type { RetireVerdict } from '../operations/retire.js';
import { entityName } from './entity-shape.js';
import { editedParts, type LockedRetirement, makeLock, type SchemaLock } from './schema-lock.js';
import { valueOf } from './shape-difference.js';

/** A lock with new evidence, or why there is no place for it. */
export type NotedRetirement = { readonly lock: SchemaLock } | { readonly problem: string };

/** Adds a verdict that versions may be forgotten to the lock. */
export function noteRetirement(
  lock: SchemaLock | undefined,
  model: EntityModel,
  { below, census, table }: RetireVerdict,
  lastOldWriter: Date,
): NotedRetirement {
  const name = entityName(model);
  const entity = lock && valueOf(lock.entities, name);
  if (!entity)
    return { problem: `schema.lock.json has no entry ${name}; run npx dynamo-evolve lock, then retire again` };
  // with a new fingerprint, what was edited by hand would look as if it had always been there
  if (editedParts(lock).length > 0)
    return { problem: 'schema.lock.json was edited by hand; restore it, then retire again' };
  const evidence: LockedRetirement = {
    at: census.startedAt.toISOString(),
    lastOldWriter: lastOldWriter.toISOString(),
    table,
    items: Object.fromEntries(census.versions.map(({ count, version }) => [version, count])),
    census: 'consistent, of the whole table, every item examined',
  };
  const retired = { ...entity.retired, [below]: evidence };
  return { lock: makeLock({ ...lock.entities, [name]: { ...entity, retired } }) };
}
