import { types } from 'node:util';
import { storedItem } from '../codec/stored-form.js';
import { type ErrorKey, MapperError } from '../errors.js';
import type { UpgradeChain } from './chain.js';
import type { VersionStep } from './version-step.js';
import type { Item } from '../item/item.js';
import { ItemGuard, type ProtectedNames, touched } from './item-guard.js';
import { describeObject, isPlainObject } from '../item/plain-object.js';
import { describeVersion, isVersion } from './version.js';

/** How errors name the item. `key` is only called when there is an error. */
export interface ItemIdentity {
  readonly entity: string;
  key(): ErrorKey;
}

/**
 * The version of an item, given the decoded value of its version attribute, or `undefined` if it has none.
 * Throws `INVALID_VERSION`, `NEWER_VERSION` or `TOO_OLD_VERSION`.
 */
export function readVersion(value: unknown, chain: UpgradeChain, identity: ItemIdentity): number {
  const version = value === undefined ? chain.initial : value;
  if (isVersion(version) && version >= chain.floor && version <= chain.newest) return version;
  const details = { entity: identity.entity, key: identity.key() };
  if (!isVersion(version)) {
    const found = describeVersion(version);
    throw new MapperError('INVALID_VERSION', { ...details, attribute: chain.versionAttribute, found });
  }
  if (version > chain.newest) throw new MapperError('NEWER_VERSION', { ...details, version, newest: chain.newest });
  throw new MapperError('TOO_OLD_VERSION', { ...details, version, floor: chain.floor });
}

/**
 * Upgrades an item from the given version to the newest. May change the item in place.
 * Throws `UPGRADE_FAILED`; its cause is what the step threw or did wrong.
 */
export function runChain(item: Item, version: number, chain: UpgradeChain, identity: ItemIdentity): Item {
  return runSteps(item, stepsFrom(version, chain), chain, identity);
}

/**
 * Runs upgrades or downgrades one after the other, and sets the version after each. After each step, the item is what
 * it would be if it had been stored and read again, and shares no object with the step. May change the item in place.
 * Throws `UPGRADE_FAILED` or `DOWNGRADE_FAILED`; its cause is what the step threw or did wrong.
 */
export function runSteps(
  item: Item,
  steps: readonly VersionStep[],
  names: ProtectedNames,
  identity: ItemIdentity,
): Item {
  const { versionAttribute } = names;
  let guard = names.keyParts?.length ? new ItemGuard(item, names) : undefined;
  let current = item;
  let version = item[versionAttribute];
  // not for … of, which allocates an iterator for each item
  for (let at = 0; at < steps.length; at++) {
    const step = steps[at] as VersionStep;
    try {
      if (step.declared) {
        // checked when the model was compiled: it changes nothing protected and leaves only stored forms
        step.declared.apply(current);
        guard?.checkParts(current, step);
      } else {
        guard ??= new ItemGuard(current, names);
        current = resultOf(step, current);
        guard.check(current, step);
        if (current[versionAttribute] !== version) throw touched(step, versionAttribute);
      }
    } catch (cause) {
      const { from, to, method } = step;
      const code = from < to ? 'UPGRADE_FAILED' : 'DOWNGRADE_FAILED';
      throw new MapperError(code, { entity: identity.entity, key: identity.key(), from, to, method }, { cause });
    }
    version = step.to;
    current[versionAttribute] = version;
  }
  return current;
}

/** Runs a method on an item and returns the stored form of its result. */
function resultOf(step: VersionStep, item: Item): Item {
  const result = checkedResult(step, step.apply.call(undefined, item), item);
  return storedItem(result === item ? item : { ...result });
}

/** Deletes attributes that aren't stored: those that are `undefined` or an empty Set. */
export function dropUnstorable(item: Item): void {
  for (const name of Object.keys(item)) if (!isStorable(item[name])) delete item[name];
}

/** Whether an attribute with this value is stored. */
export function isStorable(value: unknown): boolean {
  // typeof first: most values aren't objects, and isSet is slower
  return value !== undefined && !(typeof value === 'object' && types.isSet(value) && value.size === 0);
}

/** The steps from a readable version to the newest one. */
export function stepsFrom(version: number, chain: UpgradeChain): readonly VersionStep[] {
  return chain.paths[version - chain.floor] ?? [];
}

/** The item that a method returned or changed. Throws `INVALID_UPGRADE_RESULT`. */
export function checkedResult(step: VersionStep, result: unknown, item: Item): Item {
  if (result === undefined) return item;
  if (isThenable(result)) {
    // nobody awaits it, and an unhandled rejection would end the process
    Promise.resolve(result).catch(() => {});
  } else if (typeof result === 'object' && result !== null && isPlainObject(result)) {
    return result as Item;
  }
  throw new MapperError('INVALID_UPGRADE_RESULT', { method: step.method, found: describeResult(result) });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function describeResult(result: unknown): string {
  if (result === null) return 'null';
  if (isThenable(result)) return 'a promise';
  return typeof result === 'object' ? describeObject(result) : `a ${typeof result}`;
}
