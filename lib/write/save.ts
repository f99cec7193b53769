import { valueAt, type WireItem, type WireValue } from '../codec/wire.js';
import type { WireCondition } from '../codec/wire-condition.js';
import { type ErrorKey, MapperError } from '../errors.js';
import { attributesOf } from '../filter/named-attributes.js';
import { conditionParams, fitsLimits } from '../store/condition.js';
import { updateParams, type WireChange } from '../store/update.js';
import { assertHolds, callerCondition, joined, type WriteOptions } from './caller-condition.js';
import { sameRevision, sameVersion } from '../filter/own-conditions.js';
import type { ItemContext } from '../read/entity-context.js';
import { EntityEncoder, type Generated } from './entity-encoder.js';
import { assignGenerated } from './put-and-delete.js';
import { conflict, hasRevision, isSameRevision, isSameValue, readableItem, readStored } from '../read/stored-item.js';
import { type VersionedWire, track } from '../read/tracked-item.js';
import { pinnedPlan, valuesOf } from '../rewrite/plan-pinned.js';
import { applyChanges, changeTo, type UpgradePlan, unchangedSince } from '../rewrite/plan-upgrade.js';
import { certainPlan, upgradeInTable } from '../rewrite/upgrade-in-table.js';

export interface SaveOptions {
  /** Whether changes are stored even over changes that others made to the same attributes. */
  readonly overwrite?: boolean;
}

/** How often a save is tried anew on what others stored meanwhile. */
const maximumAttempts = 8;

/** A changed attribute: what it is now, and what it was when it was loaded. */
interface Change {
  readonly attribute: string;
  readonly now: WireValue | undefined;
  readonly loaded: WireValue | undefined;
}

interface Save {
  readonly key: ErrorKey;
  readonly wireKey: WireItem;
  readonly changes: readonly Change[];
  readonly made: readonly WireChange[];
  readonly revision: unknown;
  readonly overwrite: boolean;
  readonly condition: WireCondition | undefined;
  /** The version to store. */
  readonly version: number;
}

/** What is sent of a save. */
interface SavePlan {
  readonly changes: readonly WireChange[];
  readonly condition: WireCondition;
}

/** Stores the changes of loaded entities, and nothing else. */
export class EntitySaver<T extends object> {
  readonly #context: ItemContext<T>;
  readonly #encoder: EntityEncoder<T>;

  constructor(context: ItemContext<T>) {
    this.#context = context;
    this.#encoder = new EntityEncoder(context);
  }

  /** Stores what has changed since an entity was loaded. */
  async save(entity: T, loaded: VersionedWire, options: SaveOptions & WriteOptions<T>): Promise<void> {
    const { hydrator, model } = this.#context;
    const { overwrite = false } = options;
    const condition = callerCondition(this.#context, 'save()', options.condition);
    const version = this.#context.writeVersion();
    const { key, wireKey } = this.#encoder.keyOf(entity, loaded);
    const generated = this.#encoder.generate(entity, true);
    const now = hydrator.toWire(entity, () => key);
    const changes = this.#changes(this.#encoder.declaredOf(loaded), now, generated);
    if (changes.length === 0) return;

    const all = hydrator.toWire(entity, () => key, generated);
    const made = [...generated.keys()].map(({ attribute }) => changeTo(attribute, all[attribute]));
    const revision = model.revision && generated.get(model.revision);
    const save = { key, wireKey, changes, made, revision, overwrite, condition, version };
    const { base, stored } = await this.#store(save, loaded);
    if (base !== loaded) this.#takeOver(entity, stored, changes);
    assignGenerated(entity, generated);
    hydrator.templates.assign(entity, () => hydrator.toWire(entity, () => key));
    track(entity, this.#context.schema.name, stored);
  }

  /**
   * Gives an entity what others stored meanwhile: else the next save would take the values of before for changes of its own
   * and store them over the others'.
   */
  #takeOver(entity: T, stored: VersionedWire, changes: readonly Change[]): void {
    const { model, reader } = this.#context;
    const own = new Set(changes.map((change) => change.attribute));
    const current = reader.read(stored.wire) as Record<string, unknown>;
    for (const { attribute, property } of model.attributes) {
      if (!own.has(attribute)) Reflect.set(entity, property, current[property]);
    }
  }

  /** What is stored then, and what the changes were applied to. */
  async #store(save: Save, loaded: VersionedWire): Promise<{ base: VersionedWire; stored: VersionedWire }> {
    const { connection, isFenced, model, schema } = this.#context;
    let base = loaded;
    let wasRepeated = false;
    for (let attempt = 1; ; attempt++) {
      if (save.condition) base = await this.#judgeable(save, base, attempt);
      const { changes, condition } = this.#plan(save, base);
      const request = updateParams(schema.name, save.wireKey, changes, isFenced ? condition : undefined);
      if (isFenced && !fitsLimits(request.UpdateExpression)) throw this.#tooLarge(save);
      const outcome = await connection.update(request);
      if (outcome.done) return { base, stored: { wire: applyChanges(base.wire, changes), version: save.version } };
      const item = outcome.item ?? (await readStored(this.#context, save.wireKey));
      if (!item) throw new MapperError('NOT_FOUND', { entity: model.name, key: save.key });
      // our own write, whose answer was lost
      const current = readableItem(this.#context, item);
      if (hasRevision(this.#context, item, save.revision)) return { base: current, stored: current };
      wasRepeated ||= outcome.wasRepeated;
      assertHolds(this.#context, save.condition, save.key, current, wasRepeated);
      if (attempt >= maximumAttempts || !this.#canApply(save, base, current))
        throw conflict(this.#context, save.key, item);
      base = current;
    }
  }

  /** What a caller's condition can be asked of: the item in the newest version, in the table; where an older one is stored, as it is now. */
  async #judgeable(save: Save, base: VersionedWire, attempt: number): Promise<VersionedWire> {
    const { model } = this.#context;
    let current: VersionedWire | undefined = base;
    if (save.version === model.version) {
      if (base.version < model.version) current = await upgradeInTable(this.#context, save.wireKey, save.key, base);
    } else if (attempt === 1) {
      const item = await readStored(this.#context, save.wireKey);
      current = item && readableItem(this.#context, item);
    }
    if (!current) throw new MapperError('NOT_FOUND', { entity: model.name, key: save.key });
    if (current !== base && !this.#canApply(save, base, current)) {
      throw conflict(this.#context, save.key, current.wire);
    }
    if (save.version < model.version) assertHolds(this.#context, save.condition, save.key, current);
    return current;
  }

  #plan(save: Save, base: VersionedWire): SavePlan {
    const { model } = this.#context;
    if (save.version < model.version) return this.#pinnedPlan(save, base);
    const plan = base.version < model.version ? certainPlan(this.#context, base) : undefined;
    const byAttribute = new Map<string, WireChange>();
    for (const change of plan?.changes ?? [changeTo(model.versionAttribute, { N: String(model.version) })]) {
      byAttribute.set(change.attribute, change);
    }
    for (const { attribute, now } of save.changes) byAttribute.set(attribute, changeTo(attribute, now));
    for (const change of save.made) byAttribute.set(change.attribute, change);
    return { changes: [...byAttribute.values()], condition: this.#condition(save, base, plan) };
  }

  /** In an older version, under the conditions that make it come to the same. */
  #pinnedPlan(save: Save, base: VersionedWire): SavePlan {
    const { overwrite, version } = save;
    const changes = new Map(save.changes.map(({ attribute, now }) => [attribute, now]));
    const made = valuesOf(save.made);
    const judged = save.condition ? [...attributesOf(save.condition)] : [];
    const plan = pinnedPlan(this.#context, base, { version, changes, made, overwrite, judged });
    const revision = overwrite && !plan.isDynamic ? [] : sameRevision(this.#context.model, base.wire);
    const condition = { and: [...sameVersion(this.#context.model, base.wire), ...revision, ...plan.reads] };
    if (!fitsLimits(conditionParams(condition).ConditionExpression)) throw this.#tooLarge(save);
    return { changes: plan.changes, condition };
  }

  #condition(save: Save, base: VersionedWire, plan: UpgradePlan | undefined): WireCondition {
    const { model } = this.#context;
    const version = sameVersion(model, base.wire);
    // what the chain looked at is nobody's to overwrite: another writer's change there makes another item
    const reads = plan?.reads ?? [];
    const revision = save.overwrite && !plan?.isDynamic ? [] : sameRevision(model, base.wire);
    const known = new Set(reads.map((read) => ('attribute' in read ? read.attribute : undefined)));
    const own = save.overwrite ? [] : save.changes.filter(({ attribute }) => !known.has(attribute));
    const unchanged = own.map(({ attribute }) => unchangedSince(base.wire, attribute));
    const callers = save.condition ? [save.condition] : [];
    const condition = { and: [...version, ...revision, ...reads, ...unchanged, ...callers] };
    if (fitsLimits(conditionParams(condition).ConditionExpression)) return condition;
    if (save.overwrite) return joined(this.#context, version, save.condition);
    throw this.#tooLarge(save);
  }

  #tooLarge({ key }: Save): MapperError {
    return new MapperError('CONDITION_TOO_LARGE', { entity: this.#context.model.name, key });
  }

  /** Whether changes still mean the same on what is stored now: the revision is as loaded, and so are the changed attributes. */
  #canApply(save: Save, base: VersionedWire, current: VersionedWire): boolean {
    if (save.overwrite) return true;
    if (!isSameRevision(this.#context, base.wire, current.wire)) return false;
    const declared = this.#encoder.declaredOf(current);
    return save.changes.every(({ attribute, loaded }) => isSameValue(loaded, valueAt(declared, attribute)));
  }

  #changes(loaded: WireItem, now: WireItem, generated: Generated): Change[] {
    const made = new Set([...generated.keys()].map((one) => one.attribute));
    const changes: Change[] = [];
    for (const { attribute } of this.#context.model.attributes) {
      if (made.has(attribute)) continue;
      const [before, after] = [valueAt(loaded, attribute), valueAt(now, attribute)];
      if (!isSameValue(before, after)) changes.push({ attribute, now: after, loaded: before });
    }
    return changes;
  }
}
