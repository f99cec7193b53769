import { isDeepStrictEqual } from 'node:util';

/**
 * Gives a property of an entity a value, and answers whether the entity has it now. Frozen entities, accessors that set only once, that
 * have no setter, that throw or that turn the value into another one, and proxies can all refuse it.
 */
export function assignProperty(entity: object, property: string, value: unknown): boolean {
  try {
    return (
      Object.is(Reflect.get(entity, property), value) ||
      (Reflect.set(entity, property, value) && hasValue(entity, property, value))
    );
  } catch {
    return false;
  }
}

function hasValue(entity: object, property: string, given: unknown): boolean {
  const found: unknown = Reflect.get(entity, property);
  if (Object.is(found, given)) return true;
  // a setter may keep a copy
  return typeof found === 'object' && typeof given === 'object' && isDeepStrictEqual(found, given);
}
