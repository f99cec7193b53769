import { isDeepStrictEqual } from 'node:util';
import { decodeValue } from '../codec/decode.js';
import { storedItem } from '../codec/stored-form.js';
import type { WireValue } from '../codec/wire.js';
import { copyPlain } from '../item/copy.js';
import type { Item } from '../item/item.js';
import { setOwn } from '../item/own-value.js';
import type { UpgradeChain } from './chain.js';
import { namesAskedOfCopies } from './copies/follow-copies.js';
import { copied, recordingView } from './recording-view.js';
import { checkedResult, stepsFrom } from './run.js';
import type { VersionStep } from './version-step.js';

/** What a chain did to one item, in stored attribute names. */
export interface Recording {
  /** The item of the newest version. */
  readonly item: Item;
  /** The stored attributes that the chain looked at, whether they exist or not. */
  readonly reads: ReadonlySet<string>;
  /** The attributes that the chain set or removed, to whatever value. */
  readonly assigned: ReadonlySet<string>;
  /** Whether an additional attribute could change the result. */
  readonly isDynamic: boolean;
  /** The steps for which that is the case. */
  readonly dynamicSteps: readonly VersionStep[];
}

/** What a write assigns to the attributes of an item, before or after steps; `undefined` removes. */
export interface Assignment {
  readonly values: ReadonlyMap<string, WireValue | undefined>;
}

interface Run {
  readonly reads: Set<string>;
  readonly assigned: Set<string>;
  /** The names that an enumeration reads in addition to those that exist. */
  readonly declared: readonly string[];
  readonly dynamicSteps: VersionStep[];
}

/**
 * Runs a chain again on a view that records what it reads and assigns. Enumerating or copying the item reads all
 * attributes that exist and all in `declared`. A nested value that was returned counts as read, and as assigned if it
 * differs afterwards. `undefined` if the run throws or its result isn't `expected`: then nothing is known of the chain.
 */
export function recordChain(
  item: Item,
  version: number,
  chain: UpgradeChain,
  declared: readonly string[],
  expected: Item,
): Recording | undefined {
  const recording = recordSteps(item, stepsFrom(version, chain), chain, declared);
  return recording && isDeepStrictEqual(recording.item, expected) ? recording : undefined;
}

/** Runs and records steps, and what a write assigns in between; `undefined` if a step throws. */
export function recordSteps(
  item: Item,
  steps: readonly (VersionStep | Assignment)[],
  { protectedAttributes, versionAttribute }: Pick<UpgradeChain, 'protectedAttributes' | 'versionAttribute'>,
  declared: readonly string[],
): Recording | undefined {
  const run: Run = { reads: new Set(), assigned: new Set(), declared, dynamicSteps: [] };
  let current = copyPlain(item);
  try {
    for (const step of steps) {
      if ('values' in step) {
        assign(step, current, run);
      } else {
        current = recordStep(step, current, run);
        current[versionAttribute] = step.to;
      }
    }
  } catch {
    return undefined;
  }
  const { assigned, dynamicSteps, reads } = run;
  reads.delete(versionAttribute);
  for (const name of [versionAttribute, ...protectedAttributes]) assigned.delete(name);
  return { item: current, reads, assigned, isDynamic: dynamicSteps.length > 0, dynamicSteps };
}

function assign({ values }: Assignment, current: Item, { assigned }: Run): void {
  for (const [name, value] of values) {
    assigned.add(name);
    if (value === undefined) delete current[name];
    else setOwn(current, name, decodeValue(value, name));
  }
}

function recordStep(step: VersionStep, current: Item, run: Run): Item {
  const { assigned, reads } = run;
  if (step.declared) {
    // an attribute that the chain has assigned no longer has its stored value
    const read = (name: string) => !assigned.has(name) && reads.add(name);
    step.declared.record(current, { read, assign: (name) => assigned.add(name) });
    return current;
  }
  const before = copyPlain(current);
  const observation = observed(step, current) ?? unobserved(step, copyPlain(before));
  const { after, isInPlace } = observation;
  const wanted = [...(step.reads ?? []), ...observation.asked];
  if (observation.isEnumerated) wanted.push(...Object.keys(before), ...run.declared);
  wanted.push(...observation.named.filter((name) => !Object.hasOwn(before, name)));
  // a new object may or may not contain what was set and removed through the view before the copy
  if (!isInPlace) wanted.push(...observation.assigned);
  for (const name of wanted) if (!assigned.has(name)) reads.add(name);

  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const isSame = Object.hasOwn(before, name) === Object.hasOwn(after, name);
    // what a new object contains without having been read is there whatever is stored
    const isMadeUp = !isInPlace && Object.hasOwn(after, name) && !reads.has(name);
    if (isMadeUp || !isSame || !isDeepStrictEqual(before[name], after[name])) assigned.add(name);
  }
  if (isInPlace) for (const name of observation.assigned) assigned.add(name);
  if (step.dynamic || !(observation.isFollowed || step.reads)) run.dynamicSteps.push(step);
  return after;
}

/** What a step did. */
interface Observation {
  readonly after: Item;
  readonly isInPlace: boolean;
  readonly isEnumerated: boolean;
  /**
   * The names in a new object, including those whose value isn't stored. Where the item lacks a name, the object may
   * have its value only because the item lacks it.
   */
  readonly named: readonly string[];
  /** The names that the step looked up in the item as it was before the step. */
  readonly asked: Iterable<string>;
  readonly assigned: Iterable<string>;
  /** Whether the step certainly looks at nothing else and passes on everything else. */
  readonly isFollowed: boolean;
}

/** Runs a step on a view; `undefined` if the step clones the view, which isn't possible. */
function observed(step: VersionStep, current: Item): Observation | undefined {
  const asked = new Set<string>();
  const assigned = new Set<string>();
  let isEnumerated = false;
  const view = recordingView(current, {
    read: (name) => !assigned.has(name) && asked.add(name),
    assign: (name) => assigned.add(name),
    enumerate: () => (isEnumerated = true),
  });
  try {
    const result = checkedResult(step, step.apply.call(undefined, view), view);
    const isInPlace = result === view;
    const named = isInPlace ? [] : Object.keys(result);
    const after = storedItem(isInPlace ? current : withoutMark(result));
    const askedOfCopies = isEnumerated ? namesAskedOfCopies(step.apply) : nothing;
    for (const name of askedOfCopies ?? nothing) asked.add(name);
    const passesOn = isInPlace || (result as { [copied]?: true })[copied] === true;
    return {
      after,
      isInPlace,
      isEnumerated,
      named,
      asked,
      assigned,
      isFollowed: passesOn && askedOfCopies !== undefined,
    };
  } catch (error) {
    // by its name: its class may be that of another realm
    if ((error as Partial<Error> | undefined)?.name === 'DataCloneError') return undefined;
    throw error;
  }
}

/** Runs a step on a plain copy, which records nothing. */
function unobserved(step: VersionStep, item: Item): Observation {
  const result = checkedResult(step, step.apply.call(undefined, item), item);
  const isInPlace = result === item;
  const named = Object.keys(result);
  const after = storedItem(isInPlace ? item : { ...result });
  return { after, isInPlace, isEnumerated: true, named, asked: nothing, assigned: nothing, isFollowed: false };
}

const nothing: ReadonlySet<string> = new Set();

function withoutMark(result: Item): Item {
  const item: Item & { [copied]?: true } = { ...result };
  delete item[copied];
  return item;
}
