import type { EntityModel } from '../model/entity-model.js';
import type { VersionStep } from '../upgrade/version-step.js';
import { findWay } from '../upgrade/way.js';
import { entityName, identityOf, shapeOf } from './entity-shape.js';
import {
  type LockedEntity,
  type LockedStep,
  type LockedVersion,
  lockedVersions,
  lockVersion,
  makeLock,
  type SchemaLock,
} from './schema-lock.js';

/**
 * The lock with the newest version of each class added or locked anew. Older versions stay as they are, and so do
 * entities without a class, unless they are `dropped`.
 */
export function updateLock(
  lock: SchemaLock | undefined,
  models: readonly EntityModel[],
  dropped: ReadonlySet<string> = new Set(),
): SchemaLock {
  const kept = Object.entries(lock?.entities ?? {}).filter(([name]) => !dropped.has(name));
  const entities = new Map<string, LockedEntity>(kept);
  for (const model of models) {
    const name = entityName(model);
    entities.set(name, lockEntity(entities.get(name), model));
  }
  return makeLock(Object.fromEntries(entities));
}

function lockEntity(locked: LockedEntity | undefined, model: EntityModel): LockedEntity {
  const identity = identityOf(model);
  const versions: Record<string, LockedVersion> = {};
  let previous: string | undefined;
  for (const { locked: known, version } of locked ? lockedVersions(locked) : []) {
    if (version >= model.version) break;
    versions[version] = known;
    previous = known.fingerprint;
  }
  versions[model.version] = lockVersion(identity, model.version, shapeOf(model), previous);
  const { floor, initial } = model.chain;
  const retired = locked?.retired;
  const below = { ...(floor > initial && { floor }), ...(retired && { retired }) };
  return { ...identity, ...below, upgrades: lockSteps(locked?.upgrades ?? [], model), versions };
}

/** The steps of a class for the lock, with the steps that it no longer has: they stay in the history. */
export function lockSteps(locked: readonly LockedStep[], model: EntityModel): LockedStep[] {
  const steps = new Map(locked.map((step) => [`${step.from} ${step.to}`, step]));
  for (const step of model.chain.steps) steps.set(`${step.from} ${step.to}`, lockStep(step, model));
  return [...steps.values()].toSorted((a, b) => a.to - b.to || a.from - b.from);
}

function lockStep(step: VersionStep, model: EntityModel): LockedStep {
  const { description, from, to } = step;
  const isFinal = isPointOfNoReturn(step, model);
  return { from, to, ...(description && { description }), ...(isFinal && { pointOfNoReturn: true }) };
}

/** Whether nothing undoes a step. */
export function isPointOfNoReturn({ from, to }: VersionStep, { downgrades }: EntityModel): boolean {
  return findWay(downgrades.steps, to, from) === undefined;
}
