/** Any class, whatever its constructor accepts. */
// oxlint-disable-next-line typescript/no-explicit-any -- a class with required parameters is a class, too
export type Class<T = object> = abstract new (...args: any[]) => T;

/** A class, several classes, or a function that returns them once all modules are loaded. */
export type ClassReference = Class | readonly Class[] | (() => Class | readonly Class[]);

/** A class's name, for messages. */
export function classNameOf(target: Class): string {
  return target.name || 'a class without a name';
}

/** The descriptor of a member of an object, inherited ones included. Doesn't run accessors. */
export function findDescriptor(object: object, name: string | symbol): PropertyDescriptor | undefined {
  for (let at: object | null = object; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const descriptor = Object.getOwnPropertyDescriptor(at, name);
    if (descriptor) return descriptor;
  }
  return undefined;
}
