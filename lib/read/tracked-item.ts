import type { WireItem, WireValue } from '../codec/wire.js';

/** A stored item and its version. */
export interface VersionedWire {
  /** The item as the engine has it, undeclared attributes and unusual notations included. */
  readonly wire: WireItem;
  readonly version: number;
}

/** What an entity remembers of the item that it was loaded from, or stored as. */
export interface TrackedItem extends VersionedWire {
  /**
   * By stored name: what the entity shows instead of the stored value, because it refused that value or the application
   * had changed it in the meantime. `undefined` if it shows nothing.
   */
  readonly shown?: ReadonlyMap<string, WireValue | undefined> | undefined;
}

/** What entities remember, by table, because an entity can be stored in several tables. */
type ByTable = Map<string, TrackedItem>;

/** A constructor that returns its argument, so that a subclass adds its private field to any object. */
const Identity = function identity(object: object) {
  return object;
} as unknown as new (object: object) => object;

/**
 * Uses private fields, which are invisible to JSON, `Object.keys`, equality and spreading, and cheaper than a WeakMap.
 */
class Tracking extends Identity {
  /** The table of the item; `undefined` for a partial entity. */
  #table: string | undefined;
  #tracked: TrackedItem | undefined;
  #elsewhere: ByTable | undefined;

  constructor(entity: object, table: string | undefined, tracked: TrackedItem | undefined) {
    super(entity);
    this.#table = table;
    this.#tracked = tracked;
  }

  static of(entity: object): Tracking | undefined {
    return #table in entity ? entity : sealed.get(entity);
  }

  static get(tracking: Tracking, table: string): TrackedItem | undefined {
    return tracking.#table === table ? tracking.#tracked : tracking.#elsewhere?.get(table);
  }

  static isPartial(tracking: Tracking): boolean {
    return tracking.#table === undefined;
  }

  static set(tracking: Tracking, table: string, tracked: TrackedItem): void {
    if (tracking.#table === table) tracking.#tracked = tracked;
    else (tracking.#elsewhere ??= new Map()).set(table, tracked);
  }
}

/**
 * For entities that can't get a private field: future JavaScript engines won't add one to an object that isn't
 * extensible.
 */
const sealed = new WeakMap<object, Tracking>();

function remember(entity: object, table: string | undefined, tracked: TrackedItem | undefined): void {
  const isExtensible = Object.isExtensible(entity);
  const tracking = new Tracking(isExtensible ? entity : {}, table, tracked);
  if (!isExtensible) sealed.set(entity, tracking);
}

/** What an entity was loaded from or stored as in a table; `undefined` if it is new there. */
export function trackedOf(entity: object, table: string): TrackedItem | undefined {
  const tracking = Tracking.of(entity);
  return tracking && Tracking.get(tracking, table);
}

/** Marks an entity as partial: it has only some of its attributes and can't be stored. */
export function markPartial(entity: object): void {
  remember(entity, undefined, undefined);
}

export function isPartial(entity: object): boolean {
  const tracking = Tracking.of(entity);
  return tracking !== undefined && Tracking.isPartial(tracking);
}

const images = new WeakSet<object>();

/** Marks an entity as an image of a change: it shows an item as it was once, and can't be stored. */
export function markImage(entity: object): void {
  images.add(entity);
}

export function isImage(entity: object): boolean {
  return images.has(entity);
}

/** Remembers what an entity was loaded from or stored as. */
export function track(entity: object, table: string, tracked: TrackedItem): void {
  const tracking = Tracking.of(entity);
  if (tracking) Tracking.set(tracking, table, tracked);
  else remember(entity, table, tracked);
}
