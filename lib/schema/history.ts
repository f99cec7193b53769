import type { EntityModel } from '../model/entity-model.js';
import { entityName, shapeOf, type VersionShape } from './entity-shape.js';
import { type LockedStep, lockedVersions, type SchemaLock } from './schema-lock.js';
import { compareMarks, compareShapes, describe, describeKeys, valueOf } from './shape-difference.js';
import { lockSteps } from './update-lock.js';

/** What changed in a version. */
export interface VersionHistory {
  readonly version: number;
  /** The steps that lead to the version. */
  readonly upgrades: readonly LockedStep[];
  /** How the shape differs from the previous known one, or the attributes of the first known shape. */
  readonly changes: readonly string[];
}

/** The history of an entity's schema, newest version first. */
export interface EntityHistory {
  readonly entity: string;
  readonly class: string;
  readonly table: string;
  readonly keys: string;
  readonly versions: readonly VersionHistory[];
}

/**
 * The history of each class, from the shapes in the lock and in the class itself, and the descriptions of the steps.
 */
export function historyOf(models: readonly EntityModel[], lock: SchemaLock | undefined): EntityHistory[] {
  return models.map((model) => {
    const entity = entityName(model);
    const locked = lock && valueOf(lock.entities, entity);
    const steps = lockSteps(locked?.upgrades ?? [], model);
    const shapes = new Map<number, VersionShape>();
    for (const { locked: shape, version } of locked ? lockedVersions(locked) : []) shapes.set(version, shape);
    const shape = shapeOf(model);
    shapes.set(model.version, shape);
    const versions = [...new Set([...shapes.keys(), ...steps.map(({ to }) => to)])].toSorted((a, b) => a - b);
    let previous: VersionShape | undefined;
    const histories = versions.map((version) => {
      const now = shapes.get(version);
      const changes = now ? changesBetween(previous, now) : [];
      previous = now ?? previous;
      return { version, upgrades: steps.filter(({ to }) => to === version), changes };
    });
    const { attributes } = shape;
    const keys = model.keys.map(({ attribute }) => ({ attribute, type: valueOf(attributes, attribute)?.type ?? '' }));
    return {
      entity,
      class: model.name,
      table: model.table,
      keys: describeKeys(keys),
      versions: histories.toReversed(),
    };
  });
}

function changesBetween(previous: VersionShape | undefined, now: VersionShape): string[] {
  if (previous) return [...compareShapes(previous, now).map(({ message }) => message), ...compareMarks(previous, now)];
  const names = Object.keys(now.attributes).toSorted();
  return names.map((name) => {
    const shape = now.attributes[name]!;
    const mark = shape.deprecated ? `, deprecated since ${shape.deprecated.since}` : '';
    return `has ${name} (${describe(shape)}${mark})`;
  });
}

/** Histories as Markdown. */
export function formatHistory(histories: readonly EntityHistory[]): string {
  const parts = histories.map((history) => {
    const versions = history.versions.map(({ changes, upgrades, version }) => {
      const lines = [...upgrades.map(describeUpgrade), ...changes].map((line) => `- ${line}`);
      return [`### Version ${version}`, lines.length > 0 ? lines.join('\n') : '- no known changes'].join('\n\n');
    });
    return [`## ${history.class}`, `Table \`${history.table}\`, ${history.keys}.`, ...versions].join('\n\n');
  });
  return `${['# Schema history', ...parts].join('\n\n')}\n`;
}

function describeUpgrade({ description = 'no description', from, pointOfNoReturn }: LockedStep): string {
  return `from version ${from}: ${description}${pointOfNoReturn ? ' (a point of no return)' : ''}`;
}
