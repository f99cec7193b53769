import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { MapperError } from '../errors.js';
import { canonicalJson } from './canonical-json.js';
import type { EntityIdentity, VersionShape } from './entity-shape.js';
import { isJsonObject, readJson } from './read-json.js';

/** The format of the file; a higher one is from a newer dynamo-evolve. */
const format = 1;

/** What is known of a step, for people. */
export interface LockedStep {
  readonly from: number;
  readonly to: number;
  readonly description?: string;
  /** Set where no way leads back. */
  readonly pointOfNoReturn?: true;
}

/** The shape of a version, and a fingerprint of it and of all before it. */
export interface LockedVersion extends VersionShape {
  readonly fingerprint: string;
}

/** An entity through its versions. */
export interface LockedEntity extends EntityIdentity {
  readonly upgrades: readonly LockedStep[];
  /** By version number, those that were the newest when the lock was written. */
  readonly versions: Readonly<Record<string, LockedVersion>>;
}

/** What `schema.lock.json` holds. */
export interface SchemaLock {
  readonly format: number;
  /** By the table's name, and the discriminator's value where classes share a table. */
  readonly entities: Readonly<Record<string, LockedEntity>>;
  /** Of everything above. */
  readonly fingerprint: string;
}

/** The lock of entities, with its fingerprint. */
export function makeLock(entities: SchemaLock['entities']): SchemaLock {
  return { format, entities, fingerprint: fingerprintOf({ format, entities }) };
}

/** The text of the file: the same for the same schemas. */
export function formatLock({ entities, fingerprint }: SchemaLock): string {
  return canonicalJson({ format, entities, fingerprint });
}

/** Reads a lock; `undefined` if there is no such file. Throws `INVALID_SCHEMA_LOCK`. */
export function readLock(file: string): SchemaLock | undefined {
  if (!existsSync(file)) return undefined;
  const bringBack =
    'Bring it back as it was committed; if a merge left its marks there, take one side. Then run: npx dynamo-evolve lock';
  const refuse = (problem: string, mend = bringBack) => new MapperError('INVALID_SCHEMA_LOCK', { file, problem, mend });
  const lock = readJson(file, (problem) => refuse(problem));
  const found = lock as Partial<SchemaLock> | null;
  if (typeof found?.format !== 'number') throw refuse('is no schema lock');
  if (found.format > format) {
    const mend = 'A newer version of dynamo-evolve wrote it: install that one here, too';
    throw refuse(`has the format ${found.format}, this dynamo-evolve knows ${format}`, mend);
  }
  if (!isRecordOf(found.entities, isEntity)) throw refuse('lacks what a schema lock has');
  return found as SchemaLock;
}

function isEntity(value: unknown): value is LockedEntity {
  const { keys, table, upgrades, versions } = value as Partial<LockedEntity>;
  const isVersion = (one: unknown) =>
    isRecordOf((one as LockedVersion).attributes) && isRecordOf((one as LockedVersion).indexes);
  return typeof table === 'string' && Array.isArray(keys) && Array.isArray(upgrades) && isRecordOf(versions, isVersion);
}

function isRecordOf(value: unknown, is: (one: object) => boolean = () => true): value is Record<string, object> {
  return isJsonObject(value) && Object.values(value).every((one) => isJsonObject(one) && is(one));
}

/** The locked versions of an entity, the oldest first. */
export function lockedVersions(entity: LockedEntity): { readonly version: number; readonly locked: LockedVersion }[] {
  const versions = Object.entries(entity.versions).map(([version, locked]) => ({ version: Number(version), locked }));
  return versions.toSorted((a, b) => a.version - b.version);
}

/** A version of an entity, with the fingerprint of it and of the version that was locked before it. */
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

/** What of a lock is not as it was written: `version 2 of notes`, or the whole. */
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
