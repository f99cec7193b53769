import type { WireItem } from '../codec/wire.js';
import { MapperError } from '../errors.js';
import { callerCondition, type WriteOptions } from './caller-condition.js';
import { ConditionalWriter } from './conditional-writer.js';
import { absent, exists, fence, ours, sameRevision, sameVersion } from '../filter/own-conditions.js';
import type { ItemContext } from '../read/entity-context.js';
import { type EncodedEntity, EntityEncoder, type Generated } from './entity-encoder.js';
import { wireKey } from '../keys/key-codec.js';
import { conflict, hasRevision, readableItem, readStored } from '../read/stored-item.js';
import { type VersionedWire, track } from '../read/tracked-item.js';

/** Stores and deletes whole items, each write under the condition that keeps it from destroying what it doesn't know. */
export class EntityWriter<T extends object> {
  readonly #context: ItemContext<T>;
  readonly #encoder: EntityEncoder<T>;
  readonly #conditional: ConditionalWriter<T>;

  constructor(context: ItemContext<T>) {
    this.#context = context;
    this.#encoder = new EntityEncoder(context);
    this.#conditional = new ConditionalWriter(context);
  }

  /** Stores an entity that must not exist yet. */
  async insert(entity: T): Promise<void> {
    const { isFenced, model } = this.#context;
    if (!isFenced) throw new MapperError('FENCE_REQUIRED', { call: 'insert()' });
    const encoded = this.#encoder.encode(entity, undefined);
    const outcome = await this.#conditional.put(encoded.wire, absent(model));
    if (!outcome.done && !(await this.#isOurWrite(encoded, outcome.item))) {
      throw new MapperError('ALREADY_EXISTS', { entity: model.name, key: encoded.key });
    }
    this.markStored(entity, encoded);
  }

  /** Stores an entity in place of what is there of an older or the same version, or of the very item it was loaded from. */
  async put(entity: T, options: WriteOptions<T>): Promise<void> {
    const { isFenced, model } = this.#context;
    const callers = callerCondition(this.#context, 'put()', options.condition);
    const loaded = this.#encoder.loadedFrom(entity);
    const encoded = this.#encoder.encode(entity, loaded);
    if (callers && loaded) await this.#conditional.replaceIf(encoded, loaded, callers);
    else if (callers) await this.#conditional.putIf(encoded, callers);
    else {
      const condition = loaded
        ? { and: [...sameVersion(model, loaded.wire), ...sameRevision(model, loaded.wire)] }
        : fence(model);
      const outcome = await this.#conditional.put(encoded.wire, isFenced ? condition : undefined);
      if (!outcome.done) await this.#explain(encoded, outcome.item, loaded !== undefined);
    }
    this.markStored(entity, encoded);
  }

  /** Deletes an item; answers whether it existed, or `undefined` where that can't be told. */
  async delete(key: object, options: WriteOptions<T>): Promise<boolean | undefined> {
    const { isFenced, model, reader } = this.#context;
    const callers = callerCondition(this.#context, 'delete()', options.condition);
    const keyItem = wireKey(this.#context, key);
    if (callers) return this.#conditional.deleteIf(keyItem, callers);
    if (!isFenced) {
      await this.#conditional.delete(keyItem, undefined);
      return undefined;
    }
    const outcome = await this.#conditional.delete(keyItem, { and: [exists(model), ...ours(model)] });
    if (outcome.done) return true;
    const stored = model.discriminator && (outcome.item ?? (await readStored(this.#context, keyItem)));
    if (stored && !reader.owns(stored)) throw reader.wrongEntity(stored);
    // an earlier one of the repeated requests may have deleted it
    return outcome.wasRepeated ? undefined : false;
  }

  /** What an entity was loaded from, or stored as; nothing for one whose key was changed since. */
  loadedFrom(entity: T): VersionedWire | undefined {
    return this.#encoder.loadedFrom(entity);
  }

  /** What a whole entity is stored as, for writes that carry no condition. */
  encodeUnconditional(entity: T): EncodedEntity {
    return this.#encoder.encode(entity, this.#encoder.loadedFrom(entity));
  }

  /** Makes an entity know that it was stored. */
  markStored(entity: T, { generated, key, version, wire }: EncodedEntity): void {
    const { hydrator, schema } = this.#context;
    assignGenerated(entity, generated);
    hydrator.templates.assign(entity, () => hydrator.toWire(entity, () => key));
    track(entity, schema.name, { wire, version });
  }

  async #explain(encoded: EncodedEntity, item: WireItem | undefined, isLoaded: boolean): Promise<void> {
    const stored = item ?? (await readStored(this.#context, encoded.wireKey));
    if (hasRevision(this.#context, stored, this.#revisionOf(encoded))) return;
    if (!stored && isLoaded) {
      throw new MapperError('NOT_FOUND', { entity: this.#context.model.name, key: encoded.key });
    }
    if (stored) readableItem(this.#context, stored);
    throw conflict(this.#context, encoded.key, stored);
  }

  async #isOurWrite(encoded: EncodedEntity, item: WireItem | undefined): Promise<boolean> {
    if (!this.#context.model.revision) return false;
    return hasRevision(
      this.#context,
      item ?? (await readStored(this.#context, encoded.wireKey)),
      this.#revisionOf(encoded),
    );
  }

  #revisionOf({ generated }: EncodedEntity): unknown {
    const { revision } = this.#context.model;
    return revision && generated.get(revision);
  }
}

/** Gives an entity the values that a write made itself. */
export function assignGenerated(entity: object, generated: Generated): void {
  // a frozen entity can't take them; it is stored all the same
  for (const [{ property }, value] of generated) Reflect.set(entity, property, value);
}
