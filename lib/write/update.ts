import { encodeItem } from '../codec/encode.js';
import { canonicalNumber } from '../codec/number.js';
import { valueAt, type WireItem } from '../codec/wire.js';
import type { WireCondition } from '../codec/wire-condition.js';
import { type ErrorKey, MapperError } from '../errors.js';
import { attributesOf } from '../filter/named-attributes.js';
import { currentVersion, sameRevision, sameVersion } from '../filter/own-conditions.js';
import { templateChanges } from '../keys/template-changes.js';
import type { ItemContext } from '../read/entity-context.js';
import { keyItemOf, readItemOf } from '../read/key-item.js';
import { isSameRevision, readableItem, readStored } from '../read/stored-item.js';
import type { VersionedWire } from '../read/tracked-item.js';
import { planPinned, type Values, valuesOf } from '../rewrite/plan-pinned.js';
import { planCertainUpgrade } from '../rewrite/plan-upgrade.js';
import { applyChanges, assertCertain, changeTo, versionChange } from '../rewrite/rewrite-plan.js';
import { type AppliedUpdate, applyUpdate } from '../store/apply-update.js';
import type { Table, WriteOutcome } from '../store/table.js';
import { updateFits, updateParams, type WireChange } from '../store/update.js';
import { assertValidClauses } from './assert-valid.js';
import { callerCondition, joined, type WriteOptions } from './caller-condition.js';
import { generateValues } from './generated-values.js';
import { assertStorable } from './storable-values.js';
import { type Clauses, compileClauses, invalid } from './update-clauses.js';
import { type WritePlan, writeUntilDone } from './write-until-done.js';

interface Update {
  readonly key: ErrorKey;
  readonly keyItem: WireItem;
  /** The item of an entity that is given as the key. */
  readonly read: WireItem | undefined;
  /** The requested changes, and what is computed from them. */
  readonly changes: readonly WireChange[];
  /** The values that the write generates. */
  readonly generated: readonly WireChange[];
  readonly revision: unknown;
  readonly condition: WireCondition | undefined;
  /** The version to store. */
  readonly version: number;
}

type RefusedUpdate = Exclude<AppliedUpdate, { readonly item: WireItem }>;

/** Changes an item in the table, if possible without reading it first. Resolves to the stored item. */
export async function updateItem<T extends object>(
  context: ItemContext<T>,
  keyObject: object,
  clauses: Clauses,
  options: WriteOptions<T>,
): Promise<WireItem> {
  const { hydrator, isFenced, keys, model } = context;
  const condition = callerCondition(context, 'update()', options.condition);
  const keyItem = keyItemOf(context, keyObject);
  const key = keys.nameOf(keyItem);
  const asked = compileClauses({ model, hydrator, key }, clauses);
  const changes = [...asked, ...templateChanges({ model, hydrator }, keyItem, asked)];
  assertStorable(context, setValues(changes), key);
  assertValidClauses(context, clauses, key);
  const generated = generateValues(context, undefined);
  const wire = hydrator.toWire({} as T, () => key, generated);
  const generatedChanges = Array.from(generated.keys(), ({ attribute }) => changeTo(attribute, wire[attribute]));
  const revision = model.revision && generated.get(model.revision);
  const update = {
    key,
    keyItem,
    read: readItemOf(context, keyObject, keyItem),
    changes,
    generated: generatedChanges,
    revision,
    condition,
    version: context.writeVersion(),
  };
  if (update.version < model.version) return updatePinned(context, update);
  return isFenced ? updateFenced(context, update) : updateUnfenced(context, update);
}

async function updateFenced<T extends object>(context: ItemContext<T>, update: Update): Promise<WireItem> {
  const { model } = context;
  const { changes, condition, keyItem, generated, revision } = update;
  const all = [...changes, ...generated, versionChange(model.versionAttribute, model.version)];
  // with a revision, an `add` is done only on the revision that was read, so that a repeated request can't add twice
  const needsRevision = revision !== undefined && changes.some(isCumulative);
  // the one whose requests name the item's key as it is stored
  let used = context.table;
  const ended = await sendUpdate(context, update, {
    startsFrom: needsRevision ? 'stored item' : 'nothing known',
    upgradesFirst: true,
    attempt(base, table) {
      used = table;
      const stored = base?.wire ?? currentVersion(model);
      const fixed = [...sameVersion(model, stored), ...(base && needsRevision ? sameRevision(model, stored) : [])];
      return table.update(keyItem, updateParams(all, joined(context, fixed, condition, base?.wire)), 'item');
    },
  });
  if (ended.end === 'was done') return ended.stored.wire;
  const there = { ...context, table: used };
  const stored = ended.item ?? mustExist(there, await readStored(there, keyItem), update.key);
  return withoutLeftovers(there, update, stored);
}

/**
 * Deletes again what another program has stored in another notation: ScyllaDB compares the members of a set of numbers
 * by their texts, so that 100 doesn't delete `1E+2`.
 */
async function withoutLeftovers<T extends object>(
  { model, table }: ItemContext<T>,
  { changes, keyItem }: Update,
  stored: WireItem,
): Promise<WireItem> {
  const leftovers = changes.flatMap((change) => {
    if (!('delete' in change) || change.within !== undefined || !('NS' in change.delete)) return [];
    const set = valueAt(stored, change.attribute);
    const numbers = new Set(change.delete.NS);
    const left = set && 'NS' in set ? set.NS.filter((member) => numbers.has(canonicalNumber(member) ?? member)) : [];
    return left.length > 0 ? [{ attribute: change.attribute, delete: { NS: left } }] : [];
  });
  if (leftovers.length === 0) return stored;
  const outcome = await table.update(keyItem, updateParams(leftovers, { and: sameVersion(model, stored) }), 'item');
  return (outcome.done && outcome.item) || stored;
}

/** If an older version is pinned: changes the upgraded item in memory, and stores the result in that version. */
async function updatePinned<T extends object>(context: ItemContext<T>, update: Update): Promise<WireItem> {
  const { isFenced, model } = context;
  const { keyItem } = update;
  let sent: readonly WireChange[] = [];
  const attempt = (base: VersionedWire, table: Table): Promise<WriteOutcome> => {
    const plan = planPinnedUpdate(context, update, base);
    assertCertain(context, base, plan);
    sent = plan.changes;
    const condition = { and: [...sameVersion(model, base.wire), ...sameRevision(model, base.wire), ...plan.reads] };
    const params = updateParams(sent, condition);
    if (!updateFits(params)) throw new MapperError('CONDITION_TOO_LARGE', { entity: model.name, key: update.key });
    return table.update(keyItem, isFenced ? params : updateParams(sent, undefined));
  };
  const ended = await sendUpdate(context, update, {
    startsFrom: 'stored item',
    attempt: (base, table) => attempt(base as VersionedWire, table),
  });
  return ended.end === 'was done' ? ended.stored.wire : applyChanges((ended.base as VersionedWire).wire, sent);
}

function planPinnedUpdate<T extends object>(context: ItemContext<T>, update: Update, base: VersionedWire) {
  const { changes, condition, key, generated, version } = update;
  const newest = encodeItem(context.reader.newestItem(base.wire, base.version));
  const applied = applyUpdate(newest, changes);
  if (!('item' in applied)) throw refusedUpdate(context, applied, key, changes);
  const names = new Set(changes.map(({ attribute }) => attribute));
  const values: Values = new Map(Array.from(names, (name) => [name, valueAt(applied.item, name)]));
  const judged = condition ? [...attributesOf(condition)] : [];
  return planPinned(context, base, { version, changes: values, generated: valuesOf(generated), judged });
}

/** Without conditional writes: reads, upgrades in memory, and stores everything that differs. */
async function updateUnfenced<T extends object>(context: ItemContext<T>, update: Update): Promise<WireItem> {
  const { model, table } = context;
  const { changes, key, keyItem, generated } = update;
  if (changes.some((change) => 'add' in change || 'delete' in change || change.within !== undefined)) {
    throw new MapperError('FENCE_REQUIRED', { call: 'update()', with: 'add, delete or nested paths' });
  }
  const base = readableItem(context, mustExist(context, await readStored(context, keyItem), key));
  const plan = base.version < model.version ? planCertainUpgrade(context, base).changes : [];
  const all = [...plan, ...changes, ...generated, versionChange(model.versionAttribute, model.version)];
  const byAttribute = new Map(all.map((change) => [change.attribute, change]));
  await table.update(keyItem, updateParams([...byAttribute.values()], undefined));
  return applyChanges(base.wire, [...byAttribute.values()]);
}

/**
 * Sends an update until it is done. Throws `NOT_FOUND`, or `MISSING_PARENT` if the map or list of a path doesn't exist.
 */
async function sendUpdate<T extends object>(
  context: ItemContext<T>,
  update: Update,
  plan: Pick<WritePlan, 'attempt' | 'startsFrom' | 'upgradesFirst'>,
) {
  const { changes, condition, key, keyItem, revision, read } = update;
  const ended = await writeUntilDone(context, {
    key,
    keyItem,
    read,
    condition,
    revision,
    // an earlier attempt may have been done, and others may have written since: trying again could do it twice
    canGoOn: (current, base, wasRepeated) =>
      !(wasRepeated && base && changes.some(isCumulative)) || isSameRevision(context, base.wire, current.wire),
    ...plan,
    async attempt(base, table) {
      const outcome = await plan.attempt(base, table);
      if (outcome.done || outcome.because !== 'no parent') return outcome;
      throw changes.some(({ within }) => within) ? missingParent(context, key, changes, outcome.error) : outcome.error;
    },
  });
  if (ended.end !== 'absent') return ended;
  throw new MapperError('NOT_FOUND', { entity: context.model.name, key });
}

function refusedUpdate<T extends object>(
  context: ItemContext<T>,
  { because, refused }: RefusedUpdate,
  key: ErrorKey,
  changes: readonly WireChange[],
): MapperError {
  if (because === 'no parent') return missingParent(context, key, changes);
  const path = [refused.attribute, ...(refused.within ?? [])].join('.');
  return invalid(path, 'has another type than what is added to it or deleted from it');
}

function missingParent<T extends object>(
  { model }: ItemContext<T>,
  key: ErrorKey,
  changes: readonly WireChange[],
  cause?: unknown,
): MapperError {
  const nested = changes.filter(({ within }) => within !== undefined);
  const paths = nested.map(({ attribute, within = [] }) => [attribute, ...within].join('.'));
  return new MapperError('MISSING_PARENT', { entity: model.name, key, paths }, { cause });
}

function mustExist<T extends object>({ model }: ItemContext<T>, stored: WireItem | undefined, key: ErrorKey): WireItem {
  if (stored === undefined) throw new MapperError('NOT_FOUND', { entity: model.name, key });
  return stored;
}

/** The values that whole attributes are set to. */
function setValues(changes: readonly WireChange[]): WireItem {
  const values = changes.flatMap((change) =>
    'set' in change && change.within === undefined ? [[change.attribute, change.set] as const] : [],
  );
  return Object.fromEntries(values);
}

/** Whether doing a change twice differs from doing it once. */
function isCumulative(change: WireChange): boolean {
  // after an element is removed, the next one takes its place, and an element beyond the end is appended
  return 'add' in change || typeof change.within?.at(-1) === 'number';
}
