import { decodeItem, decodeValue } from '../codec/decode.js';
import { decodeRowValue, decodeStored, type Row } from '../codec/row.js';
import type { WireItem, WireValue } from '../codec/wire.js';
import type { Item } from '../item/item.js';
import { dropUnstorable, isStorable } from '../upgrade/run.js';

/** An item to hydrate, in any form. */
export interface ValueSource {
  /** The whole item, for a decorator that needs it. */
  readonly item: Item;
  /** The decoded value of an attribute. `isInherited`: whether every object has a member of that name. */
  valueOf(attribute: string, isInherited: boolean): unknown;
}

/** A plain item to hydrate. `undefined` and empty Sets in it mean that the attribute is absent. */
export class ItemSource implements ValueSource {
  readonly #item: Item;
  readonly #inheritsMore: boolean;

  constructor(item: Item) {
    this.#item = item;
    this.#inheritsMore = inheritsMore(item);
  }

  get item(): Item {
    dropUnstorable(this.#item);
    return this.#item;
  }

  valueOf(attribute: string, isInherited: boolean): unknown {
    const isData = !(isInherited || this.#inheritsMore) || Object.hasOwn(this.#item, attribute);
    const value = isData ? this.#item[attribute] : undefined;
    return isStorable(value) ? value : undefined;
  }
}

/**
 * A wire item to hydrate. Decoded attribute by attribute; as a whole only for a decorator that needs the whole item.
 */
export class WireSource implements ValueSource {
  readonly #wire: WireItem;
  readonly #inheritsMore: boolean;
  #item: Item | undefined;

  constructor(wire: WireItem) {
    this.#wire = wire;
    this.#inheritsMore = inheritsMore(wire);
  }

  get item(): Item {
    return (this.#item ??= decodeItem(this.#wire));
  }

  valueOf(attribute: string, isInherited: boolean): unknown {
    const isData = !(isInherited || this.#inheritsMore) || Object.hasOwn(this.#wire, attribute);
    const value = isData ? this.#wire[attribute] : undefined;
    if (value === undefined && !Object.hasOwn(this.#wire, attribute)) return undefined;
    return decodeValue(value as WireValue, attribute);
  }
}

/** A row to hydrate. */
export class RowSource implements ValueSource {
  readonly #row: Row;
  #item: Item | undefined;

  constructor(row: Row) {
    this.#row = row;
  }

  get item(): Item {
    return (this.#item ??= decodeStored(this.#row));
  }

  valueOf(attribute: string): unknown {
    const value = this.#row.valueAt(attribute);
    return value === undefined ? undefined : decodeRowValue(value, attribute);
  }
}

/**
 * Whether an object inherits more than `Object.prototype`. If so, only its own members are data, whatever their names.
 */
export function inheritsMore(item: object): boolean {
  return Object.getPrototypeOf(item) !== Object.prototype;
}
