import type { WireItem } from '../codec/wire.js';

/** A stored item and its version: what an entity remembers of the item that it was loaded from, or stored as. */
export interface VersionedWire {
  /** The item as the engine has it, undeclared attributes and unusual notations included. */
  readonly wire: WireItem;
  readonly version: number;
}

/** A constructor that returns what it is given, so that a subclass adds its private field to any object. */
const Identity = function identity(object: object) {
  return object;
} as unknown as new (object: object) => object;

/** Keeps it in private fields: invisible to JSON, `Object.keys`, equality and spreading, and cheaper than a WeakMap. */
class Tracking extends Identity {
  /** The item's table: it has nothing to do with another one's. None for an entity that has only some of its attributes. */
  #table: string | undefined;
  #tracked: VersionedWire | undefined;

  constructor(entity: object, table: string | undefined, tracked: VersionedWire | undefined) {
    super(entity);
    this.#table = table;
    this.#tracked = tracked;
  }

  static get(entity: object, table: string): VersionedWire | undefined {
    return #table in entity && entity.#table === table ? entity.#tracked : undefined;
  }

  static isPartial(entity: object): boolean {
    return #table in entity && entity.#table === undefined;
  }

  static set(entity: object, table: string | undefined, tracked: VersionedWire | undefined): object {
    if (!(#table in entity)) return new Tracking(entity, table, tracked);
    entity.#table = table;
    entity.#tracked = tracked;
    return entity;
  }
}

/** What an entity was loaded from or stored as in a table; `undefined` for a new one, and for another table's. */
export function trackedOf(entity: object, table: string): VersionedWire | undefined {
  return Tracking.get(entity, table);
}

/** Remembers that an entity has only some of its attributes, and can't be stored anywhere. */
export function markPartial(entity: object): void {
  Tracking.set(entity, undefined, undefined);
}

export function isPartial(entity: object): boolean {
  return Tracking.isPartial(entity);
}

/** Remembers what an entity was loaded from or stored as. */
export function track(entity: object, table: string, tracked: VersionedWire): void {
  Tracking.set(entity, table, tracked);
}
