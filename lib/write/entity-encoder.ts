import { valueAt, type WireItem, type WireValue } from '../codec/wire.js';
import { type ErrorKey, MapperError } from '../errors.js';
import { setOwn } from '../item/own-value.js';
import type { ItemContext } from '../read/entity-context.js';
import { pinnedItem, planPinned } from '../rewrite/plan-pinned.js';
import { applyChanges, assertCertain, changeTo } from '../rewrite/rewrite-plan.js';
import { assertValidEntity } from './assert-valid.js';
import { type Generated, generateValues, propertyOf } from './generated-values.js';
import { assertSeen, type LoadedItem } from './loaded-item.js';
import { assertStorable } from './storable-values.js';

/** An entity as a whole item to store. */
export interface EncodedEntity {
  readonly key: ErrorKey;
  readonly keyItem: WireItem;
  readonly wire: WireItem;
  readonly generated: Generated;
  readonly version: number;
}

/**
 * The whole item to store for an entity, new or loaded, in the version that is stored now. Throws `INVALID_KEY_VALUE`,
 * `MISSING_ATTRIBUTE`, or the error of a value that can't be stored.
 */
export function encodeEntity<T extends object>(
  context: ItemContext<T>,
  entity: T,
  loaded: LoadedItem | undefined,
): EncodedEntity {
  const { hydrator, model } = context;
  const version = context.writeVersion();
  const { key, keyItem } = keyOfEntity(context, entity, loaded);
  const generated = generateValues(context, loaded ? undefined : entity);
  assertComplete(context, entity, { generated, key, loaded });

  const declared = hydrator.toWire(entity, () => key, generated, loaded);
  assertStorable(context, declared, key, loaded);
  hydrator.assertValid(
    entity,
    () => key,
    (name) => !loaded?.isUnchanged(name, valueAt(declared, name)),
  );
  assertValidEntity(context, entity, { declared, generated, key });
  if (loaded) assertSeen(context, loaded, declared, generated);
  const isPinned = version < model.version;
  if (isPinned && loaded) {
    const wire = pinnedForm(context, declared, loaded, { generated, version });
    return { key, keyItem, wire, generated, version };
  }
  const wire = loaded ? carryAlong(context, declared, loaded, generated) : { ...declared, ...keyItem };
  setOwn(wire, model.versionAttribute, { N: String(model.version) });
  if (model.discriminator) setOwn(wire, model.discriminator.attribute, { S: model.discriminator.value });
  return { key, keyItem, wire: isPinned ? pinnedItem(context, wire, version) : wire, generated, version };
}

/**
 * The key under which an entity is stored; for a loaded entity, in the notation of its item. Throws
 * `INVALID_KEY_VALUE`.
 */
export function keyOfEntity<T extends object>(
  { keys }: ItemContext<T>,
  entity: T,
  loaded: LoadedItem | undefined,
): { readonly key: ErrorKey; readonly keyItem: WireItem } {
  const keyItem = loaded ? keys.keyOf(loaded.wire) : keys.encode(entity);
  return { key: keys.nameOf(keyItem), keyItem };
}

function assertComplete<T extends object>(
  { model }: ItemContext<T>,
  entity: T,
  { generated, key, loaded }: { generated: Generated; key: ErrorKey; loaded: LoadedItem | undefined },
): void {
  const missing = model.attributes.filter((attribute) => {
    // its parts are required instead
    if (attribute.template) return false;
    // an old item may never have said when it was created
    if (attribute.optional || generated.has(attribute)) return false;
    // an empty Set is stored as nothing, and read as nothing
    if (attribute.type === 'set') return false;
    if (loaded && attribute.roles.has('created at')) return false;
    return propertyOf(entity, attribute) === undefined;
  });
  if (missing.length === 0) return;
  const members = missing.map(({ property }) => property);
  throw new MapperError('MISSING_ATTRIBUTE', { entity: model.name, key, members });
}

/**
 * The whole item to store for a loaded entity in an older version: the stored one, with the changes translated to that
 * version.
 */
function pinnedForm<T extends object>(
  context: ItemContext<T>,
  declared: WireItem,
  loaded: LoadedItem,
  { generated, version }: { readonly generated: Generated; readonly version: number },
): WireItem {
  const { discriminator } = context.model;
  const generatedNames = new Set(Array.from(generated.keys(), ({ attribute }) => attribute));
  const valuesOf = (names: readonly string[]) => new Map(names.map((name) => [name, valueAt(declared, name)]));
  const changed = context.model.attributeNames.filter((name) => {
    return !generatedNames.has(name) && !loaded.isUnchanged(name, valueAt(declared, name));
  });
  const write = { version, changes: valuesOf(changed), generated: valuesOf([...generatedNames]) };
  const plan = planPinned(context, loaded, write);
  assertCertain(context, loaded, plan);
  const kind = discriminator ? [changeTo(discriminator.attribute, { S: discriminator.value })] : [];
  return applyChanges(loaded.wire, [...plan.changes, ...kind]);
}

/**
 * The whole item to store for a loaded entity. Undeclared attributes, and declared ones that didn't change, keep their
 * stored notation.
 */
function carryAlong<T extends object>(
  { model }: ItemContext<T>,
  declared: WireItem,
  loaded: LoadedItem,
  generated: Generated,
): WireItem {
  const replaced = new Set(Array.from(generated.keys(), ({ attribute }) => attribute));
  for (const { attribute } of model.computed) replaced.add(attribute);

  const wire: WireItem = {};
  for (const name of Object.keys(declared)) {
    const value = declared[name] as WireValue;
    const isUnchanged = !replaced.has(name) && loaded.isUnchanged(name, value);
    // a value that only an accessor returns was never stored
    setOwn(wire, name, (isUnchanged ? loaded.storedForm(name) : undefined) ?? value);
  }
  const known = new Set(model.attributeNames);
  for (const name of loaded.names) {
    // the application can't have removed what the entity never showed
    const isUnseen = !replaced.has(name) && loaded.isUnseen(name) && loaded.declaredValue(name) === undefined;
    const isLeft = !known.has(name) || (isUnseen && valueAt(declared, name) === undefined);
    const stored = isLeft ? loaded.storedForm(name) : undefined;
    if (stored) setOwn(wire, name, stored);
  }
  return wire;
}
