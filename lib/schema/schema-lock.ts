import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { MapperError } from '../errors.js';
import { canonicalJson } from './canonical-json.js';
import type { EntityIdentity, VersionShape } from './entity-shape.js';
import { isJsonObject, readJson } from './read-json.js';

/** The format of the file. A newer dynamo-evolve may write a higher one. */
const format = 1;

/** A step as people read it in the lock. */
export interface LockedStep {
  readonly from: number;
  readonly to: number;
  readonly description?: string;
  /** Set if nothing undoes the step. */
  readonly pointOfNoReturn?: true;
}

/** The shape of a version, with a fingerprint of it and of all versions before it. */
export interface LockedVersion extends VersionShape {
  readonly fingerprint: string;
}

/** An entity with all its locked versions. */
export interface LockedEntity extends EntityIdentity {
  readonly upgrades: readonly LockedStep[];
  /** By version number: the versions that were the newest when a lock was written. */
  readonly versions: Readonly<Record<string, LockedVersion>>;
}

/** What `schema.lock.json` holds. */
export interface SchemaLock {
  readonly format: number;
  /** By the name of the table, and the value of the discriminator where classes share a table. */
  readonly entities: Readonly<Record<string, LockedEntity>>;
  /** A fingerprint of everything above. */
  readonly fingerprint: string;
}

/** Makes the lock of some entities, with its fingerprint. */
export function makeLock(entities: SchemaLock['entities']): SchemaLock {
  return { format, entities, fingerprint: fingerprintOf({ format, entities }) };
}

/** The text of the lock file: always the same for the same schemas. */
export function formatLock({ entities, fingerprint }: SchemaLock): string {
  return canonicalJson({ format, entities, fingerprint });
}

/** Reads a lock; `undefined` if there is no such file. Throws `INVALID_SCHEMA_LOCK`. */
export function readLock(file: string): SchemaLock | undefined {
  if (!existsSync(file)) return undefined;
  const restore =
    'Restore the committed file; after a merge conflict, take one of the two sides. Then run: npx dynamo-evolve lock';
  const refuse = (problem: string, fix = restore) => new MapperError('INVALID_SCHEMA_LOCK', { file, problem, fix });
  const lock = readJson(file, (problem) => refuse(problem));
  const found = lock as Partial<SchemaLock> | null;
  if (typeof found?.format !== 'number') throw refuse("isn't a schema lock");
  if (found.format > format) {
    const fix = 'It was written by a newer version of dynamo-evolve: install that version here, too';
    throw refuse(`has the format ${found.format}, but this version of dynamo-evolve knows ${format}`, fix);
  }
  if (!isRecordOf(found.entities, isEntity)) throw refuse('lacks parts of a schema lock');
  return found as SchemaLock;
}

function isEntity(value: unknown): value is LockedEntity {
  const { keys, table, upgrades, versions } = value as Partial<LockedEntity>;
  const isVersion = (version: object) => {
    const { attributes, indexes } = version as Partial<LockedVersion>;
    return isRecordOf(attributes) && isRecordOf(indexes);
  };
  return typeof table === 'string' && Array.isArray(keys) && Array.isArray(upgrades) && isRecordOf(versions, isVersion);
}

function isRecordOf(
  value: unknown,
  isMember: (member: object) => boolean = () => true,
): value is Record<string, object> {
  return isJsonObject(value) && Object.values(value).every((member) => isJsonObject(member) && isMember(member));
}

/** The locked versions of an entity, oldest first. */
export function lockedVersions(entity: LockedEntity): { readonly version: number; readonly locked: LockedVersion }[] {
  const versions = Object.entries(entity.versions).map(([version, locked]) => ({ version: Number(version), locked }));
  return versions.toSorted((a, b) => a.version - b.version);
}

/** Makes a locked version. Its fingerprint covers the version and, through `previous`, all versions before it. */
export function lockVersion(
  identity: EntityIdentity,
  version: number,
  { attributes, indexes }: VersionShape,
  previous: string | undefined,
): LockedVersion {
  const { discriminator, initialVersion, keys, table, versionAttribute } = identity;
  const entity = { table, discriminator, keys, versionAttribute, initialVersion };
  return { attributes, indexes, fingerprint: fingerprintOf({ entity, version, attributes, indexes, previous }) };
}

/** The parts of a lock that were edited by hand, such as `version 2 of notes`. */
export function editedParts(lock: SchemaLock): string[] {
  const edited = Object.entries(lock.entities).flatMap(([name, entity]) => {
    let previous: string | undefined;
    for (const { locked, version } of lockedVersions(entity)) {
      if (lockVersion(entity, version, locked, previous).fingerprint !== locked.fingerprint) {
        return [`version ${version} of ${name}`];
      }
      previous = locked.fingerprint;
    }
    return [];
  });
  if (edited.length > 0) return edited;
  return makeLock(lock.entities).fingerprint === lock.fingerprint ? [] : ['the list of entities, versions or upgrades'];
}

function fingerprintOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 32);
}
