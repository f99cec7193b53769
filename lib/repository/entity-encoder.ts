import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { decodeItem, type Item } from '../codec/decode.js';
import { encodeValue, isEmptySet } from '../codec/encode.js';
import { equalWire, setOwn, type WireItem, type WireValue } from '../codec/wire.js';
import { type ErrorKey, MapperError } from '../errors.js';
import { readKey } from '../hydration/hydrator.js';
import type { AttributeModel } from '../model/attribute-model.js';
import type { EntityContext } from './entity-context.js';
import { wireKey } from './entity-key.js';
import type { Tracked } from './tracking.js';

/** The values that a write makes itself: times and the revision. */
export type Generated = ReadonlyMap<AttributeModel, unknown>;

/** An entity as a whole item to store. */
export interface EncodedEntity {
  readonly key: ErrorKey;
  readonly wireKey: WireItem;
  readonly wire: WireItem;
  readonly generated: Generated;
}

/** Turns entities into wire items: whole, or attribute by attribute. */
export class EntityEncoder<T extends object> {
  readonly #context: EntityContext<T>;

  constructor(context: EntityContext<T>) {
    this.#context = context;
  }

  /** The whole item to store for an entity, new or loaded. Throws what `keyOf` throws, or `MISSING_ATTRIBUTE`. */
  encode(entity: T, loaded: Tracked | undefined): EncodedEntity {
    const { hydrator, model } = this.#context;
    const { key, wireKey: keyItem } = this.keyOf(entity);
    const generated = this.generate(entity, loaded !== undefined);
    this.#assertComplete(entity, generated, loaded, key);

    const declared = hydrator.toWire(entity, () => key, generated);
    const wire = loaded ? this.#carryAlong(declared, loaded, generated) : { ...declared };
    setOwn(wire, model.versionAttribute, { N: String(model.version) });
    if (model.discriminator) setOwn(wire, model.discriminator.attribute, { S: model.discriminator.value });
    return { key, wireKey: keyItem, wire, generated };
  }

  /** An entity's key. Throws `INVALID_ARGUMENT` for anything that is no entity, or `INVALID_KEY_VALUE`. */
  keyOf(entity: T): { readonly key: ErrorKey; readonly wireKey: WireItem } {
    const { model } = this.#context;
    if (!(entity instanceof model.class)) {
      const problem = `is no ${model.name}; make one with create(), or read it`;
      throw new MapperError('INVALID_ARGUMENT', { call: `${model.name} repository`, argument: 'the entity', problem });
    }
    const keyItem = wireKey(this.#context, entity);
    return { key: readKey(model, keyItem), wireKey: keyItem };
  }

  /** Whether an entity still has the key that it was loaded with: if not, it is a new one. */
  hasKeyOf(entity: T, { wire }: Tracked): boolean {
    const key = wireKey(this.#context, entity);
    return this.#context.model.keys.every(({ attribute }) => {
      const [before, now] = [wire[attribute], key[attribute]];
      return before !== undefined && now !== undefined && equalWire(before, now);
    });
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
  declaredOf({ wire, version }: Tracked): WireItem {
    const { hydrator, model, reader } = this.#context;
    const key = () => readKey(model, wire);
    return hydrator.toWire(hydrator.fromItem(reader.newestItem(wire, version), key), key);
  }

  #assertComplete(entity: T, generated: Generated, loaded: Tracked | undefined, key: ErrorKey): void {
    const { attributes, name } = this.#context.model;
    const missing = attributes.filter((attribute) => {
      // an old item may never have said when it was created
      if (attribute.optional || generated.has(attribute)) return false;
      if (loaded && attribute.roles.has('created at')) return false;
      return valueOf(entity, attribute) === undefined;
    });
    if (missing.length === 0) return;
    throw new MapperError('MISSING_ATTRIBUTE', { entity: name, key, members: missing.map((one) => one.property) });
  }

  /**
   * The whole item to store for a loaded entity: undeclared attributes as they were stored, declared ones that didn't change
   * in the notation that they were stored in.
   */
  #carryAlong(declared: WireItem, loaded: Tracked, generated: Generated): WireItem {
    const { model, reader } = this.#context;
    const newest = reader.newestItem(loaded.wire, loaded.version);
    const asLoaded = this.declaredOf(loaded);
    const storedForm = storedForms(loaded.wire, newest);
    const known = new Set(model.attributes.map((one) => one.attribute));
    const made = new Set([...generated.keys()].map((one) => one.attribute));

    const wire: WireItem = {};
    for (const name of Object.keys(declared)) {
      const value = declared[name] as WireValue;
      const before = Object.hasOwn(asLoaded, name) ? asLoaded[name] : undefined;
      const isUnchanged = !made.has(name) && before !== undefined && equalWire(before, value);
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

/** The time in the notation of the property. */
function timestamp({ type }: AttributeModel, now: Date): Date | string | number {
  if (type === 'string') return now.toISOString();
  return type === 'number' ? now.getTime() : now;
}
