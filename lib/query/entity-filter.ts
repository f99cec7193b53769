import { decodeValue } from '../codec/decode.js';
import { encodeValue } from '../codec/encode.js';
import { rowValueAt, type StoredItem } from '../codec/row.js';
import { valueAt } from '../codec/wire.js';
import type { WireCondition } from '../codec/wire-condition.js';
import { MapperError } from '../errors.js';
import { acrossVersions, asksForSize } from '../filter/across-versions.js';
import { asksForDates } from '../filter/dates.js';
import { type AttributeValues, isTrueOf } from '../filter/evaluate.js';
import { attributesOf } from '../filter/named-attributes.js';
import type { AttributeModel } from '../model/attribute-model.js';
import { isTemplated } from '../model/template.js';
import type { UpgradeChain } from '../upgrade/chain.js';
import { isStorable, stepsFrom } from '../upgrade/run.js';
import { ofThisClass } from '../filter/own-conditions.js';
import { isReadAgain, type PageItem, storedItem } from './pages-in-turn.js';
import type { EntityContext, WriteBackMode } from '../read/entity-context.js';
import type { Examined } from '../read/entity-reader.js';

/** Which entities of a class are wanted, and with which attributes. */
export interface Wanted {
  /** The caller's condition on the newest form of an item. */
  readonly filter: WireCondition | undefined;
  /**
   * The condition that an index implies for its items, which holds for stale ones only if their upgrade doesn't change
   * its keys, and what a query says of dates in the sort key, where the engine is asked for more.
   */
  readonly indexed: WireCondition | undefined;
  /** Whether the filter is evaluated only here: ScyllaDB refuses some filters on an index (its issue 5320). */
  readonly isJudgedHere: boolean;
  /**
   * Whether only this code tells which class an item is of, because the discriminator is a key of the queried index.
   */
  readonly isOwnedHere: boolean;
  /** The only attributes that are wanted, if not all are. */
  readonly attributes: ReadonlySet<AttributeModel> | undefined;
  readonly isTracked: boolean;
  /** Whether stale items are written back, and when. Default: the mapper's option. */
  readonly writeBack: WriteBackMode | undefined;
}

/** An entity that was found, and the write-back to wait for before it is returned. */
export interface Found<T> {
  readonly entity: T;
  readonly writtenBack: Promise<void> | undefined;
}

/** Finds the wanted entities of one class among the items of a page: evaluates what the server couldn't. */
export class EntityFilter<T extends object> {
  readonly #context: EntityContext<T>;
  readonly #wanted: Wanted;
  readonly #judged: WireCondition | undefined;
  readonly #judgesAll: boolean;
  /** Attributes that the filter names and that entities get from their key if the item lacks them. */
  readonly #readFromKey: readonly string[];

  constructor(context: EntityContext<T>, wanted: Wanted) {
    const { filter, indexed } = wanted;
    this.#context = context;
    this.#wanted = wanted;
    this.#judged = filter && indexed ? { and: [indexed, filter] } : (filter ?? indexed);
    this.#readFromKey = filter ? readFromKey(context, filter) : [];
    const judgesAll = wanted.isJudgedHere || this.#readFromKey.length > 0;
    const judgesFilter = filter !== undefined && (judgesAll || asksForSize(filter) || asksForDates(filter));
    this.#judgesAll = judgesFilter || (indexed !== undefined && asksForDates(indexed));
  }

  /** Whether items older than the class can be read. */
  get canBeStale(): boolean {
    const { floor, newest } = this.#context.model.chain;
    return floor < newest;
  }

  /**
   * Whether every item must be examined, whatever its version: because its key may not match its template, the engine
   * can't evaluate the filter or the class, or it is written back in an older version.
   */
  get needsEach(): boolean {
    const { hydrator, model, writeBack } = this.#context;
    if (hydrator.templates.areInKeys || this.#judgesAll || this.#wanted.isOwnedHere) return true;
    return writeBack.concerns(model.version, this.#wanted.writeBack);
  }

  owns(stored: StoredItem): boolean {
    return this.#context.reader.owns(stored);
  }

  /** Whether an item has the version of the class. */
  isCurrent(stored: StoredItem): boolean {
    const { version, versionAttribute } = this.#context.model;
    return rowValueAt(stored, versionAttribute) === version;
  }

  /** Like `find`, but for items that are just counted: creates an entity only if needed. */
  count(item: PageItem): Found<undefined> | undefined {
    const { reader, writeBack } = this.#context;
    const { isTracked, writeBack: mode } = this.#wanted;
    const examined = this.#examine(item);
    if (!examined) return undefined;
    reader.assertKey(examined);
    const writtenBack = writeBack.concerns(examined.tracked.version, mode)
      ? writeBack.afterRead(reader.hydrate(examined, isTracked, false), examined, mode)
      : undefined;
    return { entity: undefined, writtenBack };
  }

  /** An item of this class, if it is wanted. */
  #examine(item: PageItem): Examined | undefined {
    const stored = storedItem(item);
    const examined = this.#context.reader.examine(stored);
    const judged = this.#judgesAll || isReadAgain(item) || !this.isCurrent(stored) ? this.#judged : undefined;
    return judged === undefined || isTrueOf(judged, this.#valuesOf(examined)) ? examined : undefined;
  }

  /** The values that an item would have if its entity were stored. */
  #valuesOf(examined: Examined): AttributeValues {
    const { hydrator, model } = this.#context;
    const stored = newestValues(examined, model.chain);
    if (!this.#readFromKey.some((name) => stored(name) === undefined)) return stored;
    const plain = (name: string) => {
      const value = stored(name);
      return value && decodeValue(value, name);
    };
    const missing = hydrator.templates.missingParts(plain, () => examined.identity.key());
    return (name) => stored(name) ?? (missing?.has(name) ? encodeValue(missing.get(name), name) : undefined);
  }

  /** The entity for an item of this class, if it is wanted. Throws what reads throw. */
  find(item: PageItem): Found<T> | undefined {
    const { reader, writeBack } = this.#context;
    const { attributes, isTracked, writeBack: mode } = this.#wanted;
    const examined = this.#examine(item);
    if (!examined) return undefined;
    if (attributes) return { entity: reader.hydratePart(examined, attributes), writtenBack: undefined };
    const entity = reader.hydrate(examined, isTracked);
    return { entity, writtenBack: writeBack.afterRead(entity, examined, mode) };
  }
}

/**
 * The filter that is sent to the server for the items of a class. It may exclude other classes' items, but no stale
 * ones.
 */
export function serverConditions(context: EntityContext<object>, wanted: Wanted): readonly WireCondition[] {
  const { model } = context;
  const { filter, isJudgedHere, isOwnedHere } = wanted;
  const conditions = isOwnedHere ? [] : ofThisClass(model);
  return filter && !isJudgedHere
    ? [...conditions, acrossVersions(model, filter, readFromKey(context, filter))]
    : conditions;
}

/** Attributes that a filter names and that entities get from their key if the item lacks them. */
function readFromKey<T extends object>({ model }: EntityContext<T>, filter: WireCondition): readonly string[] {
  const named = attributesOf(filter);
  const parts = model.keys.filter(isTemplated).flatMap((key) => key.template.parts);
  return parts.map(({ attribute }) => attribute).filter((name) => named.has(name));
}

/**
 * The values that an item would have if it were stored upgraded. Reading one throws `UPGRADE_FAILED` if the item can't
 * be upgraded.
 */
export function newestValues({ identity, tracked, upgraded }: Examined, chain: UpgradeChain): AttributeValues {
  if (!upgraded) return (name) => valueAt(tracked.wire, name);
  return (name) => {
    const value = Object.hasOwn(upgraded, name) ? upgraded[name] : undefined;
    if (!isStorable(value)) return undefined;
    try {
      return encodeValue(value, name);
    } catch (cause) {
      const method = stepsFrom(tracked.version, chain).map((step) => step.method);
      const details = { from: tracked.version, to: chain.newest, method: method.join(', ') };
      throw new MapperError('UPGRADE_FAILED', { entity: identity.entity, key: identity.key(), ...details }, { cause });
    }
  };
}
