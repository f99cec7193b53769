import type { WireItem } from '../codec/wire.js';

/** What an entity remembers of the item that it was loaded from, or stored as. */
export interface Tracked {
  /** The item as the engine has it, undeclared attributes and unusual notations included. */
  readonly wire: WireItem;
  /** The version of that item. */
  readonly version: number;
}

/** A constructor that returns what it is given, so that a subclass adds its private field to any object. */
const Identity = function identity(object: object) {
  return object;
} as unknown as new (object: object) => object;

/** Keeps it in a private field: invisible to JSON, `Object.keys`, equality and spreading, and cheaper than a WeakMap. */
class Tracking extends Identity {
  #tracked: Tracked;

  constructor(entity: object, tracked: Tracked) {
    super(entity);
    this.#tracked = tracked;
  }

  static get(entity: object): Tracked | undefined {
    return #tracked in entity ? entity.#tracked : undefined;
  }

  static set(entity: object, tracked: Tracked): void {
    if (#tracked in entity) entity.#tracked = tracked;
    else Reflect.construct(Tracking, [entity, tracked]);
  }
}

/** What an entity was loaded from or stored as; `undefined` for a new one. */
export function trackedOf(entity: object): Tracked | undefined {
  return Tracking.get(entity);
}

/** Remembers what an entity was loaded from or stored as. */
export function track(entity: object, tracked: Tracked): void {
  Tracking.set(entity, tracked);
}
