import { basename } from 'node:path';
import type { EntityModel } from '../model/entity-model.js';
import type { IndexModel } from '../model/index-model.js';
import { inheritedRecords } from '../model/registry.js';
import { isBelow } from '../read/item-version.js';
import { entityName } from './entity-shape.js';
import { readSample, sampleFiles } from './sample.js';
import { retiredBelow, type SchemaLock } from './schema-lock.js';
import { valueOf } from './shape-difference.js';

/** What a class only has for versions that are gone. */
export interface RemovableParts {
  readonly entity: string;
  /** Of the versions below this one, nothing is stored. */
  readonly below: number;
  /** Whether the floor of the class is lower. */
  readonly canRaiseFloor: boolean;
  /** What can be deleted, for people. */
  readonly parts: readonly string[];
}

/** What can be deleted of a class, because the lock has evidence that older versions are gone. */
export function removableParts(
  model: EntityModel,
  folder: string | undefined,
  lock: SchemaLock | undefined,
): RemovableParts | undefined {
  const locked = lock && valueOf(lock.entities, entityName(model));
  if (!locked) return undefined;
  const below = retiredBelow(locked);
  const { chain, downgrades } = model;
  const upgrades = chain.steps.filter(({ from }) => from < below);
  const ways = downgrades.steps.filter(({ to }) => to < below);
  const parts = [
    ...upgrades.map(({ from, method, to }) => `the upgrade ${from} → ${to} (${method})`),
    ...ways.map(({ from, method, to }) => `the downgrade ${from} → ${to} (${method})`),
    ...oldSamples(model, folder, below).map((file) => `the sample ${file}`),
    ...model.indexes.flatMap((index) => removableMarks(model, index, below)),
  ];
  const canRaiseFloor = chain.floor < below;
  return canRaiseFloor || parts.length > 0 ? { entity: model.name, below, canRaiseFloor, parts } : undefined;
}

/** Tells people what can be deleted, a line each. */
export function removableLines({ below, canRaiseFloor, entity, parts }: RemovableParts): string[] {
  const floor = canRaiseFloor ? [`the floor can be raised: @Versioned(…, { floor: ${below} })`] : [];
  const deletable = parts.map((part) => `can be deleted: ${part}`);
  return [
    `${entity}: no version below ${below} is stored any more`,
    ...[...floor, ...deletable].map((line) => `  ${line}`),
  ];
}

function oldSamples(model: EntityModel, folder: string | undefined, below: number): string[] {
  if (folder === undefined) return [];
  try {
    const files = sampleFiles(folder).filter((file) => isBelow(model, readSample(file).item, below));
    return files.map((file) => basename(file));
  } catch {
    // what is wrong with the samples is a finding of the check
    return [];
  }
}

function removableMarks(
  model: EntityModel,
  { complete, name, partitionKey, since, sortKey }: IndexModel,
  below: number,
) {
  if (since > below) return [];
  const declared = inheritedRecords(model.class).flatMap(({ record }) =>
    record.indexes.filter((each) => each.name === name),
  );
  const isDeclared = declared.some(({ options }) => options.since !== undefined && options.since > 1);
  // an index by the discriminator needs the mark, whatever the version
  const isOfDiscriminator = [partitionKey, sortKey].some((key) => key?.attribute === model.discriminator?.attribute);
  return [
    ...(isDeclared ? [`since: ${since} of the index ${name}`] : []),
    ...(complete && !isOfDiscriminator ? [`complete: true of the index ${name}`] : []),
  ];
}
