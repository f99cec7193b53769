/** Any class, whatever its constructor takes. */
// oxlint-disable-next-line typescript/no-explicit-any -- a class with required parameters is a class, too
export type Class<T = object> = abstract new (...args: any[]) => T;

/** A class, several, or a function that names them once all modules are loaded. */
export type ClassReference = Class | readonly Class[] | (() => Class | readonly Class[]);

/** A class's name, for people. */
export function classNameOf(target: Class): string {
  return target.name || 'a class without a name';
}

/** What stands under a name on an object or on what it inherits from; looks without running accessors. */
export function findDescriptor(object: object, name: string | symbol): PropertyDescriptor | undefined {
  for (let at: object | null = object; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const descriptor = Object.getOwnPropertyDescriptor(at, name);
    if (descriptor) return descriptor;
  }
  return undefined;
}
