import { isDeepStrictEqual, types } from 'node:util';
import { decodeValue } from '../codec/decode.js';
import { encodeValue } from '../codec/encode.js';
import { isSameValue, valueAt, type WireItem, type WireValue } from '../codec/wire.js';
import { type CallName, MapperError } from '../errors.js';
import type { LoadedValues } from '../hydration/hydrator.js';
import type { Item } from '../item/item.js';
import { setOwn } from '../item/own-value.js';
import type { Class } from '../model/class.js';
import { inheritedRecords } from '../model/registry.js';
import type { ItemContext } from '../read/entity-context.js';
import { conflict } from '../read/stored-item.js';
import { isImage, isPartial, type TrackedItem, trackedOf, type VersionedWire } from '../read/tracked-item.js';
import { isStorable } from '../upgrade/run.js';
import type { Generated } from './generated-values.js';

/**
 * The item that an entity was loaded from or stored as, with what a write compares the entity with. Most of that is the
 * stored item itself. What else there is, is found when it is asked for, and throws like a read.
 */
export class LoadedItem<T extends object = object> implements VersionedWire, LoadedValues {
  readonly wire: WireItem;
  readonly version: number;
  readonly #context: ItemContext<T>;
  readonly #entity: T | undefined;
  readonly #isNewest: boolean;
  readonly #shown: TrackedItem['shown'];
  #newest: Item | undefined;
  #declared: WireItem | undefined;
  #hasOwnValues: boolean | undefined;
  /** Former values that were encoded again by themselves. */
  readonly #again = new Map<string, WireValue | undefined>();

  /** For a stored item of any version, for writes that start from it, those of `entity`. */
  constructor(context: ItemContext<T>, { shown, version, wire }: TrackedItem, entity?: T) {
    this.wire = wire;
    this.version = version;
    this.#context = context;
    this.#entity = entity;
    this.#isNewest = version === context.model.version;
    this.#shown = shown;
  }

  /** The item in the newest version. */
  get newest(): Item {
    return (this.#newest ??= this.#context.reader.newestItem(this.wire, this.version));
  }

  newestValue(attribute: string): unknown {
    if (this.#isNewest) {
      const value = valueAt(this.wire, attribute);
      return value && decodeValue(value, attribute);
    }
    return Object.hasOwn(this.newest, attribute) ? this.newest[attribute] : undefined;
  }

  /** The names of the attributes in the newest version. */
  get names(): readonly string[] {
    return Object.keys(this.#isNewest ? this.wire : this.newest);
  }

  /** An attribute of the newest version, in the stored notation unless the chain changed its value. */
  storedForm(attribute: string): WireValue | undefined {
    const stored = valueAt(this.wire, attribute);
    if (this.#isNewest) return stored;
    const value = this.newestValue(attribute);
    if (stored && isDeepStrictEqual(decodeValue(stored, attribute), value)) return stored;
    return isStorable(value) ? encodeValue(value, attribute) : undefined;
  }

  /** The declared attributes of an entity that is read from the item, encoded again. */
  get declared(): WireItem {
    return (this.#declared ??= this.#encodeAgain());
  }

  declaredValue(attribute: string): WireValue | undefined {
    const { hydrator, keys } = this.#context;
    if (this.#shown?.has(attribute)) return this.#shown.get(attribute);
    if (this.#again.has(attribute)) return this.#again.get(attribute);
    const isEnough = !this.#declared && hydrator.isIndependent(attribute) && this.#entityHasOwnValues;
    if (!isEnough) return valueAt(this.declared, attribute);
    const value = hydrator.storedAgain(attribute, this.newestValue(attribute), () => keys.nameOf(this.wire));
    this.#again.set(attribute, value);
    return value;
  }

  /** Whether a declared attribute is still what it was when the entity was returned, or what is stored. */
  isUnchanged(attribute: string, now: WireValue | undefined): boolean {
    const isStored = this.#isNewest && !this.#shown?.has(attribute) && isSameValue(valueAt(this.wire, attribute), now);
    return isStored || isSameValue(this.declaredValue(attribute), now);
  }

  /** Whether the entity showed another value of a declared attribute than the stored one. */
  isUnseen(attribute: string): boolean {
    if (!this.#shown?.has(attribute)) return false;
    return !isSameValue(valueAt(this.declared, attribute), this.#shown.get(attribute));
  }

  get #entityHasOwnValues(): boolean {
    return (this.#hasOwnValues ??= this.#entity !== undefined && this.#context.hydrator.hasOwnValues(this.#entity));
  }

  #encodeAgain(): WireItem {
    const { hydrator, keys, model, reader } = this.#context;
    const { newest, wire } = this;
    const entity = hydrator.fromItem(newest, reader.identify(wire));
    const declared = hydrator.toWire(entity, () => keys.nameOf(wire), undefined, 'as read');
    for (const { attribute } of model.computed) {
      // computed attributes count as they are stored, so that the next write adds them to an item that lacks them
      const value = this.newestValue(attribute);
      put(declared, attribute, isStorable(value) ? encodeValue(value, attribute) : undefined);
    }
    for (const [attribute, value] of hydrator.initialValues(newest, this.#entity)) put(declared, attribute, value);
    return declared;
  }
}

/**
 * What an entity was loaded from or stored as. `undefined` for a new entity, and for one whose key was changed since:
 * it is another item then. Throws `INVALID_ARGUMENT` for anything that isn't an entity of the class, `PARTIAL_ENTITY`,
 * `CHANGE_IMAGE` or `INVALID_KEY_VALUE`.
 */
export function loadedFrom<T extends object>(
  context: ItemContext<T>,
  entity: T,
  call: CallName,
): LoadedItem<T> | undefined {
  assertEntity(context, entity, call);
  const { keys, table } = context;
  const tracked = trackedOf(entity, table.name);
  if (!tracked) {
    assertUnwrapped(entity, call);
    return undefined;
  }
  const loaded = new LoadedItem(context, tracked, entity);
  const key = keys.encode(entity);
  // the stored key may be in a notation of its own
  return keys.isSame(key, loaded.wire) || keys.isSame(key, loaded.declared) ? loaded : undefined;
}

/**
 * Throws `INVALID_ARGUMENT` for anything that isn't an entity of the class, `PARTIAL_ENTITY` for one that isn't whole,
 * and `CHANGE_IMAGE` for one from a stream.
 */
export function assertEntity<T extends object>({ model }: ItemContext<T>, entity: T, call: CallName): void {
  if (!(entity instanceof model.class)) {
    throw invalidEntity(call, `isn't a ${model.name}; make one with create(), or read it`);
  }
  if (isPartial(entity)) throw new MapperError('PARTIAL_ENTITY', { entity: model.name });
  if (isImage(entity)) throw new MapperError('CHANGE_IMAGE', { entity: model.name });
  const { constructor } = Object.getPrototypeOf(entity) as { readonly constructor: Class };
  if (constructor === model.class) return;
  const isDecorated = inheritedRecords(constructor).length > inheritedRecords(model.class).length;
  if (!isDecorated) return;
  const problem = `is a ${constructor.name}, which has decorators of its own; store it through its own repository`;
  throw invalidEntity(call, problem);
}

/**
 * Throws `CONFLICT` if an entity changes an attribute that others had changed, too, and whose new value it never
 * showed: the change is based on an outdated value. `now` are its declared attributes.
 */
export function assertSeen<T extends object>(
  context: ItemContext<T>,
  loaded: LoadedItem,
  now: WireItem,
  generated: Generated,
): void {
  const generatedNames = new Set(Array.from(generated.keys(), ({ attribute }) => attribute));
  for (const { attribute: name } of context.model.attributes) {
    if (!loaded.isUnseen(name) || generatedNames.has(name) || loaded.isUnchanged(name, valueAt(now, name))) continue;
    throw conflict(context, context.keys.nameOf(loaded.wire), loaded.wire);
  }
}

/**
 * Throws for a Proxy: it hides what its entity was loaded from, and stored as a new entity, it would lose undeclared
 * attributes.
 */
function assertUnwrapped(entity: object, call: CallName): void {
  if (!types.isProxy(entity)) return;
  throw invalidEntity(call, 'is a Proxy, which hides what it was loaded from; pass the object behind it');
}

function invalidEntity(call: CallName, problem: string): MapperError {
  return new MapperError('INVALID_ARGUMENT', { call, argument: 'the entity', problem });
}

function put(wire: WireItem, attribute: string, value: WireValue | undefined): void {
  if (value === undefined) delete (wire as Record<string, WireValue>)[attribute];
  else setOwn(wire, attribute, value);
}
