import { type Class, classNameOf } from './class.js';
import { ownRecord } from './registry.js';

/**
 * The name of an entity: the one that `@Entity` gives to the class itself, else the class's own, which minifiers change.
 * Subclasses don't inherit it.
 */
export function entityNameOf(target: Class): string {
  const given: unknown = ownRecord(target)?.entity?.name;
  return typeof given === 'string' && given !== '' ? given : classNameOf(target);
}
