import { isDeepStrictEqual } from 'node:util';
import { equalItems, isSameValue, valueAt, type WireItem } from '../codec/wire.js';
import type { WireCondition } from '../codec/wire-condition.js';
import { MapperError } from '../errors.js';
import { attributesOf } from '../filter/named-attributes.js';
import {
  absent,
  currentVersion,
  exists,
  fence,
  ofThisClass,
  sameRevision,
  sameVersion,
} from '../filter/own-conditions.js';
import type { ItemContext } from '../read/entity-context.js';
import { keyItemOf, readItemOf } from '../read/key-item.js';
import { hasRevision, isSameRevision, readStored } from '../read/stored-item.js';
import { inStoredNotation } from '../read/stored-notation.js';
import type { VersionedWire } from '../read/tracked-item.js';
import { judgedConditions } from '../rewrite/plan-pinned.js';
import { planCertainUpgrade } from '../rewrite/plan-upgrade.js';
import { afterWrite } from './after-write.js';
import { callerCondition, joined, type WriteOptions } from './caller-condition.js';
import { type EncodedEntity, encodeEntity } from './entity-encoder.js';
import { assertEntity, type LoadedItem, loadedFrom } from './loaded-item.js';
import { markStored } from './mark-stored.js';
import { type WritePlan, writeUntilDone } from './write-until-done.js';

/** Stores an entity that must not exist yet. */
export async function insertEntity<T extends object>(context: ItemContext<T>, entity: T): Promise<void> {
  const { isFenced, model, table } = context;
  if (!isFenced) throw new MapperError('FENCE_REQUIRED', { call: 'insert()' });
  assertEntity(context, entity, 'insert()');
  const encoded = encodeEntity(context, entity, undefined);
  const outcome = await table.put(encoded.wire, absent(model));
  if (!outcome.done) {
    const revision = revisionOf(context, encoded);
    const isKnown = revision !== undefined || outcome.wasRepeated;
    const stored = isKnown ? (outcome.item ?? (await readStored(context, encoded.keyItem))) : undefined;
    // the item has the revision of this write, or is exactly what it stores, so only its answer was lost
    const wasDone =
      revision === undefined
        ? stored !== undefined && equalItems(stored, encoded.wire)
        : hasRevision(context, stored, revision);
    if (!wasDone) {
      throw new MapperError('ALREADY_EXISTS', { entity: model.name, key: encoded.key });
    }
  }
  afterWrite(() => markStored(context, entity, encoded, encoded.generated));
}

/**
 * Stores a whole entity. Replaces an item of the same or an older version, or the item from which the entity was
 * loaded.
 */
export async function putEntity<T extends object>(
  context: ItemContext<T>,
  entity: T,
  options: WriteOptions<T>,
): Promise<void> {
  const condition = callerCondition(context, 'put()', options.condition);
  const loaded = loadedFrom(context, entity, 'put()');
  const encoded = encodeEntity(context, entity, loaded);
  if (context.isFenced) {
    const plan = loaded ? replacePlan(context, encoded, loaded, condition) : putPlan(context, encoded, condition);
    const ended = await writeUntilDone(context, plan);
    if (ended.end === 'absent') {
      throw new MapperError('NOT_FOUND', { entity: context.model.name, key: encoded.key });
    }
  } else await context.table.put(encoded.wire, undefined);
  afterWrite(() => markStored(context, entity, encoded, encoded.generated));
}

/** Deletes an item. Resolves to whether it existed, or to `undefined` if that isn't known. */
export async function deleteItem<T extends object>(
  context: ItemContext<T>,
  key: object,
  options: WriteOptions<T>,
): Promise<boolean | undefined> {
  const { isFenced, model, reader, table } = context;
  const condition = callerCondition(context, 'delete()', options.condition);
  const keyItem = keyItemOf(context, key);
  const read = readItemOf(context, key, keyItem);
  if (condition) {
    const plan = { ...deletePlan(context, keyItem, condition), read };
    const ended = await writeUntilDone(context, plan);
    if (ended.end !== 'absent') return true;
    return ended.wasRepeated ? undefined : false;
  }
  if (!isFenced) {
    await table.delete(keyItem, undefined);
    return undefined;
  }
  const isThere = { and: [exists(model), ...ofThisClass(model)] };
  let outcome = await table.delete(keyItem, isThere);
  if (!outcome.done && !outcome.item && read && !outcome.wasRepeated) {
    const found = await inStoredNotation(context, { key: context.keys.nameOf(keyItem), keyItem, wire: read });
    if (found) outcome = await found.context.table.delete(keyItem, isThere);
  }
  if (outcome.done) return true;
  const stored = model.discriminator && (outcome.item ?? (await readStored(context, keyItem)));
  if (stored && !reader.owns(stored)) throw reader.wrongEntity(stored);
  // an earlier attempt may have deleted it
  return outcome.wasRepeated ? undefined : false;
}

/** Replaces the item from which an entity was loaded. */
function replacePlan<T extends object>(
  context: ItemContext<T>,
  encoded: EncodedEntity,
  loaded: LoadedItem,
  condition: WireCondition | undefined,
): WritePlan {
  const { model } = context;
  // the whole item is stored, as its upgrade returns it
  if (loaded.version < model.version && encoded.version === model.version) planCertainUpgrade(context, loaded);
  const isJudgedHere = condition !== undefined && encoded.version < model.version;
  return {
    ...planned(context, encoded, condition),
    read: loaded.wire,
    startsFrom: isJudgedHere ? 'stored item' : loaded,
    upgradesFirst: condition !== undefined && !isJudgedHere,
    canGoOn: (current) => isSameItem(context, loaded, current),
    attempt(base = loaded, table) {
      const fixed = isJudgedHere
        ? judgedConditions(context, base, attributesOf(condition))
        : sameVersion(model, base.wire);
      const all = [...fixed, ...sameRevision(model, base.wire)];
      return table.put(encoded.wire, joined(context, all, isJudgedHere ? undefined : condition, base.wire));
    },
  };
}

/** Replaces any item, or stores a new one. */
function putPlan<T extends object>(
  context: ItemContext<T>,
  encoded: EncodedEntity,
  condition: WireCondition | undefined,
): WritePlan {
  const { model } = context;
  const plan = { ...planned(context, encoded, condition), createsItem: true };
  if (!condition) {
    // the fence will refuse it again
    const attempt: WritePlan['attempt'] = (_, table) => table.put(encoded.wire, fence(model));
    return { ...plan, startsFrom: 'nothing known', canGoOn: never, attempt };
  }
  if (encoded.version < model.version) {
    const attempt: WritePlan['attempt'] = (base, table) =>
      table.put(encoded.wire, base ? { and: judgedConditions(context, base, attributesOf(condition)) } : absent(model));
    return { ...plan, startsFrom: 'stored item', canGoOn: always, attempt };
  }
  const attempt: WritePlan['attempt'] = (base, table) => {
    const fixed = base
      ? sameVersion(model, base.wire)
      : [{ or: [absent(model), { and: sameVersion(model, currentVersion(model)) }] }];
    return table.put(encoded.wire, joined(context, fixed, condition, base?.wire));
  };
  return { ...plan, startsFrom: 'nothing known', upgradesFirst: true, canGoOn: always, attempt };
}

function planned<T extends object>(
  context: ItemContext<T>,
  encoded: EncodedEntity,
  condition: WireCondition | undefined,
): Pick<WritePlan, 'condition' | 'isStored' | 'key' | 'keyItem' | 'revision'> {
  return {
    key: encoded.key,
    keyItem: encoded.keyItem,
    condition,
    revision: revisionOf(context, encoded),
    // a caller's condition may be there to let one writer alone through
    ...(!condition && { isStored: ({ wire }) => equalItems(wire, encoded.wire) }),
  };
}

function deletePlan<T extends object>(context: ItemContext<T>, keyItem: WireItem, condition: WireCondition): WritePlan {
  const { keys, model } = context;
  // if an older version is pinned, items can't be upgraded in the table
  const isJudgedHere = context.writeVersion() < model.version;
  return {
    key: keys.nameOf(keyItem),
    keyItem,
    condition,
    startsFrom: isJudgedHere ? 'stored item' : 'nothing known',
    upgradesFirst: !isJudgedHere,
    removesItem: true,
    canGoOn: always,
    attempt(base, table) {
      const all =
        isJudgedHere && base
          ? { and: judgedConditions(context, base, attributesOf(condition)) }
          : joined(context, sameVersion(model, base?.wire ?? currentVersion(model)), condition, base?.wire);
      return table.delete(keyItem, all);
    },
  };
}

/** Whether the stored item is still the loaded one, or that item rewritten in another version. */
function isSameItem<T extends object>(context: ItemContext<T>, loaded: LoadedItem, current: VersionedWire): boolean {
  const { versionAttribute } = context.model;
  if (!isSameRevision(context, loaded.wire, current.wire)) return false;
  if (isSameValue(valueAt(loaded.wire, versionAttribute), valueAt(current.wire, versionAttribute))) return true;
  return isDeepStrictEqual(context.reader.newestItem(current.wire, current.version), loaded.newest);
}

function revisionOf<T extends object>({ model }: ItemContext<T>, { generated }: EncodedEntity): unknown {
  return model.revision && generated.get(model.revision);
}

/** Writes that don't depend on the item mean the same on any item. */
const always = () => true;
const never = () => false;
