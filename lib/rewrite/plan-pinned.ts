import { decodeItem } from '../codec/decode.js';
import { encodeItem } from '../codec/encode.js';
import { isSameValue, valueAt, type WireItem, type WireValue } from '../codec/wire.js';
import { setOwn } from '../item/own-value.js';
import type { WireCondition } from '../codec/wire-condition.js';
import { MapperError } from '../errors.js';
import { engineKeyTypes } from '../store/table-schema.js';
import type { WireChange } from '../store/update.js';
import type { VersionStep } from '../upgrade/version-step.js';
import { stepsBetween } from '../upgrade/downgrade.js';
import { type Assignment, type Recording, recordSteps } from '../upgrade/recording.js';
import { runSteps, stepsFrom } from '../upgrade/run.js';
import { findWay } from '../upgrade/way.js';
import { wireTypeOf } from '../filter/compare.js';
import { sameRevision, sameVersion } from '../filter/own-conditions.js';
import type { ItemContext } from '../read/entity-context.js';
import type { VersionedWire } from '../read/tracked-item.js';
import { methodsAmong } from './plan-upgrade.js';
import { allUnchangedSince, assertCertain, changeTo, type RewritePlan, versionChange } from './rewrite-plan.js';

/** Values by stored name; `undefined` removes. */
export type Values = ReadonlyMap<string, WireValue | undefined>;

/** What a write stores of an entity in an older version. Names are those of the newest version. */
export interface PinnedWrite {
  /** The version to store. */
  readonly version: number;
  /** What the caller changed. */
  readonly changes: Values;
  /** What the write generates: times and the revision. */
  readonly generated: Values;
  /** Attributes that the caller's condition names. */
  readonly judged?: readonly string[];
  /** Whether changes are stored over others' changes of the same. */
  readonly overwrite?: boolean;
}

/** A write that changes nothing but the version. */
export function onlyVersion(version: number): PinnedWrite {
  return { version, changes: new Map(), generated: new Map() };
}

/**
 * The plan that stores an item in a version older than the newest, with changes.
 *
 * The intended item is the stored one, upgraded to the newest version, with the changes applied. The stored item is of
 * the older version, with those changes translated; attributes that the older version doesn't know stay as they are.
 * Reading it back must give the intended item. Both depend only on what their steps look at. If none of that has
 * changed, and nothing that only one of the two assigns, the plan is right for whatever is stored by then.
 *
 * Throws `DOWNGRADE_LOSES` if it would be read as something else, `DOWNGRADE_FAILED`, `UPGRADE_FAILED` or
 * `INVALID_KEY_VALUE`.
 */
export function planPinned<T extends object>(
  context: ItemContext<T>,
  base: VersionedWire,
  write: PinnedWrite,
): RewritePlan {
  const { model, reader } = context;
  const { chain, downgrades } = model;
  const wanted = new Map([...write.changes, ...write.generated]);
  const newest = encodeItem(reader.newestItem(base.wire, base.version));
  const meant = withValues(newest, wanted);
  const toVersion = stepsBetween(base.version, write.version, chain, downgrades);
  const unchanged = encodeItem(runSteps(decodeItem(base.wire), toVersion, chain, reader.identify(base.wire)));
  assertReadBetween(context, base, unchanged, write.version);
  const after = inVersion(context, meant, write.version);

  let values = differences(context, inVersion(context, newest, write.version), after);
  if (!isReadAs(context, withValues(unchanged, values), meant, write.version)) {
    // one attribute holds what several held: all of them are stored as the downgrade makes them
    values = differences(context, unchanged, after);
    assertReadAs(context, withValues(unchanged, values), meant, write.version);
  }
  const stored = withValues(unchanged, values);
  const traced = trace(context, base, { write, wanted, values, stored, meant, toVersion });
  const assigned = traced?.assigned ?? differences(context, encodeItem(decodeItem(base.wire)), stored).keys();
  const everything = [base.wire, newest, stored].flatMap((item) => Object.keys(item));
  const names = traced?.names ?? [...everything, ...model.attributeNames];

  const changes = [...assigned].map((name) => changeTo(name, valueAt(stored, name)));
  assertIndexKeys(context, new Map([...assigned].map((name) => [name, valueAt(stored, name)])), write.version);
  changes.push(versionChange(model.versionAttribute, write.version));
  const read = [...new Set(names)].filter((name) => !model.fixedNames.has(name));
  const untraced = () =>
    methodsAmong([...toVersion, ...stepsFrom(write.version, chain), ...stepsFrom(base.version, chain)]);
  return { changes, reads: allUnchangedSince(base.wire, read), dynamicSteps: traced?.dynamicSteps ?? untraced() };
}

/**
 * A whole new item of the newest version, as an older one. Throws `DOWNGRADE_LOSES` if it would be read as another,
 * `INVALID_KEY_VALUE` if an index refuses it.
 */
export function pinnedItem<T extends object>(context: ItemContext<T>, newest: WireItem, version: number): WireItem {
  const wire = inVersion(context, newest, version);
  assertReadAs(context, wire, newest, version);
  assertIndexKeys(context, new Map(Object.entries(wire)), version);
  return wire;
}

/**
 * Refuses values of another type than the index has whose key they are: engines refuse such items without saying what
 * is wrong.
 */
function assertIndexKeys<T extends object>({ model }: ItemContext<T>, values: Values, version: number): void {
  for (const { name, partitionKey, sortKey } of model.indexes) {
    for (const { attribute, keyType, property } of sortKey ? [partitionKey, sortKey] : [partitionKey]) {
      const value = values.get(attribute);
      const type = engineKeyTypes[keyType ?? 'string'];
      if (value === undefined || wireTypeOf(value) === type) continue;
      const expected = `the type ${type} in version ${version}, too, since it is a key of the index ${name}`;
      const details = { class: model.name, member: property, expected, found: wireTypeOf(value) ?? 'an unknown type' };
      throw new MapperError('INVALID_KEY_VALUE', details);
    }
  }
}

/** What whole attributes are changed to. */
export function valuesOf(changes: readonly WireChange[]): Values {
  return new Map(changes.map((change) => [change.attribute, 'set' in change ? change.set : undefined]));
}

/**
 * The conditions that an item is still what a caller's condition was judged on: what its upgrade looked at, and what
 * the condition names.
 */
export function judgedConditions<T extends object>(
  context: ItemContext<T>,
  base: VersionedWire,
  judged: Iterable<string>,
): WireCondition[] {
  const { model } = context;
  const { wire } = base;
  const steps = stepsFrom(base.version, model.chain);
  const recording = recordSteps(decodeItem(wire), steps, model.chain, model.attributeNames);
  const dynamicSteps = recording?.dynamicSteps ?? methodsAmong(steps);
  assertCertain(context, base, { changes: [], reads: [], dynamicSteps });
  const read = recording?.reads ?? [...Object.keys(wire), ...model.attributeNames];
  const names = [...new Set([...read, ...judged])].filter((name) => !model.fixedNames.has(name));
  const revision = dynamicSteps.length > 0 ? sameRevision(model, wire) : [];
  return [...sameVersion(model, wire), ...revision, ...allUnchangedSince(wire, names)];
}

interface Runs {
  readonly write: PinnedWrite;
  readonly wanted: Values;
  readonly values: Values;
  readonly stored: WireItem;
  readonly meant: WireItem;
  readonly toVersion: readonly VersionStep[];
}

interface Trace {
  /** What the outcome depends on. */
  readonly names: Iterable<string>;
  readonly assigned: ReadonlySet<string>;
  readonly dynamicSteps: readonly VersionStep[];
}

/** Runs everything again, recorded; `undefined` if it can't be traced. */
function trace<T extends object>(context: ItemContext<T>, base: VersionedWire, runs: Runs): Trace | undefined {
  const { chain } = context.model;
  const { meant, stored, toVersion, values, wanted, write } = runs;
  const up = stepsFrom(base.version, chain);
  const again = stepsFrom(write.version, chain);
  const storing = [...toVersion, { values }];
  const writing = record(context, base, storing, stored);
  const reading = record(context, base, [...storing, ...again], meant);
  const meaning = record(context, base, [...up, { values: wanted }], meant);
  if (!writing || !reading || !meaning) return undefined;

  const straight = [...toVersion, ...again];
  if (wanted.size === 0 && straight.length === up.length && straight.every((step, at) => step === up[at])) {
    // the item is only upgraded: what is stored is what every reader makes of it
    return { names: writing.reads, assigned: writing.assigned, dynamicSteps: writing.dynamicSteps };
  }
  const assigned = [...reading.assigned, ...meaning.assigned];
  const onlyInOneRun = assigned.filter((name) => reading.assigned.has(name) !== meaning.assigned.has(name));
  const changed = write.overwrite ? [] : values.keys();
  const uncertain = [...onlyInOneRun, ...changed].filter((name) => !write.generated.has(name));
  return {
    names: [...reading.reads, ...meaning.reads, ...uncertain, ...(write.judged ?? [])],
    assigned: writing.assigned,
    dynamicSteps: [...new Set([...reading.dynamicSteps, ...meaning.dynamicSteps])],
  };
}

function record<T extends object>(
  { model }: ItemContext<T>,
  { wire }: VersionedWire,
  steps: readonly (VersionStep | Assignment)[],
  expected: WireItem,
): Recording | undefined {
  const recording = recordSteps(decodeItem(wire), steps, model.chain, model.attributeNames);
  const isExpected =
    recording && differingNames(encodeItem(recording.item), expected, model.versionAttribute).length === 0;
  return isExpected ? recording : undefined;
}

/** An item of the newest version, as an older one. */
function inVersion<T extends object>({ model, reader }: ItemContext<T>, newest: WireItem, version: number): WireItem {
  const { chain, downgrades } = model;
  const steps = stepsBetween(chain.newest, version, chain, downgrades);
  return encodeItem(runSteps(decodeItem(newest), steps, chain, reader.identify(newest)));
}

function isReadAs<T extends object>(context: ItemContext<T>, stored: WireItem, meant: WireItem, version: number) {
  const read = encodeItem(context.reader.newestItem(stored, version));
  return differences(context, read, meant).size === 0;
}

function assertReadAs<T extends object>(context: ItemContext<T>, stored: WireItem, meant: WireItem, version: number) {
  const { model, reader } = context;
  const read = encodeItem(reader.newestItem(stored, version));
  const attributes = [...differences(context, read, meant).keys()];
  if (attributes.length === 0) return;
  throw losing(context, meant, { version, newest: model.version, attributes });
}

/**
 * Checks that code of the versions in between, which could read an item before it is brought down, reads the same
 * afterwards. Comparing in the newest version isn't enough: it may have removed an attribute that older versions know.
 * Throws `DOWNGRADE_LOSES`.
 */
function assertReadBetween<T extends object>(
  context: ItemContext<T>,
  base: VersionedWire,
  unchanged: WireItem,
  version: number,
): void {
  if (base.version <= version) return;
  const { model, reader } = context;
  const { chain } = model;
  const identity = reader.identify(base.wire);
  for (let between = base.version; between < chain.newest; between++) {
    const before = findWay(chain.steps, base.version, between);
    const after = findWay(chain.steps, version, between);
    // steps skip this version, so no code has it
    if (!before || !after) continue;
    const seen = encodeItem(runSteps(decodeItem(base.wire), before, chain, identity));
    const read = encodeItem(runSteps(decodeItem(unchanged), after, chain, identity));
    const attributes = [...differences(context, seen, read).keys()];
    if (attributes.length > 0) throw losing(context, base.wire, { version, newest: between, attributes });
  }
}

/** The error for an item that an older version can't hold, because reading it again would give another item. */
function losing<T extends object>(
  { model, reader }: ItemContext<T>,
  wire: WireItem,
  details: { readonly version: number; readonly newest: number; readonly attributes: readonly string[] },
): MapperError {
  return new MapperError('DOWNGRADE_LOSES', { entity: model.name, key: reader.identify(wire).key(), ...details });
}

/** What must be set and removed to make an item another one; the version doesn't count. */
function differences<T extends object>({ model }: ItemContext<T>, before: WireItem, after: WireItem): Values {
  const names = differingNames(before, after, model.versionAttribute);
  return new Map(names.map((name) => [name, valueAt(after, name)]));
}

function differingNames(before: WireItem, after: WireItem, except: string): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  names.delete(except);
  return [...names].filter((name) => !isSameValue(valueAt(before, name), valueAt(after, name)));
}

function withValues(wire: WireItem, values: Values): WireItem {
  const result = { ...wire };
  for (const [name, value] of values) {
    if (value === undefined) delete (result as Record<string, WireValue>)[name];
    else setOwn(result, name, value);
  }
  return result;
}
