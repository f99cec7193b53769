import { types } from 'node:util';
import { valueAt, type WireItem, type WireValue } from '../codec/wire.js';
import { encodeValue } from '../codec/encode.js';
import { type CallName, MapperError } from '../errors.js';
import type { Item } from '../item/item.js';
import { setOwn } from '../item/own-value.js';
import type { Class } from '../model/class.js';
import { inheritedRecords } from '../model/registry.js';
import type { ItemContext } from '../read/entity-context.js';
import { conflict, isSameValue } from '../read/stored-item.js';
import { isImage, isPartial, type TrackedItem, trackedOf, type VersionedWire } from '../read/tracked-item.js';
import { isStorable } from '../upgrade/run.js';
import type { Generated } from './generated-values.js';

/** The item that an entity was loaded from or stored as, with what a write compares the entity with. */
export interface LoadedItem extends VersionedWire {
  /** The item in the newest version. */
  readonly newest: Item;
  /** The declared attributes of the entity when it was returned, encoded again. */
  readonly declared: WireItem;
  /** Declared attributes for which the entity showed another value than the stored one. */
  readonly unseen: ReadonlySet<string>;
}

const noNames: ReadonlySet<string> = new Set();

/**
 * The loaded item for a stored item of any version, for writes that start from it, those of `itsEntity`. Throws like a
 * read.
 */
export function loadedItem<T extends object>(
  context: ItemContext<T>,
  { shown, version, wire }: TrackedItem,
  itsEntity?: T,
): LoadedItem {
  const { hydrator, keys, model, reader } = context;
  const newest = reader.newestItem(wire, version);
  const entity = hydrator.fromItem(newest, reader.identify(wire));
  const declared = hydrator.toWire(entity, () => keys.nameOf(wire), undefined, { declared: undefined, newest });
  for (const { attribute } of model.computed) {
    // computed attributes count as they are stored, so that the next write adds them to an item that lacks them
    const value = Object.hasOwn(newest, attribute) && isStorable(newest[attribute]) ? newest[attribute] : undefined;
    put(declared, attribute, value === undefined ? undefined : encodeValue(value, attribute));
  }
  for (const [attribute, value] of hydrator.initialValues(newest, itsEntity)) put(declared, attribute, value);
  const unseen = shown ? new Set<string>() : noNames;
  for (const [attribute, value] of shown ?? []) {
    if (!isSameValue(valueAt(declared, attribute), value)) (unseen as Set<string>).add(attribute);
    put(declared, attribute, value);
  }
  return { wire, version, newest, declared, unseen };
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
): LoadedItem | undefined {
  assertEntity(context, entity, call);
  const { keys, table } = context;
  const tracked = trackedOf(entity, table.name);
  if (!tracked) {
    assertUnwrapped(entity, call);
    return undefined;
  }
  const loaded = loadedItem(context, tracked, entity);
  // by what the properties say: the stored key may be in a notation of its own
  return keys.isSame(keys.encode(entity), loaded.declared) ? loaded : undefined;
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
  for (const name of loaded.unseen) {
    if (generatedNames.has(name) || isSameValue(valueAt(now, name), valueAt(loaded.declared, name))) continue;
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
