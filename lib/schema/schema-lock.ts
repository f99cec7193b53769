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

/** Evidence that versions may be forgotten, as `retire` found it in a table. */
export interface LockedRetirement {
  /** When the census began that counted the items, as an ISO time. */
  readonly at: string;
  /** The last moment at which code could write versions below, as whoever asked has stated it. */
  readonly lastOldWriter: string;
  /** The name of the table, with its prefix. */
  readonly table: string;
  /** How many items of each version were stored. */
  readonly items: Readonly<Record<string, number>>;
  /** How they were counted. */
  readonly census: string;
}

/** An entity with all its locked versions. */
export interface LockedEntity extends EntityIdentity {
  /** The oldest version that the class could read when it was locked; absent if that is its first one. */
  readonly floor?: number;
  /** By version: the evidence that no version below is left. */
  readonly retired?: Readonly<Record<string, LockedRetirement>>;
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
  const { floor = 1, keys, retired = {}, table, upgrades, versions } = value as Partial<LockedEntity>;
  const isVersion = (version: object) => {
    const { attributes, indexes } = version as Partial<LockedVersion>;
    return isRecordOf(attributes) && isRecordOf(indexes);
  };
  const hasLists = Array.isArray(keys) && Array.isArray(upgrades);
  return (
    typeof table === 'string' &&
    typeof floor === 'number' &&
    hasLists &&
    isRecordOf(versions, isVersion) &&
    isRecordOf(retired)
  );
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

/** The version below which all others are retired: nothing of them is stored any more. */
export function retiredBelow({ floor, initialVersion, retired = {} }: LockedEntity): number {
  return Math.max(floor ?? initialVersion, ...Object.keys(retired).map(Number));
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
  return makeLock(lock.entities).fingerprint === lock.fingerprint
    ? []
    : ['the list of entities, versions or upgrades, or the evidence of a retirement'];
}

function fingerprintOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 32);
}
