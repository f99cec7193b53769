import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { decodeItem } from '../codec/decode.js';
import type { Item } from '../item/item.js';
import { encodeValue, isEmptySet } from '../codec/encode.js';
import { equalWire, valueAt, type WireItem, type WireValue } from '../codec/wire.js';
import { setOwn } from '../item/own-value.js';
import { type ErrorKey, MapperError } from '../errors.js';
import { readKey } from '../hydration/hydrator.js';
import type { AttributeModel } from '../model/attribute-model.js';
import type { ItemContext } from '../read/entity-context.js';
import { keyText, wireKey } from '../keys/key-codec.js';
import { pinnedItem, pinnedPlan } from '../rewrite/plan-pinned.js';
import { isSameValue } from '../read/stored-item.js';
import { isPartial, type VersionedWire, trackedOf } from '../read/tracked-item.js';
import { applyChanges, changeTo } from '../rewrite/plan-upgrade.js';

/** The values that a write makes itself: times and the revision. */
export type Generated = ReadonlyMap<AttributeModel, unknown>;

/** An entity as a whole item to store. */
export interface EncodedEntity {
  readonly key: ErrorKey;
  readonly wireKey: WireItem;
  readonly wire: WireItem;
  readonly generated: Generated;
  readonly version: number;
}

/** Turns entities into wire items: whole, or attribute by attribute. */
export class EntityEncoder<T extends object> {
  readonly #context: ItemContext<T>;

  constructor(context: ItemContext<T>) {
    this.#context = context;
  }

  /** The whole item to store for an entity, new or loaded. Throws what `keyOf` throws, or `MISSING_ATTRIBUTE`. */
  encode(entity: T, loaded: VersionedWire | undefined): EncodedEntity {
    const { hydrator, model } = this.#context;
    const version = this.#context.writeVersion();
    const { key, wireKey: keyItem } = this.keyOf(entity, loaded);
    const generated = this.generate(entity, loaded !== undefined);
    this.#assertComplete(entity, generated, loaded, key);

    const declared = hydrator.toWire(entity, () => key, generated);
    const isPinned = version < model.version;
    if (isPinned && loaded) {
      const wire = this.#pinned(declared, loaded, generated, version);
      return { key, wireKey: keyItem, wire, generated, version };
    }
    const wire = loaded ? this.#carryAlong(declared, loaded, generated) : { ...declared };
    setOwn(wire, model.versionAttribute, { N: String(model.version) });
    if (model.discriminator) setOwn(wire, model.discriminator.attribute, { S: model.discriminator.value });
    const stored = isPinned ? pinnedItem(this.#context, wire, version) : wire;
    return { key, wireKey: keyItem, wire: stored, generated, version };
  }

  /**
   * The key that an entity is stored under: of a loaded one in the notation that its item has. Throws `INVALID_ARGUMENT` for
   * anything that is no entity, or `INVALID_KEY_VALUE`.
   */
  keyOf(entity: T, loaded?: VersionedWire): { readonly key: ErrorKey; readonly wireKey: WireItem } {
    const { model, schema } = this.#context;
    this.assertInstance(entity);
    const stored = loaded && schema.keys.map(({ name }) => [name, loaded.wire[name] as WireValue] as const);
    const keyItem = stored ? Object.fromEntries(stored) : wireKey(this.#context, entity);
    return { key: readKey(model, keyItem), wireKey: keyItem };
  }

  /**
   * What an entity was loaded from, or stored as. Nothing for one whose key was changed since: that is a new one, and the item under
   * the old key another. Throws `INVALID_ARGUMENT` for anything that is no entity.
   */
  loadedFrom(entity: T): VersionedWire | undefined {
    this.assertInstance(entity);
    const tracked = trackedOf(entity, this.#context.schema.name);
    if (!tracked) return undefined;
    // by what the properties say: the stored key may be in a notation of its own
    const { keys } = this.#context.schema;
    const [now, then] = [entity, this.#asLoaded(tracked)].map((one) => keyText(wireKey(this.#context, one), keys));
    return now === then ? tracked : undefined;
  }

  /** Throws `INVALID_ARGUMENT` for anything that is no entity, `PARTIAL_ENTITY` for one that is not whole. */
  assertInstance(entity: T): void {
    const { model } = this.#context;
    if (entity instanceof model.class) {
      if (isPartial(entity)) throw new MapperError('PARTIAL_ENTITY', { entity: model.name });
      return;
    }
    const problem = `is no ${model.name}; make one with create(), or read it`;
    throw new MapperError('INVALID_ARGUMENT', { call: `${model.name} repository`, argument: 'the entity', problem });
  }

  /** The values that a write makes itself. */
  generate(entity: T, isLoaded: boolean): Generated {
    const { createdAt, revision, updatedAt } = this.#context.model;
    const now = this.#context.now();
    const generated = new Map<AttributeModel, unknown>();
    if (createdAt && !isLoaded && valueOf(entity, createdAt) === undefined) {
      generated.set(createdAt, timestamp(createdAt, now));
    }
    if (updatedAt) generated.set(updatedAt, timestamp(updatedAt, now));
    if (revision) generated.set(revision, randomUUID());
    return generated;
  }

  /** The declared attributes of what an item of any version is read as, encoded anew. */
  declaredOf(loaded: VersionedWire): WireItem {
    const { hydrator, model } = this.#context;
    return hydrator.toWire(this.#asLoaded(loaded), () => readKey(model, loaded.wire));
  }

  /** The entity that an item of any version is read as. */
  #asLoaded({ wire, version }: VersionedWire): T {
    const { hydrator, reader } = this.#context;
    return hydrator.fromItem(reader.newestItem(wire, version), reader.identify(wire));
  }

  #assertComplete(entity: T, generated: Generated, loaded: VersionedWire | undefined, key: ErrorKey): void {
    const { attributes, name } = this.#context.model;
    const missing = attributes.filter((attribute) => {
      // its parts are asked for instead
      if (attribute.template) return false;
      // an old item may never have said when it was created
      if (attribute.optional || generated.has(attribute)) return false;
      // an empty Set is stored as nothing, and read as nothing
      if (attribute.type === 'set') return false;
      if (loaded && attribute.roles.has('created at')) return false;
      return valueOf(entity, attribute) === undefined;
    });
    if (missing.length === 0) return;
    throw new MapperError('MISSING_ATTRIBUTE', { entity: name, key, members: missing.map((one) => one.property) });
  }

  /** The whole item to store for a loaded entity in an older version: what was stored, with what the changes come to there. */
  #pinned(declared: WireItem, loaded: VersionedWire, generated: Generated, version: number): WireItem {
    const { discriminator } = this.#context.model;
    const asLoaded = this.declaredOf(loaded);
    const madeNames = new Set([...generated.keys()].map((one) => one.attribute));
    const names = this.#context.model.attributes.map((one) => one.attribute);
    const values = (own: readonly string[]) => new Map(own.map((name) => [name, valueAt(declared, name)]));
    const changed = names.filter((name) => !isSameValue(valueAt(asLoaded, name), valueAt(declared, name)));
    const changes = values(changed.filter((name) => !madeNames.has(name)));
    const plan = pinnedPlan(this.#context, loaded, { version, changes, made: values([...madeNames]) });
    const kind = discriminator ? [changeTo(discriminator.attribute, { S: discriminator.value })] : [];
    return applyChanges(loaded.wire, [...plan.changes, ...kind]);
  }

  /**
   * The whole item to store for a loaded entity: undeclared attributes as they were stored, declared ones that didn't change
   * in the notation that they were stored in.
   */
  #carryAlong(declared: WireItem, loaded: VersionedWire, generated: Generated): WireItem {
    const { model, reader } = this.#context;
    const newest = reader.newestItem(loaded.wire, loaded.version);
    const asLoaded = this.declaredOf(loaded);
    const storedForm = storedForms(loaded.wire, newest);
    const known = new Set(model.attributes.map((one) => one.attribute));
    const computed = model.attributes.filter((one) => one.template && !model.keys.includes(one));
    const made = new Set([...generated.keys(), ...computed].map((one) => one.attribute));

    const wire: WireItem = {};
    for (const name of Object.keys(declared)) {
      const value = declared[name] as WireValue;
      const before = Object.hasOwn(asLoaded, name) ? asLoaded[name] : undefined;
      // what an accessor makes up was never stored
      const isStored = Object.hasOwn(newest, name) && newest[name] !== undefined;
      const isUnchanged = isStored && !made.has(name) && before !== undefined && equalWire(before, value);
      setOwn(wire, name, isUnchanged ? storedForm(name) : value);
    }
    for (const name of Object.keys(newest)) {
      const isKept = !known.has(name) && newest[name] !== undefined && !isEmptySet(newest[name]);
      if (isKept) setOwn(wire, name, storedForm(name));
    }
    return wire;
  }
}

/** By attribute: the very value that is stored if the chain left it alone, else the chain's. */
function storedForms(wire: WireItem, newest: Item): (name: string) => WireValue {
  const stored = decodeItem(wire);
  return (name) => {
    const isStored = Object.hasOwn(stored, name) && isDeepStrictEqual(stored[name], newest[name]);
    return isStored ? (wire[name] as WireValue) : encodeValue(newest[name], name);
  };
}

function valueOf(entity: object, { property }: AttributeModel): unknown {
  return (entity as Readonly<Record<string, unknown>>)[property];
}

/** The time in the notation of the property; a Date of its own, since Dates can be changed. */
function timestamp({ type }: AttributeModel, now: Date): Date | string | number {
  if (type === 'string') return now.toISOString();
  return type === 'number' ? now.getTime() : new Date(now);
}
