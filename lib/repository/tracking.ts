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
  /** The item's table: it has nothing to do with another one's. */
  #table: string;

  constructor(entity: object, tracked: Tracked, table: string) {
    super(entity);
    this.#tracked = tracked;
    this.#table = table;
  }

  static get(entity: object, table: string): Tracked | undefined {
    return #tracked in entity && entity.#table === table ? entity.#tracked : undefined;
  }

  static set(entity: object, tracked: Tracked, table: string): object {
    if (!(#tracked in entity)) return new Tracking(entity, tracked, table);
    entity.#tracked = tracked;
    entity.#table = table;
    return entity;
  }
}

/** What an entity was loaded from or stored as in a table; `undefined` for a new one, and for another table's. */
export function trackedOf(entity: object, table: string): Tracked | undefined {
  return Tracking.get(entity, table);
}

/** Remembers what an entity was loaded from or stored as. */
export function track(entity: object, table: string, tracked: Tracked): void {
  Tracking.set(entity, tracked, table);
}
