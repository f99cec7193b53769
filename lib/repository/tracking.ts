import type { WireItem } from '../codec/wire.js';

/** What an entity remembers of the item that it was loaded from, or stored as. */
export interface Tracked {
  /** The item as the engine has it, undeclared attributes and unusual notations included. */
  readonly wire: WireItem;
  /** The version of that item. */
  readonly version: number;
}

type Trace = TrackedTrace | 'partial';

interface TrackedTrace {
  readonly tracked: Tracked;
  /** The item's table: it has nothing to do with another one's. */
  readonly table: string;
}

/** A constructor that returns what it is given, so that a subclass adds its private field to any object. */
const Identity = function identity(object: object) {
  return object;
} as unknown as new (object: object) => object;

/** Keeps it in a private field: invisible to JSON, `Object.keys`, equality and spreading, and cheaper than a WeakMap. */
class Tracking extends Identity {
  #trace: Trace;

  constructor(entity: object, trace: Trace) {
    super(entity);
    this.#trace = trace;
  }

  static get(entity: object): Trace | undefined {
    return #trace in entity ? entity.#trace : undefined;
  }

  static set(entity: object, trace: Trace): object {
    if (!(#trace in entity)) return new Tracking(entity, trace);
    entity.#trace = trace;
    return entity;
  }
}

/** What an entity was loaded from or stored as in a table; `undefined` for a new one, and for another table's. */
export function trackedOf(entity: object, table: string): Tracked | undefined {
  const trace = Tracking.get(entity);
  return typeof trace === 'object' && trace.table === table ? trace.tracked : undefined;
}

/** Remembers that an entity has only some of its attributes, and can't be stored anywhere. */
export function markPartial(entity: object): void {
  Tracking.set(entity, 'partial');
}

export function isPartial(entity: object): boolean {
  return Tracking.get(entity) === 'partial';
}

/** Remembers what an entity was loaded from or stored as. */
export function track(entity: object, table: string, tracked: Tracked): void {
  Tracking.set(entity, { tracked, table });
}
