import { inspect } from 'node:util';
import type { Item } from '../item/item.js';

/** Receives the accesses to a recording view. */
export interface ViewNotice {
  readonly read: (name: string) => void;
  readonly assign: (name: string) => void;
  /** All names were enumerated, or the item was copied. */
  readonly enumerate: () => void;
}

/** A member of every recording view, which only `...` and `Object.assign` copy: it marks copies. */
export const copied: unique symbol = Symbol('copied');

const copiedMember: PropertyDescriptor = { value: true, enumerable: true, configurable: true, writable: true };

/**
 * A view of an item that reports every access, to attributes that exist and to attributes that don't. Nested values are
 * returned as they are, so they count as read as a whole.
 */
export function recordingView(item: Item, notice: ViewNotice): Item {
  // not the item itself: Node's inspect looks behind a proxy, and that has to be reported, too
  const target = Object.defineProperty({}, inspect.custom, {
    configurable: true,
    value(_depth: number, options: object) {
      notice.enumerate();
      return inspect(item, options);
    },
  });
  return new Proxy(target, {
    get(_, name) {
      if (name === copied) return true;
      if (typeof name === 'string') notice.read(name);
      return Reflect.get(item, name) as unknown;
    },
    has(_, name) {
      if (typeof name === 'string') notice.read(name);
      return Reflect.has(item, name);
    },
    getOwnPropertyDescriptor(_, name) {
      if (name === copied) return copiedMember;
      if (typeof name === 'string') notice.read(name);
      return Reflect.getOwnPropertyDescriptor(item, name);
    },
    ownKeys() {
      notice.enumerate();
      return [...Reflect.ownKeys(item), copied];
    },
    set(_, name, value) {
      if (name === copied) return true;
      if (typeof name === 'string') notice.assign(name);
      return Reflect.set(item, name, value);
    },
    defineProperty(_, name, descriptor) {
      if (typeof name === 'string') notice.assign(name);
      return Reflect.defineProperty(item, name, descriptor);
    },
    deleteProperty(_, name) {
      if (typeof name === 'string') notice.assign(name);
      return Reflect.deleteProperty(item, name);
    },
  });
}
