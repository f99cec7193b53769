import { isSameValue, valueAt, type WireItem, type WireValue } from '../codec/wire.js';
import type { WireCondition } from '../codec/wire-condition.js';
import { type ErrorKey, MapperError } from '../errors.js';
import { attributesOf } from '../filter/named-attributes.js';
import { sameRevision, sameVersion } from '../filter/own-conditions.js';
import type { ItemContext } from '../read/entity-context.js';
import { isSameRevision } from '../read/stored-item.js';
import type { VersionedWire } from '../read/tracked-item.js';
import { planPinned, valuesOf } from '../rewrite/plan-pinned.js';
import { planCertainUpgrade } from '../rewrite/plan-upgrade.js';
import {
  applyChanges,
  assertCertain,
  changeTo,
  type RewritePlan,
  unchangedSince,
  versionChange,
} from '../rewrite/rewrite-plan.js';
import { conditionFits } from '../store/condition.js';
import { updateFits, updateParams, type WireChange } from '../store/update.js';
import { afterWrite } from './after-write.js';
import { assertValidEntity } from './assert-valid.js';
import { callerCondition, joined, sentCondition, type WriteOptions } from './caller-condition.js';
import { keyOfEntity } from './entity-encoder.js';
import { type Generated, generateValues } from './generated-values.js';
import { assertSeen, loadedFrom, LoadedItem } from './loaded-item.js';
import { markStored } from './mark-stored.js';
import { insertEntity } from './put-and-delete.js';
import { assertStorable } from './storable-values.js';
import { writeUntilDone } from './write-until-done.js';

export interface SaveOptions {
  /** Whether to overwrite changes that others made to the same attributes. Default: false. */
  readonly overwrite?: boolean | undefined;
}

/** A changed attribute: its value now, and its value when it was loaded. */
interface Change {
  readonly attribute: string;
  readonly now: WireValue | undefined;
  readonly loaded: WireValue | undefined;
}

interface Save {
  readonly key: ErrorKey;
  readonly keyItem: WireItem;
  readonly loaded: LoadedItem;
  readonly changes: readonly Change[];
  /** The values that the write generates. */
  readonly generated: readonly WireChange[];
  readonly overwrite: boolean;
  readonly condition: WireCondition | undefined;
  /** The version to store. */
  readonly version: number;
}

/** What a save sends. */
interface SavePlan {
  readonly changes: readonly WireChange[];
  readonly condition: WireCondition;
}

/**
 * Stores an entity: the changes of one that was loaded, or all of a new one. Throws `INVALID_ARGUMENT` for a condition
 * on a new one.
 */
export async function saveOrInsert<T extends object>(
  context: ItemContext<T>,
  entity: T,
  options: SaveOptions & WriteOptions<T>,
): Promise<void> {
  const loaded = loadedFrom(context, entity, 'save()');
  if (loaded) return saveEntity(context, entity, loaded, options);
  if (options.condition === undefined) return insertEntity(context, entity);
  const problem = 'was given for an entity that is not stored yet; put() takes one there';
  throw new MapperError('INVALID_ARGUMENT', { call: 'save()', argument: 'condition', problem });
}

/** Stores what has changed since an entity was loaded, and nothing else. */
async function saveEntity<T extends object>(
  context: ItemContext<T>,
  entity: T,
  loaded: LoadedItem,
  options: SaveOptions & WriteOptions<T>,
): Promise<void> {
  const { hydrator, isFenced, model } = context;
  const { overwrite = false } = options;
  const condition = callerCondition(context, 'save()', options.condition);
  const version = context.writeVersion();
  const { key, keyItem } = keyOfEntity(context, entity, loaded);
  const generated = generateValues(context, undefined);
  const now = hydrator.toWire(entity, () => key, generated, loaded);
  const changes = changesSince(context, loaded, now, generated);
  if (changes.length === 0) return;
  assertStorable(context, now, key, loaded);
  const changed = new Set(changes.map(({ attribute }) => attribute));
  hydrator.assertValid(
    entity,
    () => key,
    (name) => changed.has(name),
  );
  assertValidEntity(context, entity, { declared: now, generated, key });
  if (!overwrite) assertSeen(context, loaded, now, generated);

  const generatedChanges = Array.from(generated.keys(), ({ attribute }) => changeTo(attribute, now[attribute]));
  const save: Save = { key, keyItem, loaded, changes, generated: generatedChanges, overwrite, condition, version };
  let sent: readonly WireChange[] = [];
  const attempt = (base: VersionedWire = loaded, table = context.table) => {
    const plan = planSave(context, save, base);
    sent = plan.changes;
    const params = updateParams(sent, isFenced ? plan.condition : undefined);
    if (isFenced && !updateFits(params)) throw tooLarge(context, key);
    return table.update(keyItem, params);
  };
  const isPinned = version < model.version;
  const ended = isFenced
    ? await writeUntilDone(context, {
        key,
        keyItem,
        read: loaded.wire,
        condition,
        revision: model.revision && generated.get(model.revision),
        // a condition applies to the stored item: the engine judges the newest version, and this code any other
        startsFrom: condition && isPinned ? 'stored item' : loaded,
        upgradesFirst: condition !== undefined && !isPinned,
        canGoOn: (current) => canApply(context, save, current),
        // a caller's condition may be there to let one writer alone through
        ...(!condition && { isStored: (current, before = loaded) => hasApplied(sent, current.wire, before.wire) }),
        attempt,
      })
    : await attempt().then(() => ({ end: 'done' as const, base: loaded }));
  if (ended.end === 'absent') throw new MapperError('NOT_FOUND', { entity: model.name, key });
  const { base = loaded, stored } =
    ended.end === 'done'
      ? { base: ended.base, stored: { wire: applyChanges((ended.base ?? loaded).wire, sent), version } }
      : { base: ended.stored, stored: ended.stored };
  const elsewhere = base === loaded ? undefined : { sent: now, changed };
  afterWrite(() => markStored(context, entity, stored, generated, elsewhere));
}

function planSave<T extends object>(context: ItemContext<T>, save: Save, base: VersionedWire): SavePlan {
  const { model } = context;
  if (save.version < model.version) return planPinnedSave(context, save, base);
  const plan = base.version < model.version ? planCertainUpgrade(context, base) : undefined;
  const byAttribute = new Map<string, WireChange>();
  for (const change of plan?.changes ?? [versionChange(model.versionAttribute, model.version)]) {
    byAttribute.set(change.attribute, change);
  }
  for (const { attribute, now } of save.changes) byAttribute.set(attribute, changeTo(attribute, now));
  for (const change of save.generated) byAttribute.set(change.attribute, change);
  return { changes: [...byAttribute.values()], condition: conditionOf(context, save, base, plan) };
}

/** Saves in an older version, on conditions that make it mean the same. */
function planPinnedSave<T extends object>(context: ItemContext<T>, save: Save, base: VersionedWire): SavePlan {
  const { model } = context;
  const { overwrite, version } = save;
  const changes = new Map(save.changes.map(({ attribute, now }) => [attribute, now]));
  const judged = save.condition ? [...attributesOf(save.condition)] : [];
  const plan = planPinned(context, base, { version, changes, generated: valuesOf(save.generated), overwrite, judged });
  assertCertain(context, base, plan);
  const revision = overwrite && plan.dynamicSteps.length === 0 ? [] : sameRevision(model, base.wire);
  const condition = { and: [...sameVersion(model, base.wire), ...revision, ...plan.reads] };
  if (!conditionFits(condition)) throw tooLarge(context, save.key);
  return { changes: plan.changes, condition };
}

function conditionOf<T extends object>(
  context: ItemContext<T>,
  save: Save,
  base: VersionedWire,
  plan: RewritePlan | undefined,
): WireCondition {
  const { model } = context;
  const version = sameVersion(model, base.wire);
  // even `overwrite` must not ignore changes of what the chain looked at: they would give another item
  const reads = plan?.reads ?? [];
  const isDynamic = plan !== undefined && plan.dynamicSteps.length > 0;
  const revision = save.overwrite && !isDynamic ? [] : sameRevision(model, base.wire);
  const known = new Set(reads.map((read) => ('attribute' in read ? read.attribute : undefined)));
  const unread = save.overwrite ? [] : save.changes.filter(({ attribute }) => !known.has(attribute));
  const unchanged = unread.map(({ attribute }) => unchangedSince(base.wire, attribute));
  const callers = save.condition ? [sentCondition(save.condition, base.wire)] : [];
  const condition = { and: [...version, ...revision, ...reads, ...unchanged, ...callers] };
  if (conditionFits(condition)) return condition;
  if (save.overwrite) return joined(context, version, save.condition, base.wire);
  throw tooLarge(context, save.key);
}

function tooLarge<T extends object>({ model }: ItemContext<T>, key: ErrorKey): MapperError {
  return new MapperError('CONDITION_TOO_LARGE', { entity: model.name, key });
}

/**
 * Whether changes still mean the same for what is stored now: the revision and the changed attributes are as loaded.
 */
function canApply<T extends object>(context: ItemContext<T>, save: Save, current: VersionedWire): boolean {
  if (save.overwrite) return true;
  if (!isSameRevision(context, save.loaded.wire, current.wire)) return false;
  const { declared } = new LoadedItem(context, current);
  return save.changes.every(({ attribute, loaded }) => isSameValue(loaded, valueAt(declared, attribute)));
}

/** Whether an item has all that was sent, and no longer what it was sent for. */
function hasApplied(sent: readonly WireChange[], now: WireItem, before: WireItem): boolean {
  const values = sent.map((change) => [change.attribute, 'set' in change ? change.set : undefined] as const);
  return (
    values.every(([name, value]) => isSameValue(valueAt(now, name), value)) &&
    values.some(([name, value]) => !isSameValue(valueAt(before, name), value))
  );
}

function changesSince<T extends object>(
  { model }: ItemContext<T>,
  loaded: LoadedItem,
  now: WireItem,
  generated: Generated,
): Change[] {
  const changes: Change[] = [];
  for (const attribute of model.attributes) {
    const { attribute: name } = attribute;
    if (generated.has(attribute) || model.fixedNames.has(name)) continue;
    const value = valueAt(now, name);
    if (loaded.isUnchanged(name, value)) continue;
    changes.push({ attribute: name, now: value, loaded: loaded.declaredValue(name) });
  }
  return changes;
}
