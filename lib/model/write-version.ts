import { MapperError } from '../errors.js';
import type { Class } from './class.js';
import type { EntityModel } from './entity-model.js';
import { stepsBetween } from '../upgrade/downgrade.js';
import { describeVersion, isVersion } from '../upgrade/version.js';
import { indexKeyProblem } from './pinned-index-keys.js';

/**
 * The versions to store instead of the newest ones: a Map by class, or a function that is called before each write, and
 * once when the mapper is created.
 */
export type WriteVersions = ReadonlyMap<Class, number> | ((entity: Class) => number | undefined);

/**
 * Returns a function that returns the version in which entities of a class are stored now: the newest one, unless an
 * older one is pinned. That function throws `INVALID_WRITE_VERSION`, or `POINT_OF_NO_RETURN` if no steps lead back to
 * the version.
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
