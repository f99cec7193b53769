import { isDeepStrictEqual } from 'node:util';
import type { EntityModel } from '../model/entity-model.js';
import type { IndexModel } from '../model/index-model.js';
import { type EntityIdentity, entityName, identityOf, shapeOf, type VersionShape } from './entity-shape.js';
import type { Finding } from './finding.js';
import { editedParts, type LockedEntity, type LockedVersion, lockedVersions, type SchemaLock } from './schema-lock.js';
import { compareMarks, compareShapes, describeIndex, describeKeys, valueOf } from './shape-difference.js';

/** The mend of a lock that only lacks what is new. */
const lockAgain = 'Run npx dynamo-evolve lock, and commit schema.lock.json.';

/** Compares classes with the lock: what no upgrade can change, what changed without a new version, what was edited. */
export function checkLock(lock: SchemaLock | undefined, models: readonly EntityModel[]): Finding[] {
  if (lock === undefined) {
    return [{ code: 'LOCK_MISSING', entity: 'all', problem: 'there is no schema.lock.json', mend: lockAgain }];
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
  const mend =
    'What was locked stays: bring schema.lock.json back from version control, then run npx dynamo-evolve lock.';
  return { code: 'HISTORY_EDITED', entity: 'all', problem: `in schema.lock.json, ${part} was edited`, mend };
}

function vanished(name: string): Finding {
  const problem = 'is locked, but no class of the configuration has this table and discriminator';
  const mend = `Bring the class back. If its items are gone, too: npx dynamo-evolve lock --drop '${name}'`;
  return { code: 'ENTITY_VANISHED', entity: name, problem, mend };
}

function checkEntity(model: EntityModel, locked: LockedEntity | undefined): Finding[] {
  const latest = locked && lockedVersions(locked).at(-1);
  if (!locked || !latest) return [outdated(model, 'is not locked yet')];
  return [
    ...checkIdentity(model, locked),
    ...checkIndexes(model, latest.locked),
    ...checkVersion(model, latest.version, latest.locked),
  ];
}

function outdated({ name }: EntityModel, problem: string): Finding {
  return { code: 'LOCK_OUTDATED', entity: name, problem, mend: lockAgain };
}

function checkIdentity(model: EntityModel, locked: LockedEntity): Finding[] {
  const identity = identityOf(model);
  const changed = (what: string, was: string, is: string): Finding[] => {
    if (was === is) return [];
    const problem = `${what} changed from ${was} to ${is}, which no upgrade can do`;
    const mend = `Set it back, or make a new class with a table of its own and copy the items there.`;
    return [{ code: 'KEY_CHANGED', entity: model.name, problem, mend }];
  };
  return [
    ...changed('the keys', describeKeys(locked.keys), describeKeys(identity.keys)),
    ...changed('the version attribute', locked.versionAttribute, identity.versionAttribute),
    ...changed('the version of unstamped items', String(locked.initialVersion), String(identity.initialVersion)),
    ...changed('the meaning of items without discriminator', ownerOfUnmarked(locked), ownerOfUnmarked(identity)),
  ];
}

/** Whose the items without discriminator are. */
function ownerOfUnmarked({ discriminator }: EntityIdentity): string {
  return discriminator?.default ? 'the class' : 'no class';
}

function checkIndexes(model: EntityModel, locked: LockedVersion): Finding[] {
  const refuse = (problem: string, mend: string): Finding[] => [
    { code: 'INDEX_CHANGED', entity: model.name, problem, mend },
  ];
  const { indexes } = shapeOf(model);
  return model.indexes.flatMap((index) => {
    const shape = valueOf(indexes, index.name);
    const was = valueOf(locked.indexes, index.name);
    if (!shape || isDeepStrictEqual(shape, was)) return [];
    if (was) {
      const problem = `the index ${index.name} changed from ${describeIndex(was)} to ${describeIndex(shape)}, which engines can't do`;
      return refuse(problem, 'Set it back, and declare the new one under another name.');
    }
    if (index.kind === 'local') {
      return refuse(
        `the local index ${index.name} is new, and local indexes only come with their table`,
        `Give it a partition key, which makes it a global one: @Index('${index.name}', { partitionKey, … })`,
      );
    }
    const late = keyWithoutSince(index, model, locked);
    if (late === undefined) return [];
    return refuse(
      `the index ${index.name} is by ${late}, which older items don't have under that name and type`,
      `Say since which version they do: @Index('${index.name}', { …, since: ${model.version} })`,
    );
  });
}

/** A key of a new index that items of the locked version lack, if the index doesn't say so. */
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
    const mend = `Versions only grow: say @Versioned(${version}), or a higher one.`;
    return [{ code: 'VERSION_LOWERED', entity, problem, mend }];
  }
  if (model.version > version) {
    const newer = outdated(model, `has version ${model.version}, which is not locked yet`);
    return [...checkFloor(model, version), newer];
  }
  const shape = shapeOf(model);
  const differences = compareShapes(locked, shape);
  if (differences.length > 0) {
    const said = differences.map(({ message }) => message).join('; ');
    const next = version + 1;
    const problem = `the shape of version ${version} changed: ${said}`;
    const mend = `Say @Versioned(${next}) and write an @Upgrade(${version}, ${next}). If version ${version} was never deployed: npx dynamo-evolve lock --amend`;
    return [{ code: 'SHAPE_CHANGED', entity, problem, mend }];
  }
  return compareMarks(locked, shape).map((mark) => outdated(model, `${mark}, which is not locked yet`));
}

/** A floor above what is locked hides that no upgrade leads to the new version. */
function checkFloor({ chain, name, version }: EntityModel, locked: number): Finding[] {
  if (chain.floor <= locked) return [];
  const problem = `version ${version} can't be reached from version ${locked}, which is locked: the floor is ${chain.floor}`;
  const mend = `Write an @Upgrade(${locked}, ${version}), and raise the floor when no item of version ${locked} is left.`;
  return [{ code: 'UPGRADE_MISSING', entity: name, problem, mend }];
}
