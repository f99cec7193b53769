import { isDeepStrictEqual } from 'node:util';

/**
 * Sets a property of an entity, and returns whether the entity has the value now. It may not: the entity can be frozen
 * or a proxy, and an accessor can have no setter, throw, set only once, or change the value.
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

function hasValue(entity: object, property: string, assigned: unknown): boolean {
  const found: unknown = Reflect.get(entity, property);
  if (Object.is(found, assigned)) return true;
  // a setter may keep a copy
  return typeof found === 'object' && typeof assigned === 'object' && isDeepStrictEqual(found, assigned);
}
