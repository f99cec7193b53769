import { isDeepStrictEqual } from 'node:util';
import { decodeItem } from '../codec/decode.js';
import { encodeItem } from '../codec/encode.js';
import { equalWire, valueAt, type WireItem, type WireValue } from '../codec/wire.js';
import { wireSize } from '../codec/wire-size.js';
import { isMapperError, MapperError } from '../errors.js';
import { setOwn } from '../item/own-value.js';
import type { Item } from '../item/item.js';
import type { EntityContext } from '../read/entity-context.js';
import { certainRewrite } from '../rewrite/rewrite-in-table.js';
import { runStep } from '../schema/run-each-step.js';
import { isPointOfNoReturn } from '../schema/update-lock.js';
import { readableUpdate } from '../store/update.js';
import { stepsFrom } from '../upgrade/run.js';
import type { VersionStep } from '../upgrade/version-step.js';
import { type OffendingAttribute, offendingByError, offendingByStep } from './offending-attributes.js';
import { type OlderView, olderViews } from './older-views.js';
import { type Problem, problemOf } from './problem.js';
import { shownEntity, type ShownItem, shownItem } from './shown-value.js';

/** What a step of the chain is called. */
export interface StepInfo {
  readonly from: number;
  readonly to: number;
  readonly method: string;
  readonly description: string | undefined;
  /** What each declared step does; `undefined` for a method. */
  readonly declared: readonly string[] | undefined;
  readonly isPointOfNoReturn: boolean;
}

/** What a step did to an item: it set and removed whole attributes. */
export interface StepShown extends StepInfo {
  readonly state: 'done' | 'failed' | 'not reached';
  readonly set: ShownItem;
  readonly removed: readonly string[];
  readonly problem?: Problem;
}

/** The update that would store the item upgraded, or why there is none. */
export type WriteBackShown =
  /** It has the version that is written. */
  | { readonly state: 'up to date'; readonly version: number }
  | { readonly state: 'refused'; readonly problem: Problem }
  | {
      readonly state: 'update';
      /** The version that it would be stored in. */
      readonly version: number;
      readonly update: string;
      readonly condition: string;
      readonly names: Readonly<Record<string, string>>;
      readonly values: ShownItem;
    };

/** An item as it is stored, after each step, and as the entity. */
export interface ItemWay {
  readonly key: ShownItem;
  readonly stored: ShownItem;
  /** In bytes as engines count. */
  readonly size: number;
  /** `undefined` if its version attribute doesn't hold a version. */
  readonly version: number | undefined;
  readonly newest: number;
  readonly versionAttribute: string;
  /** Why its version can't be read, so that no step was tried. */
  readonly problem?: Problem;
  readonly steps: readonly StepShown[];
  readonly entity?: ShownItem;
  /** Why the result of the steps is no entity. */
  readonly entityProblem?: Problem;
  /** What keeps it from being read, as far as that can be told. */
  readonly offending: readonly OffendingAttribute[];
  /** The stored names of what the class doesn't declare. */
  readonly undeclared: readonly string[];
  readonly writeBack: WriteBackShown | undefined;
  readonly older: readonly OlderView[];
}

/** What becomes of a stored item. Sends nothing. */
export function itemWay(context: EntityContext<object>, wire: WireItem): ItemWay {
  const { keys, model, reader } = context;
  const about = {
    key: shownItem(keys.keyOf(wire)),
    stored: shownItem(wire),
    size: wireSize(wire),
    version: reader.storedVersion(wire),
    newest: model.version,
    versionAttribute: model.versionAttribute,
    // what an older version has under other names is known once the steps have run
    undeclared: [],
  };
  const unread = { steps: [], writeBack: undefined, older: [] };
  let version: number;
  try {
    if (!reader.owns(wire)) throw reader.wrongEntity(wire);
    version = reader.versionOf(wire);
  } catch (error) {
    return { ...about, ...unread, problem: problemOf(error), offending: offendingIn(error, context, [wire]) };
  }
  let plain: Item;
  try {
    plain = decodeItem(wire);
  } catch (error) {
    return { ...about, ...unread, problem: problemOf(error), offending: offendingIn(error, context, [wire]) };
  }
  const { newest, offending, stages, steps } = runSteps(context, wire, plain, version);
  if (!newest) return { ...about, ...unread, steps, offending };
  const undeclared = Object.keys(newest.wire).filter((name) => !isDeclared(context, name));
  return {
    ...about,
    steps,
    undeclared,
    ...entityOf(context, stages),
    writeBack: writeBackOf(context, wire, version),
    older: olderViews(context, newest.plain),
  };
}

function isDeclared({ model }: EntityContext<object>, name: string): boolean {
  const { byAttribute, discriminator, versionAttribute } = model;
  return byAttribute.has(name) || name === versionAttribute || name === discriminator?.attribute;
}

/** Names and descriptions of a step. */
export function stepInfo(step: VersionStep, { model }: Pick<EntityContext<object>, 'model'>): StepInfo {
  const { declared, description, from, method, to } = step;
  const isUpgrade = from < to;
  return {
    from,
    to,
    method,
    description,
    declared: declared?.steps.map((one) => one.description),
    isPointOfNoReturn: isUpgrade && isPointOfNoReturn(step, model),
  };
}

interface Newest {
  readonly wire: WireItem;
  readonly plain: Item;
}

function runSteps(context: EntityContext<object>, wire: WireItem, stored: Item, version: number) {
  const { model } = context;
  const steps: StepShown[] = [];
  const stages = [wire];
  let offending: readonly OffendingAttribute[] = [];
  let plain = stored;
  let hasFailed = false;
  for (const step of stepsFrom(version, model.chain)) {
    const info = stepInfo(step, context);
    if (hasFailed) {
      steps.push({ ...info, state: 'not reached', set: {}, removed: [] });
      continue;
    }
    const before = stages.at(-1) as WireItem;
    try {
      const result = runStep(model, step, plain);
      const after = wireAfter(before, plain, result);
      steps.push({ ...info, state: 'done', ...changesBetween(before, after) });
      plain = result;
      stages.push(after);
    } catch (error) {
      hasFailed = true;
      steps.push({ ...info, state: 'failed', set: {}, removed: [], problem: problemOf(error) });
      if (isMapperError(error)) offending = offendingByStep(error, step, plain, model, stages);
    }
  }
  const newest: Newest | undefined = hasFailed ? undefined : { wire: stages.at(-1) as WireItem, plain };
  return { steps, stages, offending, newest };
}

function offendingIn(error: unknown, { model }: EntityContext<object>, stages: readonly WireItem[]) {
  return isMapperError(error) ? offendingByError(error, model, stages) : [];
}

/** The wire form of a step's result, in which what the step left alone keeps its notation. */
function wireAfter(before: WireItem, plain: Item, result: Item): WireItem {
  const encoded = encodeItem(result);
  const after = {};
  for (const name of Object.keys(encoded)) {
    const was = valueAt(before, name);
    const isKept = was !== undefined && isDeepStrictEqual(ownOf(plain, name), ownOf(result, name));
    setOwn(after, name, isKept ? was : valueAt(encoded, name));
  }
  return after;
}

function ownOf(item: Item, name: string): unknown {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

/** The attributes that differ, as what was set and what was removed. */
function changesBetween(before: WireItem, after: WireItem) {
  const set = {};
  for (const name of Object.keys(after)) {
    const value = valueAt(after, name) as WireValue;
    const was = valueAt(before, name);
    if (!was || !equalWire(was, value)) setOwn(set, name, value);
  }
  return { set: shownItem(set), removed: Object.keys(before).filter((name) => !Object.hasOwn(after, name)) };
}

function entityOf(context: EntityContext<object>, stages: readonly WireItem[]) {
  const { reader } = context;
  try {
    return { entity: shownEntity(reader.hydrate(reader.examine(stages[0] as WireItem), false)), offending: [] };
  } catch (error) {
    return { entityProblem: problemOf(error), offending: offendingIn(error, context, stages) };
  }
}

function writeBackOf(context: EntityContext<object>, wire: WireItem, version: number): WriteBackShown {
  try {
    if (!context.isFenced) throw new MapperError('FENCE_REQUIRED', { call: 'get()', with: 'write-back' });
    const target = context.writeVersion();
    if (version === target) return { state: 'up to date', version };
    const { params } = certainRewrite(context, context.keys.nameOf(wire), { wire, version }, target);
    const { condition, names, update, values } = readableUpdate(params);
    return { state: 'update', version: target, update, condition, names, values: shownItem(values) };
  } catch (error) {
    return { state: 'refused', problem: problemOf(error) };
  }
}
