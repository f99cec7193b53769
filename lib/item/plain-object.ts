/** Whether an object has no class. Looks at the prototype's shape, because the object may come from another realm. */
export function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * What kind of object this is, for an error. Doesn't read the object's own members: an attribute may be called
 * `constructor`.
 */
export function describeObject(value: object): string {
  if (Array.isArray(value)) return 'an array';
  if (isPlainObject(value)) return 'an object';
  const { constructor } = Object.getPrototypeOf(value) as { constructor?: { readonly name?: unknown } };
  const name = constructor?.name;
  return typeof name === 'string' && name !== '' ? `an instance of ${name}` : 'an instance of a class';
}
