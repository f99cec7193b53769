import { decodeItem, decodeValue, type Item } from '../codec/decode.js';
import { valueAt, type WireItem, type WireValue } from '../codec/wire.js';
import { MapperError } from '../errors.js';
import { type Hydrator, readKey } from '../hydration/hydrator.js';
import type { EntityModel } from '../model/entity-model.js';
import { upgradeChannel } from '../telemetry.js';
import { type ItemIdentity, readVersion, runChain, stepsFrom } from '../upgrade/run.js';
import { type Tracked, track } from './tracking.js';

/** An entity, and the item that it was read from. */
export interface Loaded<T> {
  readonly entity: T;
  readonly tracked: Tracked;
  /** What the chain made of a stale item; shares nested values with the entity. */
  readonly upgraded: Item | undefined;
}

/**
 * The choke point: every item that reaches an application passes here. Decodes, reads the version, applies the chain,
 * hydrates.
 */
export class EntityReader<T extends object> {
  readonly #model: EntityModel<T>;
  readonly #hydrator: Hydrator<T>;
  readonly #table: string;

  constructor(model: EntityModel<T>, hydrator: Hydrator<T>, table: string) {
    this.#model = model;
    this.#hydrator = hydrator;
    this.#table = table;
  }

  /** Whether an item of the table is of this class, by its discriminator. */
  owns(wire: WireItem): boolean {
    const { discriminator } = this.#model;
    if (discriminator === undefined) return true;
    const value = valueAt(wire, discriminator.attribute);
    return value === undefined ? discriminator.default === true : 'S' in value && value.S === discriminator.value;
  }

  /**
   * The entity of a wire item of any version. Throws `WRONG_ENTITY`, `INVALID_VERSION`, `NEWER_VERSION`, `TOO_OLD_VERSION`,
   * `UPGRADE_FAILED`, `ATTRIBUTE_TYPE`, `HYDRATION_FAILED` or `INVALID_WIRE_VALUE`.
   */
  read(wire: WireItem): T {
    return this.load(wire, true).entity;
  }

  /** The entity of a wire item, and what it was read from. Throws like `read`. */
  load(wire: WireItem, isTracked: boolean): Loaded<T> {
    const identity = this.identify(wire);
    if (!this.owns(wire)) throw this.wrongEntity(wire);
    const version = this.versionOf(wire, identity);
    const upgraded = version === this.#model.version ? undefined : this.#upgrade(wire, version, identity);
    const entity = upgraded
      ? this.#hydrator.fromItem(upgraded, identity.key)
      : this.#hydrator.fromWire(wire, identity.key);
    const tracked = { wire, version };
    if (isTracked) track(entity, this.#table, tracked);
    return { entity, tracked, upgraded };
  }

  /** The version of a wire item. Throws `INVALID_VERSION`, `NEWER_VERSION` or `TOO_OLD_VERSION`. */
  versionOf(wire: WireItem, identity = this.identify(wire)): number {
    const { chain, versionAttribute } = this.#model;
    const value = valueAt(wire, versionAttribute);
    return readVersion(value && decodeVersion(value, versionAttribute), chain, identity);
  }

  /** The plain item of the newest version that a wire item becomes. Throws `UPGRADE_FAILED` or `INVALID_WIRE_VALUE`. */
  newestItem(wire: WireItem, version: number): Item {
    const item = decodeItem(wire);
    return version === this.#model.version ? item : runChain(item, version, this.#model.chain, this.identify(wire));
  }

  /** How errors name the item. */
  identify(wire: WireItem): ItemIdentity {
    return { entity: this.#model.name, key: () => readKey(this.#model, wire) };
  }

  /** The error for an item of another class of the same table. */
  wrongEntity(wire: WireItem): MapperError {
    const attribute = this.#model.discriminator?.attribute ?? '';
    return new MapperError('WRONG_ENTITY', { entity: this.#model.name, key: readKey(this.#model, wire), attribute });
  }

  #upgrade(wire: WireItem, version: number, identity: ItemIdentity): Item {
    const item = this.newestItem(wire, version);
    if (upgradeChannel.hasSubscribers) {
      const { chain } = this.#model;
      const steps = stepsFrom(version, chain).map((step) => step.method);
      upgradeChannel.publish({ entity: identity.entity, from: version, to: chain.newest, steps });
    }
    return item;
  }
}

/** A malformed value is no version, like any other that is none. */
function decodeVersion(value: WireValue, attribute: string): unknown {
  try {
    return decodeValue(value, attribute);
  } catch {
    // not the value itself: the number of a plain item would pass for a version
    return {};
  }
}
