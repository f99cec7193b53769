import { isDeepStrictEqual } from 'node:util';
import { copyPlain } from '../item/copy.js';
import type { UpgradeChain } from './chain.js';
import type { VersionStep } from './version-step.js';
import type { Item } from '../item/item.js';
import { dropUnstorable, stepsFrom } from './run.js';

/** What a chain did to one item, in stored attribute names. */
export interface Recording {
  /** The item of the newest version. */
  readonly item: Item;
  /** The attributes that the chain looked at as they were stored, present or absent. */
  readonly reads: ReadonlySet<string>;
  /** The attributes that the chain set or removed, to whatever value. */
  readonly assigned: ReadonlySet<string>;
  /** Whether the outcome could be another one for an item with an attribute more. */
  readonly isDynamic: boolean;
}

interface Run {
  readonly reads: Set<string>;
  readonly assigned: Set<string>;
  readonly known: readonly string[];
  isDynamic: boolean;
}

/**
 * Runs a chain once more on a view that notices what it looks at and what it assigns. Enumerating reads everything that is
 * there and everything in `declared`; a nested value that was handed out counts as read, and as assigned if it differs
 * afterwards. `undefined` if the run throws or ends otherwise than `expected`: then nothing is known of it.
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

/** Runs steps likewise; `undefined` if they throw. */
export function recordSteps(
  item: Item,
  steps: readonly VersionStep[],
  { protectedAttributes, versionAttribute }: Pick<UpgradeChain, 'protectedAttributes' | 'versionAttribute'>,
  declared: readonly string[],
): Recording | undefined {
  const run: Run = { reads: new Set(), assigned: new Set(), known: declared, isDynamic: false };
  let current = copyPlain(item);
  try {
    for (const step of steps) {
      current = recordStep(step, current, run);
      current[versionAttribute] = step.to;
    }
  } catch {
    return undefined;
  }
  run.reads.delete(versionAttribute);
  for (const name of [versionAttribute, ...protectedAttributes]) run.assigned.delete(name);
  return { item: current, reads: run.reads, assigned: run.assigned, isDynamic: run.isDynamic };
}

function recordStep(step: VersionStep, current: Item, run: Run): Item {
  // what the chain assigned itself is no longer what is stored
  const read = (name: string) => !run.assigned.has(name) && run.reads.add(name);
  if (step.declared) {
    step.declared.record(current, { read, assign: (name) => run.assigned.add(name) });
    return current;
  }
  const before = copyPlain(current);
  let enumerates = false;
  const view = recordingView(current, {
    read,
    assign: (name) => run.assigned.add(name),
    enumerate: () => {
      enumerates = true;
      for (const name of [...Object.keys(before), ...run.known]) read(name);
    },
  });
  Object.defineProperty(current, copied, { value: true, enumerable: true, configurable: true });
  const result = step.apply.call(undefined, view) as Item | undefined;
  const isInPlace = result === undefined || result === view;
  const after = (isInPlace ? current : { ...result }) as Item & { [copied]?: true };
  const isCopy = !isInPlace && after[copied] === true;
  delete after[copied];
  dropUnstorable(after);

  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const isSame = Object.hasOwn(before, name) === Object.hasOwn(after, name);
    // what is in a new object and wasn't looked at, is there whatever is stored
    const isMadeUp = !isInPlace && Object.hasOwn(after, name) && !run.reads.has(name);
    if (isMadeUp || !isSame || !isDeepStrictEqual(before[name], after[name])) run.assigned.add(name);
  }
  const passesAllOn = isInPlace ? !enumerates : isCopy && passesOn(step, before);
  if (step.dynamic || !passesAllOn) run.isDynamic = true;
  return after;
}

/** Comes along when an item is copied by `...`, rest properties or Object.assign, and not when it is gone through name by name. */
const copied = Symbol('copied');

interface Notice {
  readonly read: (name: string) => void;
  readonly assign: (name: string) => void;
  readonly enumerate: () => void;
}

/** A view of an item that tells of every access. Nested values are handed out as they are: they count as read whole. */
function recordingView(item: Item, notice: Notice): Item {
  const noticeRead = (name: string | symbol) => typeof name === 'string' && notice.read(name);
  const noticeAssign = (name: string | symbol) => typeof name === 'string' && notice.assign(name);
  return new Proxy(item, {
    get(target, name) {
      noticeRead(name);
      return Reflect.get(target, name) as unknown;
    },
    has(target, name) {
      noticeRead(name);
      return Reflect.has(target, name);
    },
    getOwnPropertyDescriptor(target, name) {
      noticeRead(name);
      return Reflect.getOwnPropertyDescriptor(target, name);
    },
    ownKeys(target) {
      notice.enumerate();
      return Reflect.ownKeys(target);
    },
    set(target, name, value) {
      noticeAssign(name);
      return Reflect.set(target, name, value);
    },
    defineProperty(target, name, descriptor) {
      noticeAssign(name);
      return Reflect.defineProperty(target, name, descriptor);
    },
    deleteProperty(target, name) {
      noticeAssign(name);
      return Reflect.deleteProperty(target, name);
    },
  });
}

/** Values that no upgrade expects. */
const probeValues = ['probe', '', 0, 1.5, true, null, ['probe'], { probe: 'probe' }] as const;

/**
 * Whether a step that returns a copy leaves in it attributes that it doesn't name, and makes nothing else of them. It could choose
 * among the names in its copy, which nobody notices: so this is tried with made-up names, some of them made from names that
 * are there and from words in the step's source. A step that chooses by a rule from elsewhere must say `dynamic`.
 */
function passesOn(step: VersionStep, item: Item): boolean {
  const names = probeNames(step, item);
  const probes = names.map((name, at) => [name, probeValues[at % probeValues.length]] as const);
  try {
    const without = step.apply.call(undefined, copyPlain(item)) as Item;
    const probed = Object.fromEntries([...Object.entries(copyPlain(item)), ...probes]);
    const outcome = step.apply.call(undefined, probed) as Item;
    return isDeepStrictEqual({ ...outcome }, Object.fromEntries([...Object.entries(without), ...probes]));
  } catch {
    return false;
  }
}

function probeNames(step: VersionStep, item: Item): string[] {
  const words = Function.prototype.toString.call(step.apply).match(/[\w-]{2,}/g) ?? [];
  const likely = new Set([...Object.keys(item), ...words].slice(0, 200));
  const alike = [...likely].flatMap((word) => [`${word}_probe`, `probe_${word}`]);
  const madeUp = probeValues.map((_, at) => `made_up_${at}`);
  return [...madeUp, ...alike].filter((name) => !Object.hasOwn(item, name));
}
