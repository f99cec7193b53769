import { types } from 'node:util';
import { MapperError } from '../errors.js';
import type { UpgradeChain } from '../upgrade/chain.js';
import type { VersionStep } from '../upgrade/version-step.js';
import type { Item } from '../item/item.js';
import { checkSteps } from '../upgrade/steps/check-steps.js';
import { isStepList, type StepList } from '../upgrade/steps/steps.js';
import { type Class, type ClassReference, findDescriptor } from './class.js';
import { entityNameOf } from './entity-name.js';
import { checkUpgradeOptions } from './decorator-options.js';
import { type ClassRecord, inheritedRecords, type StepRecord } from './registry.js';
import { checkStorable } from './storable-steps.js';

type StepDirection = 'upgrades' | 'downgrades';

interface FoundStep {
  readonly owner: Class;
  readonly record: StepRecord;
}

/**
 * The upgrades of a class: its own and those of the classes that `@Versioned` names, at each level of inheritance. A
 * step of a more derived class replaces an inherited one between the same versions or of the same name. Throws
 * `UNDEFINED_CLASS`, `INVALID_OPTION`, `INVALID_STEP`, `UPGRADE_NOT_A_METHOD` or `ASYNC_UPGRADE`.
 */
export function compileUpgrades(target: Class, className: string): readonly VersionStep[] {
  const steps = findSteps(target, className, 'upgrades').map(({ owner, record }) => {
    const { from, to, options } = record;
    checkUpgradeOptions(className, record);
    const method = methodName(owner, record);
    const declared = findStepList(owner, record);
    if (declared) checkStorable(declared, { class: className, method, from, to });
    const found = declared?.apply ?? findMethod(owner, record);
    if (typeof found === 'string') {
      throw new MapperError('UPGRADE_NOT_A_METHOD', { class: className, method, from, to, found });
    }
    if (types.isAsyncFunction(found)) throw new MapperError('ASYNC_UPGRADE', { class: className, method, from, to });
    const { description = declared?.description, repeatable = true, dynamic = false } = options;
    const reads = options.reads && Object.freeze([...options.reads]);
    return Object.freeze({ from, to, method, description, repeatable, dynamic, reads, apply: found, declared });
  });
  // standard decorators of methods run before those of fields: the order of the versions is the same for all
  return Object.freeze(steps.toSorted((one, other) => one.from - other.from || one.to - other.to));
}

/**
 * The downgrades of a class: its `@Downgrade` methods, found like its upgrades, and the inverses of declared upgrades
 * without such a method. Throws `INVALID_DOWNGRADE`, or what `checkSteps` throws.
 */
export function compileDowngrades(
  target: Class,
  { class: className, newest, protectedAttributes, steps, versionAttribute }: UpgradeChain,
): readonly VersionStep[] {
  const seen = new Set<number>();
  const byHand = findSteps(target, className, 'downgrades').map(({ owner, record }) => {
    const { from, to } = record;
    const method = methodName(owner, record);
    const declared = findStepList(owner, record);
    const found = declared?.apply ?? findMethod(owner, record);
    const refuse = (problem: string) =>
      new MapperError('INVALID_DOWNGRADE', { class: className, method, from, to, problem });
    if (typeof found === 'string') throw refuse(`is ${found}`);
    if (types.isAsyncFunction(found)) throw refuse('is asynchronous');
    if (!Number.isInteger(from) || to !== from - 1 || to < 1) throw refuse('does not lead to the version before');
    if (from > newest) throw refuse(`starts beyond the class's version ${newest}`);
    if (seen.has(from)) throw refuse('is there twice');
    seen.add(from);
    const scope = { class: className, method, from, to };
    const untouchable = [...protectedAttributes, versionAttribute];
    if (declared) checkStorable(declared, scope);
    if (declared) checkSteps(declared, new Set(), { ...scope, protectedAttributes: untouchable });
    return downgradeStep({ from, to, method, declared, apply: found });
  });
  const derived = steps.flatMap((upgrade) => {
    const isByHand = byHand.some((step) => step.from === upgrade.to && step.to === upgrade.from);
    const back = isByHand ? undefined : upgrade.declared?.reverse;
    const method = `${upgrade.method}, reversed`;
    return back ? downgradeStep({ from: upgrade.to, to: upgrade.from, method, declared: back, apply: back.apply }) : [];
  });
  return Object.freeze([...byHand, ...derived]);
}

function downgradeStep(step: Pick<VersionStep, 'from' | 'to' | 'method' | 'declared' | 'apply'>): VersionStep {
  return Object.freeze({ ...step, description: step.declared?.description, repeatable: true, dynamic: false });
}

function findSteps(target: Class, className: string, kind: StepDirection): FoundStep[] {
  let found: FoundStep[] = [];
  for (const { class: owner, record } of inheritedRecords(target)) {
    // the method is looked up on the class itself, so that a subclass can override it
    const level = record[kind].map((step) => ({ owner: target, record: step }));
    for (const upgrades of upgradeClasses(owner, record)) level.push(...stepsOfClass(upgrades, kind));
    found = override(found, level);
  }
  checkNames(className, found);
  return found;
}

function stepsOfClass(owner: Class, kind: StepDirection): FoundStep[] {
  let found: FoundStep[] = [];
  for (const { record } of inheritedRecords(owner)) {
    found = override(
      found,
      record[kind].map((step) => ({ owner, record: step })),
    );
  }
  return found;
}

function override(inherited: FoundStep[], overriding: FoundStep[]): FoundStep[] {
  const isReplaced = (step: FoundStep) =>
    overriding.some(
      ({ owner, record }) =>
        (record.from === step.record.from && record.to === step.record.to) ||
        (isSameOrParent(step.owner, owner) &&
          record.member === step.record.member &&
          record.isStatic === step.record.isStatic),
    );
  return [...inherited.filter((step) => !isReplaced(step)), ...overriding];
}

function isSameOrParent(parent: Class, target: Class): boolean {
  return parent === target || Object.prototype.isPrototypeOf.call(parent, target);
}

function upgradeClasses(owner: Class, record: ClassRecord): readonly Class[] {
  const { versioned } = record;
  if (versioned === undefined || !('upgrades' in versioned.options)) return [];
  const where = `The option upgrades of @Versioned on ${entityNameOf(owner)}`;
  return resolveClasses(versioned.options.upgrades, where);
}

/** The classes that a reference names: one, several, or those that a function returns. Throws `UNDEFINED_CLASS`. */
export function resolveClasses(reference: ClassReference, where: string): readonly Class[] {
  if (isThunk(reference)) return resolveClasses(reference(), where);
  const classes = Array.isArray(reference) ? (reference as readonly Class[]) : [reference as Class];
  return classes.flatMap((target) => {
    if (typeof target !== 'function') throw new MapperError('UNDEFINED_CLASS', { where });
    return isThunk(target) ? resolveClasses(target, where) : [target];
  });
}

/** Functions that aren't classes have no prototype. */
function isThunk(reference: ClassReference): reference is () => Class | readonly Class[] {
  return typeof reference === 'function' && reference.prototype === undefined;
}

function checkNames(className: string, steps: readonly FoundStep[]): void {
  for (const { owner, record } of steps) {
    if (typeof record.member !== 'symbol') continue;
    const { from, to } = record;
    const method = methodName(owner, record);
    throw new MapperError('UPGRADE_NOT_A_METHOD', { class: className, method, from, to, found: 'named by a symbol' });
  }
}

function methodName(owner: Class, { member }: StepRecord): string {
  return `${entityNameOf(owner)}.${String(member)}`;
}

/** The declared steps on the static field that a decorator marks; `undefined` if it marks something else. */
function findStepList(owner: Class, { isStatic, member }: StepRecord): StepList | undefined {
  const value: unknown = isStatic ? findDescriptor(owner, member)?.value : undefined;
  return isStepList(value) ? value : undefined;
}

/** The method that a decorator marks, or a description of what it marks instead. */
function findMethod(owner: Class, { isPrivate, isStatic, member }: StepRecord): ((item: Item) => unknown) | string {
  if (isPrivate) return 'private to the class';
  const descriptor = findDescriptor(isStatic ? owner : (owner.prototype as object), member);
  if (descriptor === undefined) return 'undefined';
  if (!('value' in descriptor)) return 'an accessor';
  const { value } = descriptor as { value: unknown };
  if (types.isGeneratorFunction(value) && !types.isAsyncFunction(value)) return 'a generator';
  return typeof value === 'function'
    ? (value as (item: Item) => unknown)
    : `a field that holds ${value === null ? 'null' : typeof value}`;
}
