/**
 * The value of an own property, or `undefined`. Members that every object inherits don't count: their names are data.
 */
export function ownValue(object: object, name: string | symbol): unknown {
  return Object.hasOwn(object, name) ? (object as Record<string | symbol, unknown>)[name] : undefined;
}

/** Sets an own property of any name. A plain assignment to `__proto__` would set the prototype instead. */
export function setOwn(object: object, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    (object as Record<string, unknown>)[name] = value;
  }
}
