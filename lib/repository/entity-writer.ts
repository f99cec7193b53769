import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { decodeItem, type Item } from '../codec/decode.js';
import { encodeValue, isEmptySet } from '../codec/encode.js';
import { equalWire, requestItem, setOwn, type WireItem, type WireValue } from '../codec/wire.js';
import { type ErrorKey, MapperError } from '../errors.js';
import { readKey } from '../hydration/hydrator.js';
import type { AttributeModel } from '../model/attribute-model.js';
import { conditionParams, type WireCondition } from '../store/condition.js';
import type { EntityContext } from './entity-context.js';
import { keyText, wireKey } from './entity-key.js';
import { track, trackedOf } from './tracking.js';

/** Stores and deletes entities, each write under the condition that keeps it from destroying what it doesn't know. */
export class EntityWriter<T extends object> {
  readonly #context: EntityContext<T>;

  constructor(context: EntityContext<T>) {
    this.#context = context;
  }

  /** Stores an entity that must not exist yet. */
  async insert(entity: T): Promise<void> {
    const { model } = this.#context;
    this.#assertInstance(entity);
    const write = this.#prepare(entity, undefined);
    const stored = await this.#put(entity, write, { attribute: model.partitionKey.attribute, exists: false });
    if (stored) throw new MapperError('ALREADY_EXISTS', { entity: model.name, key: write.key });
  }

  /** Stores an entity in place of whatever is there of an older or the same version, or of the very item it was loaded from. */
  async put(entity: T): Promise<void> {
    const { model } = this.#context;
    this.#assertInstance(entity);
    const loaded = this.#loadedFrom(entity);
    const write = this.#prepare(entity, loaded);
    const failed = await this.#put(entity, write, loaded ? this.#unchanged(loaded) : this.#fence());
    if (!failed) return;
    const stored = failed.item ?? (await this.#readStored(write.wireKey));
    const details = { entity: model.name, key: write.key };
    if (!stored) throw new MapperError(loaded ? 'NOT_FOUND' : 'CONFLICT', details);
    this.#assertReadable(stored);
    throw new MapperError('CONFLICT', details);
  }

  /** Deletes an item; answers whether it existed. */
  async delete(key: object): Promise<boolean> {
    const { connection, model, reader, schema } = this.#context;
    const wire = wireKey(this.#context, key);
    const condition = { and: [{ attribute: model.partitionKey.attribute, exists: true }, ...this.#isOurs()] };
    const outcome = await connection.delete({
      TableName: schema.name,
      Key: requestItem(wire) as never,
      ...conditionParams(condition),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    if (outcome.done) return true;
    const stored = model.discriminator && (outcome.item ?? (await this.#readStored(wire)));
    if (stored && !reader.owns(stored)) throw reader.wrongEntity(stored);
    return false;
  }

  async #put(
    entity: T,
    write: PreparedWrite,
    condition: WireCondition,
  ): Promise<{ item: WireItem | undefined } | undefined> {
    const { connection, model, schema } = this.#context;
    const outcome = await connection.put({
      TableName: schema.name,
      Item: requestItem(write.wire) as never,
      ...conditionParams(condition),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    if (!outcome.done) return { item: outcome.item };
    track(entity, { wire: write.wire, version: model.version });
    // a frozen entity can't take them; it is stored all the same
    for (const [{ property }, value] of write.generated) Reflect.set(entity, property, value);
    return undefined;
  }

  #assertInstance(entity: T): void {
    const { model } = this.#context;
    if (entity instanceof model.class) return;
    const problem = `is no ${model.name}; make one with create(), or read it`;
    throw new MapperError('INVALID_ARGUMENT', { call: `${model.name} repository`, argument: 'the entity', problem });
  }

  /**
   * What an entity was loaded from. None for one whose key was changed: that is a new one, and the item under the old
   * key is another.
   */
  #loadedFrom(entity: T): Loaded<T> | undefined {
    const { hydrator, model, reader, schema } = this.#context;
    const tracked = trackedOf(entity);
    if (!tracked) return undefined;
    const newest = reader.newestItem(tracked.wire, tracked.version);
    const before = hydrator.fromItem(newest, () => readKey(model, tracked.wire));
    // by what the properties say: the stored key may be in a notation of its own
    const [now, then] = [entity, before].map((one) => keyText(wireKey(this.#context, one), schema.keys));
    return now === then ? { wire: tracked.wire, newest, before } : undefined;
  }

  #prepare(entity: T, loaded: Loaded<T> | undefined): PreparedWrite {
    const { hydrator, model } = this.#context;
    const keyItem = loaded ? this.#keyOf(loaded.wire) : wireKey(this.#context, entity);
    const key = readKey(model, keyItem);
    const generated = this.#generate(entity, loaded);
    this.#assertComplete(entity, generated, loaded, key);

    const declared = hydrator.toWire(entity, () => key, generated);
    const wire = loaded ? this.#carryAlong(declared, loaded, generated) : { ...declared };
    setOwn(wire, model.versionAttribute, { N: String(model.version) });
    if (model.discriminator) setOwn(wire, model.discriminator.attribute, { S: model.discriminator.value });
    return { key, wireKey: keyItem, wire, generated };
  }

  /** The values that a write makes itself. */
  #generate(entity: T, loaded: Loaded<T> | undefined): Map<AttributeModel, unknown> {
    const { createdAt, revision, updatedAt } = this.#context.model;
    const now = this.#context.now();
    const generated = new Map<AttributeModel, unknown>();
    if (createdAt && !loaded && valueOf(entity, createdAt) === undefined)
      generated.set(createdAt, timestamp(createdAt, now));
    if (updatedAt) generated.set(updatedAt, timestamp(updatedAt, now));
    if (revision) generated.set(revision, randomUUID());
    return generated;
  }

  #assertComplete(
    entity: T,
    generated: ReadonlyMap<AttributeModel, unknown>,
    loaded: Loaded<T> | undefined,
    key: ErrorKey,
  ): void {
    const { attributes, name } = this.#context.model;
    const missing = attributes.filter((attribute) => {
      // an old item may never have said when it was created
      if (attribute.optional || generated.has(attribute) || (loaded && attribute.roles.has('created at'))) return false;
      return valueOf(entity, attribute) === undefined;
    });
    if (missing.length === 0) return;
    throw new MapperError('MISSING_ATTRIBUTE', { entity: name, key, members: missing.map((one) => one.property) });
  }

  /**
   * The whole item to store for a loaded entity: undeclared attributes as they were stored, declared ones that didn't change
   * in the notation that they were stored in.
   */
  #carryAlong(declared: WireItem, loaded: Loaded<T>, generated: ReadonlyMap<AttributeModel, unknown>): WireItem {
    const { hydrator, model } = this.#context;
    const { newest } = loaded;
    const asLoaded = hydrator.toWire(loaded.before, () => readKey(model, loaded.wire));
    const storedForm = storedForms(loaded.wire, newest);
    const own = new Set(model.attributes.map((one) => one.attribute));
    for (const one of generated.keys()) own.delete(one.attribute);

    const wire: WireItem = {};
    for (const name of Object.keys(declared)) {
      const value = declared[name] as WireValue;
      const before = Object.hasOwn(asLoaded, name) ? asLoaded[name] : undefined;
      // what an accessor makes up was never stored
      const isStored = Object.hasOwn(newest, name) && newest[name] !== undefined;
      const isUnchanged = isStored && own.has(name) && before !== undefined && equalWire(before, value);
      setOwn(wire, name, isUnchanged ? storedForm(name) : value);
    }
    const known = new Set(model.attributes.map((one) => one.attribute));
    for (const name of Object.keys(newest)) {
      if (!known.has(name) && newest[name] !== undefined && !isEmptySet(newest[name]))
        setOwn(wire, name, storedForm(name));
    }
    return wire;
  }

  /** Old code can't overwrite a newer item, and no class another one's. */
  #fence(): WireCondition {
    const { version, versionAttribute: attribute } = this.#context.model;
    const olderOrSame = {
      or: [
        { attribute, exists: false },
        { attribute, lte: { N: String(version) } },
      ],
    };
    return { and: [olderOrSame, ...this.#isOursOrAbsent()] };
  }

  /** The item is still there, with the version and the revision that were loaded. */
  #unchanged({ wire }: Loaded<T>): WireCondition {
    const { partitionKey, revision, versionAttribute } = this.#context.model;
    const conditions: WireCondition[] = [
      { attribute: partitionKey.attribute, exists: true },
      sameValue(wire, versionAttribute),
    ];
    if (revision) conditions.push(sameValue(wire, revision.attribute));
    return { and: [...conditions, ...this.#isOurs()] };
  }

  #isOurs(): WireCondition[] {
    const { discriminator } = this.#context.model;
    if (!discriminator) return [];
    const { attribute, value } = discriminator;
    const same = { attribute, eq: { S: value } };
    return [discriminator.default ? { or: [{ attribute, exists: false }, same] } : same];
  }

  #isOursOrAbsent(): WireCondition[] {
    const { partitionKey } = this.#context.model;
    return this.#isOurs().map((ours) => ({ or: [{ attribute: partitionKey.attribute, exists: false }, ours] }));
  }

  /** Tells what is wrong with a stored item that a condition didn't accept, if it is not just another's change. */
  #assertReadable(stored: WireItem): void {
    const { reader } = this.#context;
    if (!reader.owns(stored)) throw reader.wrongEntity(stored);
    reader.versionOf(stored);
  }

  /** For engines that don't hand out the stored item when a condition fails. */
  async #readStored(key: WireItem): Promise<WireItem | undefined> {
    const { connection, schema } = this.#context;
    const output = await connection.get({
      TableName: schema.name,
      Key: requestItem(key) as never,
      ConsistentRead: true,
    });
    return output.Item;
  }

  #keyOf(wire: WireItem): WireItem {
    return Object.fromEntries(this.#context.schema.keys.map(({ name }) => [name, wire[name] as WireValue]));
  }
}

/** What a loaded entity is compared with when it is stored. */
interface Loaded<T> {
  /** The item as the engine has it. */
  readonly wire: WireItem;
  /** Its plain values, brought to the newest version. */
  readonly newest: Item;
  /** The entity that it becomes. */
  readonly before: T;
}

interface PreparedWrite {
  readonly key: ErrorKey;
  readonly wireKey: WireItem;
  readonly wire: WireItem;
  readonly generated: ReadonlyMap<AttributeModel, unknown>;
}

function sameValue(wire: WireItem, attribute: string): WireCondition {
  const value = Object.hasOwn(wire, attribute) ? wire[attribute] : undefined;
  return value === undefined ? { attribute, exists: false } : { attribute, eq: value };
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
