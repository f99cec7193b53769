/** Any class, whatever its constructor takes. */
// oxlint-disable-next-line typescript/no-explicit-any -- a class with private or required parameters is a class, too
export type Class<T = object> = abstract new (...args: any[]) => T;

/** A class, several, or a function that names them once all modules are loaded. */
export type ClassReference = Class | readonly Class[] | (() => Class | readonly Class[]);
