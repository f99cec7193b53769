import { requestItem, type WireItem } from '../codec/wire.js';
import type { WireCondition } from '../codec/wire-condition.js';
import { type ErrorKey, MapperError } from '../errors.js';
import { readKey } from '../hydration/hydrator.js';
import { attributesOf } from '../filter/named-attributes.js';
import { conditionParams } from '../store/condition.js';
import type { WriteOutcome } from '../store/connection.js';
import { assertHolds, joined } from './caller-condition.js';
import { absent, currentVersion, sameRevision, sameVersion } from '../filter/own-conditions.js';
import type { ItemContext } from '../read/entity-context.js';
import type { EncodedEntity } from './entity-encoder.js';
import { judgedConditions } from '../rewrite/plan-pinned.js';
import { conflict, hasRevision, isSameRevision, readableItem, readStored } from '../read/stored-item.js';
import type { VersionedWire } from '../read/tracked-item.js';
import { upgradeInTable } from '../rewrite/upgrade-in-table.js';

/** How often a write is tried anew on what others stored meanwhile. */
const maximumAttempts = 10;

/** Puts and deletes whole items on a caller's condition: on items of the newest version, which stale ones are brought to first. */
export class ConditionalWriter<T extends object> {
  readonly #context: ItemContext<T>;

  constructor(context: ItemContext<T>) {
    this.#context = context;
  }

  /** Sends a PutItem request. */
  put(wire: WireItem, condition: WireCondition | undefined): Promise<WriteOutcome> {
    const { connection, schema } = this.#context;
    return connection.put({
      TableName: schema.name,
      Item: requestItem(wire) as never,
      ...(condition && { ...conditionParams(condition), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    });
  }

  /** Sends a DeleteItem request. */
  delete(keyItem: WireItem, condition: WireCondition | undefined): Promise<WriteOutcome> {
    const { connection, schema } = this.#context;
    return connection.delete({
      TableName: schema.name,
      Key: requestItem(keyItem) as never,
      ...(condition && { ...conditionParams(condition), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    });
  }

  /** Stores an item in place of the one that it was loaded from. */
  async replaceIf(encoded: EncodedEntity, loaded: VersionedWire, condition: WireCondition): Promise<void> {
    const { model } = this.#context;
    const { key, wire, wireKey: keyItem } = encoded;
    if (encoded.version < model.version) return this.#replaceJudged(encoded, loaded, condition);
    const base = this.#mustExist(await upgradeInTable(this.#context, keyItem, key, loaded), key);
    if (!isSameRevision(this.#context, loaded.wire, base.wire)) throw conflict(this.#context, key, base.wire);
    const ours = [...sameVersion(model, base.wire), ...sameRevision(model, base.wire)];
    const outcome = await this.put(wire, joined(this.#context, ours, condition));
    if (outcome.done) return;
    const item = this.#mustExist(outcome.item ?? (await readStored(this.#context, keyItem)), key);
    if (this.#isOurs(encoded, item)) return;
    assertHolds(this.#context, condition, key, readableItem(this.#context, item), outcome.wasRepeated);
    throw conflict(this.#context, key, item);
  }

  /** Stores an item in place of whatever is there, or of nothing. */
  async putIf(encoded: EncodedEntity, condition: WireCondition): Promise<void> {
    const { model } = this.#context;
    const { key, wire, wireKey: keyItem } = encoded;
    if (encoded.version < model.version) return this.#putJudged(encoded, condition);
    let base: VersionedWire | undefined;
    let wasRepeated = false;
    for (let attempt = 1; ; attempt++) {
      const ours = base
        ? sameVersion(model, base.wire)
        : [{ or: [absent(model), { and: sameVersion(model, currentVersion(model)) }] }];
      const outcome = await this.put(wire, joined(this.#context, ours, condition));
      if (outcome.done) return;
      const item = outcome.item ?? (await readStored(this.#context, keyItem));
      if (item && this.#isOurs(encoded, item)) return;
      wasRepeated ||= outcome.wasRepeated;
      base = item && (await upgradeInTable(this.#context, keyItem, key, readableItem(this.#context, item)));
      assertHolds(this.#context, condition, key, base, wasRepeated);
      if (attempt >= maximumAttempts) throw conflict(this.#context, key, base?.wire);
    }
  }

  /** Deletes an item; answers whether it existed, or `undefined` where that can't be told. */
  async deleteIf(keyItem: WireItem, condition: WireCondition): Promise<boolean | undefined> {
    const { model } = this.#context;
    const key = readKey(model, keyItem);
    if (this.#context.writeVersion() < model.version) return this.#deleteJudged(keyItem, key, condition);
    let base: VersionedWire | undefined;
    let wasRepeated = false;
    for (let attempt = 1; ; attempt++) {
      const ours = sameVersion(model, base?.wire ?? currentVersion(model));
      const outcome = await this.delete(keyItem, joined(this.#context, ours, condition));
      if (outcome.done) return true;
      const item = outcome.item ?? (await readStored(this.#context, keyItem));
      base = item && (await upgradeInTable(this.#context, keyItem, key, readableItem(this.#context, item)));
      // an earlier one of the repeated requests may have deleted it
      wasRepeated ||= outcome.wasRepeated;
      if (!base) return wasRepeated ? undefined : false;
      assertHolds(this.#context, condition, key, base);
      if (attempt >= maximumAttempts) throw conflict(this.#context, key, base.wire);
    }
  }

  /*
   * Where an older version is stored, no item can be brought to the newest one in the table. So the condition is judged here, on
   * what is read now, and what that depended on must stay.
   */

  async #replaceJudged(encoded: EncodedEntity, loaded: VersionedWire, condition: WireCondition): Promise<void> {
    const { model } = this.#context;
    const { key, wire, wireKey: keyItem } = encoded;
    let wasRepeated = false;
    for (let attempt = 1; ; attempt++) {
      const base = this.#mustExist(await this.#read(keyItem), key);
      if (this.#isOurs(encoded, base.wire)) return;
      const isSame = base.version === loaded.version && isSameRevision(this.#context, loaded.wire, base.wire);
      if (!isSame || attempt > maximumAttempts) throw conflict(this.#context, key, base.wire);
      assertHolds(this.#context, condition, key, base, wasRepeated);
      const judged = judgedConditions(this.#context, base, attributesOf(condition));
      const outcome = await this.put(wire, { and: [...judged, ...sameRevision(model, base.wire)] });
      if (outcome.done) return;
      wasRepeated ||= outcome.wasRepeated;
    }
  }

  async #putJudged(encoded: EncodedEntity, condition: WireCondition): Promise<void> {
    const { key, wire, wireKey: keyItem } = encoded;
    let wasRepeated = false;
    for (let attempt = 1; ; attempt++) {
      const base = await this.#read(keyItem);
      if (base && this.#isOurs(encoded, base.wire)) return;
      if (attempt > maximumAttempts) throw conflict(this.#context, key, base?.wire);
      assertHolds(this.#context, condition, key, base, wasRepeated);
      const judged = base && judgedConditions(this.#context, base, attributesOf(condition));
      const outcome = await this.put(wire, judged ? { and: judged } : absent(this.#context.model));
      if (outcome.done) return;
      wasRepeated ||= outcome.wasRepeated;
    }
  }

  async #deleteJudged(keyItem: WireItem, key: ErrorKey, condition: WireCondition): Promise<boolean | undefined> {
    let wasRepeated = false;
    for (let attempt = 1; ; attempt++) {
      const base = await this.#read(keyItem);
      // an earlier one of the repeated requests may have deleted it
      if (!base) return wasRepeated ? undefined : false;
      if (attempt > maximumAttempts) throw conflict(this.#context, key, base.wire);
      assertHolds(this.#context, condition, key, base);
      const judged = judgedConditions(this.#context, base, attributesOf(condition));
      const outcome = await this.delete(keyItem, { and: judged });
      if (outcome.done) return true;
      wasRepeated ||= outcome.wasRepeated;
    }
  }

  async #read(keyItem: WireItem): Promise<VersionedWire | undefined> {
    const item = await readStored(this.#context, keyItem);
    return item && readableItem(this.#context, item);
  }

  #isOurs({ generated }: EncodedEntity, item: WireItem): boolean {
    const { revision } = this.#context.model;
    return hasRevision(this.#context, item, revision && generated.get(revision));
  }

  #mustExist<Stored>(stored: Stored | undefined, key: ErrorKey): Stored {
    if (stored === undefined) throw new MapperError('NOT_FOUND', { entity: this.#context.model.name, key });
    return stored;
  }
}
