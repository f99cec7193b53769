import { equalWire, type WireItem, type WireValue } from '../codec/wire.js';
import { type ErrorKey, MapperError } from '../errors.js';
import { conditionParams, fitsLimits, type WireCondition } from '../store/condition.js';
import { updateParams, type WireChange } from '../store/update.js';
import { sameRevision, sameVersion } from './conditions.js';
import type { EntityContext } from './entity-context.js';
import { EntityEncoder, type Generated } from './entity-encoder.js';
import { assignGenerated } from './entity-writer.js';
import { conflict, hasRevision, readableItem, readStored } from './stored-item.js';
import { type Tracked, track } from './tracking.js';
import { applyChanges, changeTo, unchangedSince } from './upgrade-plan.js';
import { certainPlan } from './upgrader.js';

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
}

/** Stores the changes of loaded entities, and nothing else. */
export class EntitySaver<T extends object> {
  readonly #context: EntityContext<T>;
  readonly #encoder: EntityEncoder<T>;

  constructor(context: EntityContext<T>) {
    this.#context = context;
    this.#encoder = new EntityEncoder(context);
  }

  /** Stores what has changed since an entity was loaded; `false` if it wasn't loaded, or has another key now. */
  async save(entity: T, loaded: Tracked, { overwrite = false }: SaveOptions): Promise<void> {
    const { hydrator, model } = this.#context;
    const { key, wireKey } = this.#encoder.keyOf(entity);
    const generated = this.#encoder.generate(entity, true);
    const now = hydrator.toWire(entity, () => key);
    const changes = this.#changes(this.#encoder.declaredOf(loaded), now, generated);
    if (changes.length === 0) return;

    const all = hydrator.toWire(entity, () => key, generated);
    const made = [...generated.keys()].map(({ attribute }) => changeTo(attribute, all[attribute]));
    const revision = model.revision && generated.get(model.revision);
    const stored = await this.#store({ key, wireKey, changes, made, revision, overwrite }, loaded);
    assignGenerated(entity, generated);
    track(entity, stored);
  }

  async #store(save: Save, loaded: Tracked): Promise<Tracked> {
    const { connection, model } = this.#context;
    let base = loaded;
    for (let attempt = 1; ; attempt++) {
      const { changes, request } = this.#request(save, base);
      const outcome = await connection.update(request);
      if (outcome.done) return { wire: applyChanges(base.wire, changes), version: model.version };
      const item = outcome.item ?? (await readStored(this.#context, save.wireKey));
      if (!item) throw new MapperError('NOT_FOUND', { entity: model.name, key: save.key });
      // our own write, whose answer was lost
      if (hasRevision(this.#context, item, save.revision)) return { wire: item, version: model.version };
      const current = readableItem(this.#context, item);
      if (attempt >= maximumAttempts || !this.#canApply(save, base, current))
        throw conflict(this.#context, save.key, item);
      base = current;
    }
  }

  #request(save: Save, base: Tracked): { changes: readonly WireChange[]; request: ReturnType<typeof updateParams> } {
    const { isFenced, model, schema } = this.#context;
    const plan = base.version < model.version ? certainPlan(this.#context, base) : undefined;
    const byAttribute = new Map<string, WireChange>();
    for (const change of plan?.changes ?? [changeTo(model.versionAttribute, { N: String(model.version) })]) {
      byAttribute.set(change.attribute, change);
    }
    for (const { attribute, now } of save.changes) byAttribute.set(attribute, changeTo(attribute, now));
    for (const change of save.made) byAttribute.set(change.attribute, change);
    const changes = [...byAttribute.values()];
    if (!isFenced) return { changes, request: updateParams(schema.name, save.wireKey, changes, undefined) };

    const conditions: WireCondition[] = [...sameVersion(model, base.wire), ...sameRevision(model, base.wire)];
    if (!save.overwrite) {
      conditions.push(...(plan?.reads ?? []));
      const known = new Set(plan?.reads.map((read) => ('attribute' in read ? read.attribute : undefined)));
      const own = save.changes.filter(({ attribute }) => !known.has(attribute));
      conditions.push(...own.map(({ attribute }) => unchangedSince(base.wire, attribute)));
    }
    if (!fitsLimits(conditionParams({ and: conditions }).ConditionExpression)) {
      throw new MapperError('CONDITION_TOO_LARGE', { entity: model.name, key: save.key });
    }
    return { changes, request: updateParams(schema.name, save.wireKey, changes, { and: conditions }) };
  }

  /** Whether changes still mean the same on what is stored now: the revision is as loaded, and so are the changed attributes. */
  #canApply(save: Save, base: Tracked, current: Tracked): boolean {
    const { revision } = this.#context.model;
    const at = (wire: WireItem, name: string) => (Object.hasOwn(wire, name) ? wire[name] : undefined);
    if (revision && !isSame(at(base.wire, revision.attribute), at(current.wire, revision.attribute))) return false;
    if (save.overwrite) return true;
    const declared = this.#encoder.declaredOf(current);
    return save.changes.every(({ attribute, loaded }) => isSame(loaded, at(declared, attribute)));
  }

  #changes(loaded: WireItem, now: WireItem, generated: Generated): Change[] {
    const made = new Set([...generated.keys()].map((one) => one.attribute));
    const changes: Change[] = [];
    for (const { attribute } of this.#context.model.attributes) {
      if (made.has(attribute)) continue;
      const [before, after] = [loaded, now].map((wire) =>
        Object.hasOwn(wire, attribute) ? wire[attribute] : undefined,
      );
      if (!isSame(before, after)) changes.push({ attribute, now: after, loaded: before });
    }
    return changes;
  }
}

function isSame(a: WireValue | undefined, b: WireValue | undefined): boolean {
  return a !== undefined && b !== undefined ? equalWire(a, b) : a === b;
}
