import { encodeItem, encodeValue, isEmptySet } from '../codec/encode.js';
import { valueAt, type WireItem, type WireValue } from '../codec/wire.js';
import type { WireCondition } from '../codec/wire-condition.js';
import { type ErrorKey, isMapperError, MapperError } from '../errors.js';
import { readKey } from '../hydration/hydrator.js';
import { attributesOf } from '../filter/named-attributes.js';
import type { AttributeModel } from '../model/attribute-model.js';
import { attributePath } from '../model/attribute-path.js';
import type { NestedPath, PropertyOf } from '../model/key-type.js';
import { type AppliedUpdate, applyUpdate } from '../store/apply-update.js';
import { conditionParams, fitsLimits } from '../store/condition.js';
import { updateParams, type WireChange } from '../store/update.js';
import { assertHolds, callerCondition, joined, type WriteOptions } from './caller-condition.js';
import { currentVersion, sameRevision, sameVersion } from '../filter/own-conditions.js';
import type { ItemContext } from '../read/entity-context.js';
import { EntityEncoder, type Generated } from './entity-encoder.js';
import { wireKey } from '../keys/key-codec.js';
import { pinnedPlan, type Values, valuesOf } from '../rewrite/plan-pinned.js';
import { conflict, hasRevision, isSameRevision, readableItem, readStored } from '../read/stored-item.js';
import { templateChanges } from '../keys/template-changes.js';
import type { VersionedWire } from '../read/tracked-item.js';
import { applyChanges, changeTo } from '../rewrite/plan-upgrade.js';
import { certainPlan, upgradeInTable } from '../rewrite/upgrade-in-table.js';

/** What an update does: the engine's four clauses, by property names and paths below them. */
export interface UpdateClauses<T> {
  /** Sets places to values. */
  readonly set?: { readonly [P in PropertyOf<T>]?: T[P] } & { readonly [P in NestedPath<T>]?: unknown };
  /** Removes places. */
  readonly remove?: readonly (PropertyOf<T> | NestedPath<T>)[];
  /** Adds to numbers, and members to sets; what is absent counts as 0 or as empty. */
  readonly add?: { readonly [P in PropertyOf<T> | NestedPath<T>]?: number | bigint | ReadonlySet<unknown> };
  /** Removes members from sets. */
  readonly delete?: { readonly [P in PropertyOf<T> | NestedPath<T>]?: ReadonlySet<unknown> };
}

interface Clauses {
  readonly set?: Readonly<Record<string, unknown>>;
  readonly remove?: readonly string[];
  readonly add?: Readonly<Record<string, unknown>>;
  readonly delete?: Readonly<Record<string, unknown>>;
}

/** An update that stores an older version. */
interface PinnedUpdate {
  readonly key: ErrorKey;
  readonly keyItem: WireItem;
  readonly version: number;
  readonly changes: readonly WireChange[];
  readonly made: Values;
  readonly generated: Generated;
  readonly condition: WireCondition | undefined;
}

type RefusedUpdate = Exclude<AppliedUpdate, { readonly item: WireItem }>;

/** How often an update is tried anew on what others stored meanwhile. */
const maximumAttempts = 10;

/** Changes items in the table without reading them first, where that can be done. */
export class EntityUpdater<T extends object> {
  readonly #context: ItemContext<T>;
  readonly #encoder: EntityEncoder<T>;

  constructor(context: ItemContext<T>) {
    this.#context = context;
    this.#encoder = new EntityEncoder(context);
  }

  /** Applies an update, and answers what is stored then. */
  async update(keyObject: object, clauses: Clauses, options: WriteOptions<T>): Promise<WireItem> {
    const { isFenced, model } = this.#context;
    const condition = callerCondition(this.#context, 'update()', options.condition);
    const keyItem = wireKey(this.#context, keyObject);
    const key = readKey(model, keyItem);
    const changes = this.#changes(clauses, key);
    if (changes.length === 0) throw invalid('the clauses', 'change nothing; give it set, remove, add or delete');
    const generated = this.#encoder.generate({} as T, true);
    const wire = this.#context.hydrator.toWire({} as T, () => key, generated);
    const made = [...generated.keys()].map(({ attribute }) => changeTo(attribute, wire[attribute]));
    const version = this.#context.writeVersion();
    const computed = templateChanges(this.#context, keyItem, changes);
    if (version < model.version) {
      const own = [...changes, ...computed];
      return this.#updatePinned({ key, keyItem, version, changes: own, made: valuesOf(made), generated, condition });
    }
    const all = [...changes, ...computed, ...made];
    all.push(changeTo(model.versionAttribute, { N: String(model.version) }));
    if (!isFenced) return this.#updateUnfenced(keyItem, key, all);
    const revision = model.revision && generated.get(model.revision);
    return this.#updateFenced(keyItem, key, all, { revision, condition });
  }

  async #updateFenced(
    keyItem: WireItem,
    key: ErrorKey,
    changes: readonly WireChange[],
    { condition, revision }: { readonly condition: WireCondition | undefined; readonly revision: unknown },
  ): Promise<WireItem> {
    const { connection, model, schema } = this.#context;
    // with a revision, an `add` is only done on the revision that was read: so a repeated request can't add twice
    const needsRevision = revision !== undefined && changes.some(isCumulative);
    let base = needsRevision ? await this.#readBase(keyItem, key) : undefined;
    let wasRepeated = false;
    for (let attempt = 1; ; attempt++) {
      if (base) base = this.#mustExist(await upgradeInTable(this.#context, keyItem, key, base), key);
      const ours: WireCondition[] = base
        ? [...sameVersion(model, base.wire), ...(needsRevision ? sameRevision(model, base.wire) : [])]
        : sameVersion(model, currentVersion(model));
      const request = updateParams(schema.name, keyItem, changes, joined(this.#context, ours, condition));
      const outcome = await this.#send(() => connection.update({ ...request, ReturnValues: 'ALL_NEW' }), key, changes);
      if (outcome.done) return outcome.attributes ?? this.#mustExist(await readStored(this.#context, keyItem), key);
      const item = this.#mustExist(outcome.item ?? (await readStored(this.#context, keyItem)), key);
      if (hasRevision(this.#context, item, revision)) return item;
      const current = readableItem(this.#context, item);
      // a repeated request may have been done, and others may have written since: trying anew could do it twice
      wasRepeated ||= outcome.wasRepeated;
      assertHolds(this.#context, condition, key, current, wasRepeated);
      const mayBeDone = needsRevision && wasRepeated && !isSameRevision(this.#context, base?.wire ?? {}, item);
      if (mayBeDone || attempt >= maximumAttempts) throw conflict(this.#context, key, item);
      base = current;
    }
  }

  /** Where an older version is stored: reads, changes the upgraded item in memory, and stores what that comes to there. */
  async #updatePinned(update: PinnedUpdate): Promise<WireItem> {
    const { changes, key, keyItem, made, version } = update;
    const { connection, isFenced, model, reader, schema } = this.#context;
    const judged = update.condition ? [...attributesOf(update.condition)] : [];
    const revision = model.revision && update.generated.get(model.revision);
    let first: VersionedWire | undefined;
    let wasRepeated = false;
    for (let attempt = 1; ; attempt++) {
      const item = this.#mustExist(await readStored(this.#context, keyItem), key);
      if (hasRevision(this.#context, item, revision)) return item;
      const base = readableItem(this.#context, item);
      // a repeated request may have been done, and others may have written since: trying anew could do it twice
      const mayBeDone = wasRepeated && first && !isSameRevision(this.#context, first.wire, item);
      if ((mayBeDone && changes.some(isCumulative)) || attempt > maximumAttempts)
        throw conflict(this.#context, key, item);
      first = base;
      assertHolds(this.#context, update.condition, key, base, wasRepeated);
      const newest = encodeItem(reader.newestItem(base.wire, base.version));
      const applied = applyUpdate(newest, changes);
      if (!('item' in applied)) throw this.#refused(applied, key, changes);
      const own = new Map(changes.map(({ attribute }) => [attribute, valueAt(applied.item, attribute)]));
      const plan = pinnedPlan(this.#context, base, { version, changes: own, made, judged });
      const condition = {
        and: [...sameVersion(model, base.wire), ...sameRevision(model, base.wire), ...plan.reads],
      };
      const request = updateParams(schema.name, keyItem, plan.changes, isFenced ? condition : undefined);
      if (!fitsLimits(request.UpdateExpression) || !fitsLimits(conditionParams(condition).ConditionExpression)) {
        throw new MapperError('CONDITION_TOO_LARGE', { entity: model.name, key });
      }
      const outcome = await connection.update(request);
      if (outcome.done) return applyChanges(base.wire, plan.changes);
      wasRepeated ||= outcome.wasRepeated;
    }
  }

  #refused({ because, refused }: RefusedUpdate, key: ErrorKey, changes: readonly WireChange[]): MapperError {
    if (because === 'no parent') return this.#missingParent(key, changes);
    const path = [refused.attribute, ...(refused.within ?? [])].join('.');
    return invalid(path, 'has another type than what is added to it or deleted from it');
  }

  #missingParent(key: ErrorKey, changes: readonly WireChange[], cause?: unknown): MapperError {
    const nested = changes.filter((change) => change.within !== undefined);
    const paths = nested.map(({ attribute, within = [] }) => [attribute, ...within].join('.'));
    return new MapperError('MISSING_PARENT', { entity: this.#context.model.name, key, paths }, { cause });
  }

  /** Where writes carry no condition: reads, upgrades in memory, and stores all that differs. */
  async #updateUnfenced(keyItem: WireItem, key: ErrorKey, changes: readonly WireChange[]): Promise<WireItem> {
    const { connection, model, schema } = this.#context;
    if (changes.some((change) => 'add' in change || 'delete' in change || change.within !== undefined)) {
      throw new MapperError('FENCE_REQUIRED', { call: 'update() with add, delete or nested paths' });
    }
    const base = await this.#readBase(keyItem, key);
    const plan = base.version < model.version ? certainPlan(this.#context, base).changes : [];
    const byAttribute = new Map([...plan, ...changes].map((change) => [change.attribute, change]));
    await connection.update(updateParams(schema.name, keyItem, [...byAttribute.values()], undefined));
    return applyChanges(base.wire, [...byAttribute.values()]);
  }

  async #readBase(keyItem: WireItem, key: ErrorKey): Promise<VersionedWire> {
    return readableItem(this.#context, this.#mustExist(await readStored(this.#context, keyItem), key));
  }

  async #send<R>(request: () => Promise<R>, key: ErrorKey, changes: readonly WireChange[]): Promise<R> {
    try {
      return await request();
    } catch (error) {
      if (!changes.some((change) => change.within !== undefined) || !isMissingParent(error)) throw error;
      throw this.#missingParent(key, changes, error);
    }
  }

  #mustExist<Stored>(stored: Stored | undefined, key: ErrorKey): Stored {
    if (stored === undefined) throw new MapperError('NOT_FOUND', { entity: this.#context.model.name, key });
    return stored;
  }

  #changes(clauses: Clauses, key: ErrorKey): WireChange[] {
    const changes = new Map<string, WireChange>();
    const say = (path: string, change: WireChange) => {
      const other = [...changes].find(([, one]) => overlaps(one, change))?.[0];
      if (other !== undefined) throw invalid(path, `overlaps with ${other}; an update says one thing of a place`);
      changes.set(path, change);
    };
    for (const [path, value] of entriesOf('set', clauses)) say(path, this.#setOf(path, value, key));
    if (clauses.remove !== undefined && !Array.isArray(clauses.remove)) throw invalid('remove', 'is no array of paths');
    for (const path of clauses.remove ?? []) say(path, { ...this.#placeOf(path).path, remove: true });
    for (const [path, value] of entriesOf('add', clauses)) {
      const add = encodeValue(value, path);
      if (!('N' in add) && !isSet(add)) throw invalid(path, 'is added to by numbers and Sets alone');
      say(path, { ...this.#placeOf(path).path, add });
    }
    for (const [path, value] of entriesOf('delete', clauses)) {
      const members = encodeValue(value, path);
      if (!isSet(members)) throw invalid(path, 'loses the members of a Set, and was given none');
      say(path, { ...this.#placeOf(path).path, delete: members });
    }
    return [...changes.values()];
  }

  #setOf(path: string, value: unknown, key: ErrorKey): WireChange {
    const { attribute, path: place } = this.#placeOf(path);
    if (place.within !== undefined) return { ...place, set: encodeValue(value, path) };
    const stored = this.#context.hydrator.storedValue(attribute, value, {}, () => key);
    if (stored === undefined || isEmptySet(stored)) return { ...place, remove: true };
    return { ...place, set: encodeValue(stored, path) };
  }

  #placeOf(path: string) {
    const { model } = this.#context;
    const place = attributePath(model, path);
    if (!place) throw invalid(path, "is no path; names with dots or brackets stand in quotes, as in map['a.b']");
    const { attribute, within } = place;
    if (model.keys.includes(attribute)) throw invalid(path, 'is a key; keys never change');
    const partOf = model.keys.find((one) => one.template?.parts.includes(attribute));
    if (partOf) throw invalid(path, `is part of the key ${partOf.property}; keys never change`);
    if (attribute.template) throw invalid(path, `is computed by its template, ${attribute.template.text}`);
    if (isGenerated(attribute)) throw invalid(path, 'is set by the mapper at every write');
    return { attribute, path: { attribute: attribute.attribute, ...(within.length > 0 && { within }) } };
  }
}

/** What a clause says of which paths. */
function entriesOf(clause: 'set' | 'add' | 'delete', clauses: Clauses): [string, unknown][] {
  const paths: unknown = clauses[clause] ?? {};
  if (typeof paths !== 'object' || Array.isArray(paths)) throw invalid(clause, 'is no object of values by paths');
  return Object.entries(paths as object).filter(([, value]) => value !== undefined);
}

function isSet(value: WireValue): boolean {
  return 'SS' in value || 'NS' in value || 'BS' in value;
}

/** Whether one place is the other, or is inside it. */
function overlaps(one: WireChange, other: WireChange): boolean {
  const [inner = [], outer = []] = [one.within, other.within].toSorted((a = [], b = []) => b.length - a.length);
  return one.attribute === other.attribute && outer.every((part, at) => part === inner[at]);
}

function isGenerated({ roles }: AttributeModel): boolean {
  return roles.has('updated at') || roles.has('revision');
}

/** Whether a change that is done twice is another than one that is done once. */
function isCumulative(change: WireChange): boolean {
  // an element that is removed makes the next one take its place, and one beyond the end is appended
  return 'add' in change || typeof change.within?.at(-1) === 'number';
}

/** DynamoDB's words, and ScyllaDB's for a place below the first level and for one at it. */
const missingParent =
  /document path provided in .* is invalid|document paths not valid|cannot update (?:nested )?document path/i;

function isMissingParent(error: unknown): boolean {
  if (!isMapperError(error, 'REQUEST_FAILED') || error.details.reason !== 'ValidationException') return false;
  return error.cause instanceof Error && missingParent.test(error.cause.message);
}

function invalid(argument: string, problem: string): MapperError {
  return new MapperError('INVALID_ARGUMENT', { call: 'update()', argument, problem });
}
