import { inspect } from 'node:util';
import type { Item } from '../item/item.js';

/** Is told what is asked of a recording view, and what is set or removed through it. */
export interface ViewNotice {
  readonly read: (name: string) => void;
  readonly assign: (name: string) => void;
  /** Somebody went through all the names, or copied the item. */
  readonly enumerate: () => void;
}

/** A member of every recording view that copies take along, by `...` and `Object.assign`, and nothing else. */
export const copied: unique symbol = Symbol('copied');

const copiedMember: PropertyDescriptor = { value: true, enumerable: true, configurable: true, writable: true };

/**
 * A view of an item that notices every access, hits and misses. Nested values are handed out as they are: they count as read whole.
 */
export function recordingView(item: Item, notice: ViewNotice): Item {
  // not the item itself: what looks behind a view, as Node's inspect does, must find nothing that nobody notices
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
