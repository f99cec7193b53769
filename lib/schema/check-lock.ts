import { isDeepStrictEqual } from 'node:util';
import type { EntityModel } from '../model/entity-model.js';
import type { IndexModel } from '../model/index-model.js';
import { type EntityIdentity, entityName, identityOf, shapeOf, type VersionShape } from './entity-shape.js';
import type { Finding } from './finding.js';
import {
  editedParts,
  type LockedEntity,
  type LockedVersion,
  lockedVersions,
  retiredBelow,
  type SchemaLock,
} from './schema-lock.js';
import { compareMarks, compareShapes, describeIndex, describeKeys, valueOf } from './shape-difference.js';

/** How to fix a lock that only lacks what is new. */
const lockAgain = 'Run npx dynamo-evolve lock, and commit schema.lock.json.';

/** Compares classes with the lock: finds edited history, missing versions, and changes that no upgrade can make. */
export function checkLock(lock: SchemaLock | undefined, models: readonly EntityModel[]): Finding[] {
  if (lock === undefined) {
    return [{ code: 'LOCK_MISSING', entity: 'all', problem: 'there is no schema.lock.json', fix: lockAgain }];
  }
  const names = new Set(models.map(entityName));
  return [
    ...editedParts(lock).map(edited),
    ...Object.keys(lock.entities)
      .filter((name) => !names.has(name))
      .map(vanished),
    ...models.flatMap((model) => checkEntity(model, valueOf(lock.entities, entityName(model)))),
  ];
}

function edited(part: string): Finding {
  const fix = 'Restore schema.lock.json from version control, then run npx dynamo-evolve lock.';
  return { code: 'HISTORY_EDITED', entity: 'all', problem: `in schema.lock.json, ${part} was edited`, fix };
}

function vanished(name: string): Finding {
  const problem = 'is locked, but no class of the configuration has this table and discriminator';
  const fix = `Restore the class. If its items are gone, too, run: npx dynamo-evolve lock --drop '${name}'`;
  return { code: 'ENTITY_VANISHED', entity: name, problem, fix };
}

function checkEntity(model: EntityModel, locked: LockedEntity | undefined): Finding[] {
  const latest = locked && lockedVersions(locked).at(-1);
  if (!locked || !latest) return [outdated(model, 'is not locked yet')];
  return [
    ...checkIdentity(model, locked),
    ...checkIndexes(model, latest.locked),
    ...checkRetired(model, locked, latest.version),
    ...checkVersion(model, latest.version, latest.locked),
  ];
}

function outdated({ name }: EntityModel, problem: string): Finding {
  return { code: 'LOCK_OUTDATED', entity: name, problem, fix: lockAgain };
}

function checkIdentity(model: EntityModel, locked: LockedEntity): Finding[] {
  const identity = identityOf(model);
  const changed = (what: string, was: string, is: string): Finding[] => {
    if (was === is) return [];
    const problem = `${what} changed from ${was} to ${is}, which no upgrade can do`;
    const fix = 'Undo the change, or copy the items into the table of a new class.';
    return [{ code: 'KEY_CHANGED', entity: model.name, problem, fix }];
  };
  return [
    ...changed('the keys', describeKeys(locked.keys), describeKeys(identity.keys)),
    ...changed('the version attribute', locked.versionAttribute, identity.versionAttribute),
    ...changed(
      'the version of items without a version attribute',
      String(locked.initialVersion),
      String(identity.initialVersion),
    ),
    ...changed('the owner of items without a discriminator', ownerOfUnmarked(locked), ownerOfUnmarked(identity)),
  ];
}

/** Which class items without a discriminator belong to. */
function ownerOfUnmarked({ discriminator }: EntityIdentity): string {
  return discriminator?.default ? 'the class' : 'no class';
}

function checkIndexes(model: EntityModel, locked: LockedVersion): Finding[] {
  const refuse = (problem: string, fix: string): Finding[] => [
    { code: 'INDEX_CHANGED', entity: model.name, problem, fix },
  ];
  const { indexes } = shapeOf(model);
  return model.indexes.flatMap((index) => {
    const shape = valueOf(indexes, index.name);
    const was = valueOf(locked.indexes, index.name);
    if (!shape || isDeepStrictEqual(shape, was)) return [];
    if (was) {
      return refuse(
        `the index ${index.name} changed from ${describeIndex(was)} to ${describeIndex(shape)}, which engines can't do`,
        'Undo the change, and declare the new index under another name.',
      );
    }
    if (index.kind === 'local') {
      return refuse(
        `the local index ${index.name} is new, but local indexes can only be created with their table`,
        `Give it a partition key, which makes it a global index: @Index('${index.name}', { partitionKey, … })`,
      );
    }
    const late = keyWithoutSince(index, model, locked);
    if (late === undefined) return [];
    return refuse(
      `the index ${index.name} has the key ${late}, which older items don't have under that name and type`,
      `Declare the version that introduced the key: @Index('${index.name}', { …, since: ${model.version} })`,
    );
  });
}

/** A key of a new index that items of the locked version lack, unless the index declares that with `since`. */
function keyWithoutSince(index: IndexModel, model: EntityModel, locked: LockedVersion): string | undefined {
  if (index.since >= model.version) return undefined;
  const keys = [index.partitionKey, ...(index.sortKey ? [index.sortKey] : [])];
  const { attributes } = shapeOf(model);
  const isNew = (name: string) => valueOf(attributes, name)?.type !== valueOf(locked.attributes, name)?.type;
  return keys.map(({ attribute }) => attribute).find(isNew);
}

function checkVersion(model: EntityModel, version: number, locked: VersionShape): Finding[] {
  const entity = model.name;
  if (model.version < version) {
    const problem = `has version ${model.version}, but version ${version} is locked`;
    const fix = `Versions must not go down: declare @Versioned(${version}) or a higher version.`;
    return [{ code: 'VERSION_LOWERED', entity, problem, fix }];
  }
  if (model.version > version) {
    const newer = outdated(model, `has version ${model.version}, which is not locked yet`);
    return [...checkFloor(model, version), newer];
  }
  const shape = shapeOf(model);
  const differences = compareShapes(locked, shape);
  if (differences.length > 0) {
    const next = version + 1;
    const changes = differences.map(({ message }) => message).join('; ');
    const problem = `the shape of version ${version} changed: ${changes}`;
    const fix =
      `Declare @Versioned(${next}) and write an @Upgrade(${version}, ${next}). ` +
      `If version ${version} was never deployed, run: npx dynamo-evolve lock --amend`;
    return [{ code: 'SHAPE_CHANGED', entity, problem, fix }];
  }
  return compareMarks(locked, shape).map((mark) => outdated(model, `${mark}, which is not locked yet`));
}

/** A floor may only be raised to versions below which nothing is stored any more, as `retire` has found. */
function checkRetired({ chain, name }: EntityModel, locked: LockedEntity, latest: number): Finding[] {
  const below = retiredBelow(locked);
  // above the locked versions, the upgrade to the new one is what is missing
  if (chain.floor <= below || chain.floor > latest) return [];
  const problem = `the floor was raised from ${locked.floor ?? locked.initialVersion} to ${chain.floor}, without evidence that no item of an older version is left`;
  const fix = `Run npx dynamo-evolve retire ${name} --below ${chain.floor} --last-old-writer TIME, which finds out and notes it in schema.lock.json.`;
  return [{ code: 'FLOOR_RAISED', entity: name, problem, fix }];
}

/** A floor above the locked version hides that no upgrade leads to the new one. */
function checkFloor({ chain, name, version }: EntityModel, locked: number): Finding[] {
  if (chain.floor <= locked) return [];
  const problem = `version ${version} can't be reached from the locked version ${locked}: the floor is ${chain.floor}`;
  const fix = `Write an @Upgrade(${locked}, ${version}). Raise the floor when no item of version ${locked} is left.`;
  return [{ code: 'UPGRADE_MISSING', entity: name, problem, fix }];
}
