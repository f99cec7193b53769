import { decodeItem, decodeValue } from '../codec/decode.js';
import { ItemDecoder } from '../codec/item-decoder.js';
import type { Item } from '../item/item.js';
import { decodeRowValue, isRow, Row, type RowValue, rowValueAt, type StoredItem, wireOf } from '../codec/row.js';
import { valueAt, type WireItem, type WireValue } from '../codec/wire.js';
import { type ErrorKey, MapperError } from '../errors.js';
import { type Hydrator, readKey } from '../hydration/hydrator.js';
import { judge, valuesOf } from '../hydration/judge.js';
import type { AttributeModel } from '../model/attribute-model.js';
import type { EntityModel } from '../model/entity-model.js';
import { upgradeChannel } from '../telemetry.js';
import { type ItemIdentity, readVersion, runChain, runSteps, stepsFrom } from '../upgrade/run.js';
import { isVersion } from '../upgrade/version.js';
import { answerInvalid, type InvalidPolicy } from './invalid-policy.js';
import { markPartial, track, type VersionedWire } from './tracked-item.js';

/** An item that can be read, and the result of its chain. */
export interface Examined {
  readonly tracked: VersionedWire;
  /**
   * The result of the chain for a stale item. `undefined` and empty Sets mean absent. Shares nested values with its
   * entity.
   */
  readonly upgraded: Item | undefined;
  readonly identity: ItemIdentity;
}

/**
 * The choke point: every item that reaches an application passes here. Decodes, reads the version, applies the chain,
 * hydrates.
 */
export class EntityReader<T extends object> {
  readonly #model: EntityModel<T>;
  readonly #hydrator: Hydrator<T>;
  readonly #table: string;
  readonly #onInvalid: InvalidPolicy | undefined;
  /** By version from the floor up: with the renames that its upgrades begin with. */
  readonly #decoders: readonly ItemDecoder[];

  /** Entities are judged by the schema of the class if it has one and `onInvalid` says what happens then. */
  constructor(model: EntityModel<T>, hydrator: Hydrator<T>, table: string, onInvalid?: InvalidPolicy) {
    this.#model = model;
    this.#hydrator = hydrator;
    this.#table = table;
    this.#onInvalid = model.schema && onInvalid;
    this.#decoders = model.chain.renames.map((renames) => new ItemDecoder(renames, hydrator.isGenerated));
  }

  /** Whether an item of the table belongs to this class, by its discriminator. */
  owns(stored: StoredItem): boolean {
    const { discriminator } = this.#model;
    if (discriminator === undefined) return true;
    const value = rowValueAt(stored, discriminator.attribute);
    return value === undefined ? discriminator.default === true : value === discriminator.value;
  }

  /**
   * The entity for a wire item of any version. Throws `WRONG_ENTITY`, `INVALID_VERSION`, `NEWER_VERSION`,
   * `TOO_OLD_VERSION`, `UPGRADE_FAILED`, `ATTRIBUTE_TYPE`, `HYDRATION_FAILED`, `INVALID_WIRE_VALUE` or `INVALID_ENTITY`.
   */
  read(wire: WireItem): T {
    return this.hydrate(this.examine(wire), true);
  }

  /** The result of the chain for a stored item, before hydration. Throws what `read` throws until then. */
  examine(stored: StoredItem): Examined {
    if (!this.owns(stored)) throw this.wrongEntity(wireOf(stored));
    const identity = this.identify(stored);
    const version = readVersion(this.#versionValue(stored), this.#model.chain, identity);
    const upgraded = version === this.#model.version ? undefined : this.#upgrade(stored, version, identity);
    if (!isRow(stored)) return { tracked: { wire: stored, version }, upgraded, identity };
    stored.version = version;
    return { tracked: stored, upgraded, identity };
  }

  /** Throws `KEY_MISMATCH` for an item whose key doesn't match its template. */
  assertKey({ identity, tracked, upgraded }: Examined): void {
    const { templates } = this.#hydrator;
    if (!templates.areInKeys) return;
    const valueOf = upgraded
      ? (name: string) => (Object.hasOwn(upgraded, name) ? upgraded[name] : undefined)
      : (name: string) => {
          const value = valueAt(tracked.wire, name);
          return value && decodeValue(value, name);
        };
    templates.missingParts(valueOf, () => identity.key());
  }

  /**
   * The entity for an examined item. Throws `ATTRIBUTE_TYPE`, `HYDRATION_FAILED` or `INVALID_WIRE_VALUE`, and
   * `INVALID_ENTITY` if it is judged.
   */
  hydrate({ identity, tracked, upgraded }: Examined, isTracked: boolean, isJudged = true): T {
    const hydrator = this.#hydrator;
    let entity: T;
    if (upgraded) entity = hydrator.fromItem(upgraded, identity);
    else if (tracked instanceof Row) entity = hydrator.fromRow(tracked, identity);
    else entity = hydrator.fromWire(tracked.wire, identity);
    if (isJudged && this.#onInvalid) {
      const error = judge(this.#model, valuesOf(this.#model, entity), () => identity.key());
      if (error) answerInvalid(this.#onInvalid, error);
    }
    if (isTracked) track(entity, this.#table, tracked);
    return entity;
  }

  /** An entity with just some attributes of an examined item, marked as partial. Throws like `hydrate`. */
  hydratePart({ identity, tracked, upgraded }: Examined, attributes: ReadonlySet<AttributeModel>): T {
    const entity = upgraded
      ? this.#hydrator.fromItem(upgraded, identity, attributes)
      : this.#hydrator.fromWire(tracked.wire, identity, attributes);
    markPartial(entity);
    return entity;
  }

  /** The version of a wire item. Throws `INVALID_VERSION`, `NEWER_VERSION` or `TOO_OLD_VERSION`. */
  versionOf(wire: WireItem): number {
    return readVersion(this.#versionValue(wire), this.#model.chain, this.identify(wire));
  }

  /** The version of a wire item, whether or not this class can read it; `undefined` if it isn't a version. */
  storedVersion(wire: WireItem): number | undefined {
    const value = this.#versionValue(wire);
    const version = value === undefined ? this.#model.chain.initial : value;
    return isVersion(version) ? version : undefined;
  }

  /** The plain item of the newest version for a wire item. Throws `UPGRADE_FAILED` or `INVALID_WIRE_VALUE`. */
  newestItem(wire: WireItem, version: number): Item {
    const item = decodeItem(wire);
    return version === this.#model.version ? item : runChain(item, version, this.#model.chain, this.identify(wire));
  }

  /** How errors identify the item. */
  identify(stored: StoredItem): ItemIdentity {
    return new StoredIdentity(this.#model, stored);
  }

  /** The error for an item of another class of the same table. */
  wrongEntity(wire: WireItem): MapperError {
    const attribute = this.#model.discriminator?.attribute ?? '';
    return new MapperError('WRONG_ENTITY', { entity: this.#model.name, key: readKey(this.#model, wire), attribute });
  }

  #versionValue(stored: StoredItem): unknown {
    const { versionAttribute } = this.#model;
    if (isRow(stored)) return decodeVersion(stored.valueAt(versionAttribute), versionAttribute, decodeRowValue);
    return decodeVersion(valueAt(stored, versionAttribute), versionAttribute, decodeValue);
  }

  #upgrade(stored: StoredItem, version: number, identity: ItemIdentity): Item {
    const { chain, name } = this.#model;
    const steps = stepsFrom(version, chain);
    const decoder = this.#decoders[version - chain.floor] as ItemDecoder;
    const item = runSteps(decoder.decode(stored), steps, chain, identity);
    if (upgradeChannel.hasSubscribers) {
      upgradeChannel.publish({
        entity: name,
        from: version,
        to: chain.newest,
        steps: steps.map((step) => step.method),
      });
    }
    return item;
  }
}

/** A class, because every item that is read gets an instance: a closure would take more memory. */
class StoredIdentity implements ItemIdentity {
  readonly #model: EntityModel;
  readonly #stored: StoredItem;

  constructor(model: EntityModel, stored: StoredItem) {
    this.#model = model;
    this.#stored = stored;
  }

  get entity(): string {
    return this.#model.name;
  }

  key(): ErrorKey {
    return readKey(this.#model, wireOf(this.#stored));
  }
}

/** A malformed value counts as an invalid version. */
function decodeVersion<V extends RowValue | WireValue>(
  value: V | undefined,
  attribute: string,
  decode: (value: V, path: string) => unknown,
): unknown {
  try {
    return value === undefined ? undefined : decode(value, attribute);
  } catch {
    // not the value itself: a plain number would pass for a version
    return {};
  }
}
