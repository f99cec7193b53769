import { MapperError } from '../errors.js';
import type { Class } from './class.js';
import type { EntityModel } from './entity-model.js';
import { stepsBetween } from '../upgrade/downgrade.js';
import { describeVersion, isVersion } from '../upgrade/version.js';
import { indexKeyProblem } from './pinned-index-keys.js';

/**
 * The versions that are stored, where they are not the newest ones: by class, or a function that is asked at each write and once when the
 * mapper is made.
 */
export type WriteVersions = ReadonlyMap<Class, number> | ((entity: Class) => number | undefined);

/**
 * Asks for the version in which entities of a class are stored now: the newest one, unless an older one is pinned. Throws
 * `INVALID_WRITE_VERSION`, or `POINT_OF_NO_RETURN` if nothing leads back to it.
 */
export function writeVersionOf(model: EntityModel, pins: WriteVersions | undefined): () => number {
  const { chain, class: target, downgrades, name, version: newest } = model;
  if (pins === undefined) return () => newest;
  const known = new Set<number>();
  return () => {
    const version: unknown = typeof pins === 'function' ? pins(target) : pins.get(target);
    if (version === undefined || version === newest) return newest;
    const problem = versionProblem(version, model);
    if (problem !== undefined) throw new MapperError('INVALID_WRITE_VERSION', { class: name, problem });
    if (known.has(version as number)) return version as number;
    const indexProblem = indexKeyProblem(model, stepsBetween(newest, version as number, chain, downgrades));
    if (indexProblem !== undefined)
      throw new MapperError('INVALID_WRITE_VERSION', { class: name, problem: indexProblem });
    known.add(version as number);
    return version as number;
  };
}

function versionProblem(version: unknown, { chain }: EntityModel): string | undefined {
  if (!isVersion(version)) return `is ${describeVersion(version)}`;
  if (version > chain.newest) return `is ${version}, above the version ${chain.newest}`;
  return version < chain.floor ? `is ${version}, below the floor ${chain.floor}` : undefined;
}
