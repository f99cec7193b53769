import { isDeepStrictEqual } from 'node:util';
import type { Item } from '../item/item.js';
import { Hydrator } from '../hydration/hydrator.js';
import type { EntityModel } from '../model/entity-model.js';
import { copyPlain } from '../item/copy.js';
import { versionOf } from '../read/item-version.js';
import { upgradeItem } from '../read/upgrade-item.js';
import { entityName, shapeOf } from './entity-shape.js';
import type { Finding } from './finding.js';
import { missingAttributes, missingKeys, typeProblem } from './item-problems.js';
import { readSample, type Sample, sampleFiles } from './sample.js';
import { lockedVersions, type SchemaLock } from './schema-lock.js';
import { compareShapes, valueOf } from './shape-difference.js';

/** A sample that could be read, and what it became. */
interface Upgraded {
  readonly sample: Sample;
  readonly version: number;
  readonly result: Item;
}

/** Judges a class by its samples: every version has one, each becomes what the class requires, and what vanishes was given up before. */
export function checkSamples(model: EntityModel, folder: string | undefined, lock: SchemaLock | undefined): Finding[] {
  const entity = model.name;
  if (folder === undefined) {
    const problem = 'the configuration names no folder of samples for it';
    const mend = `Export them: export const samples = new Map([[${entity}, 'spec/samples/${entity.toLowerCase()}']])`;
    return [{ code: 'SAMPLE_MISSING', entity, problem, mend }];
  }
  const hydrator = new Hydrator(model, 'throw');
  const unreadable: Finding[] = [];
  const upgraded = filesOf(folder).flatMap((file) => {
    try {
      return [upgrade(model, readSample(file))];
    } catch (error) {
      const mend = 'Mend the sample, or the upgrade that fails on it.';
      unreadable.push({ code: 'SAMPLE_UNREADABLE', entity, problem: `${file}: ${(error as Error).message}`, mend });
      return [];
    }
  });
  return [
    ...unreadable,
    ...withoutKeys(model, upgraded),
    ...missingVersions(model, folder, upgraded),
    ...notProvided(model, hydrator, upgraded),
    ...wrongTypes(model, hydrator, upgraded),
    ...vanished(model, upgraded, lock),
  ];
}

function filesOf(folder: string): readonly string[] {
  try {
    return sampleFiles(folder);
  } catch {
    // every version is reported as missing, with the folder's name
    return [];
  }
}

function upgrade(model: EntityModel, sample: Sample): Upgraded {
  const version = versionOf(model, sample.item);
  return { sample, version, result: upgradeItem(model.class, sample.item) };
}

function missingVersions({ chain, name }: EntityModel, folder: string, upgraded: readonly Upgraded[]): Finding[] {
  const found = new Set(upgraded.map(({ version }) => version));
  const versions = Array.from({ length: chain.newest - chain.floor + 1 }, (_, at) => chain.floor + at);
  const missing = versions.filter((version) => !found.has(version));
  return missing.map((version) => ({
    code: 'SAMPLE_MISSING',
    entity: name,
    problem: `no sample in ${folder} has version ${version}`,
    mend: `Add a stored document of it, such as ${folder}/v${version}-plain.json.`,
  }));
}

/** Keys come with the item: no upgrade gives it one. */
function withoutKeys(model: EntityModel, upgraded: readonly Upgraded[]): Finding[] {
  return upgraded.flatMap(({ sample }) =>
    missingKeys(model, sample.item).map((key): Finding => {
      const problem = `${sample.file} has no ${key}, which is a key of the table`;
      return { code: 'SAMPLE_UNREADABLE', entity: model.name, problem, mend: 'Mend the sample: stored items have it.' };
    }),
  );
}

function notProvided(model: EntityModel, hydrator: Hydrator<object>, upgraded: readonly Upgraded[]): Finding[] {
  const files = new Map<string, string[]>();
  for (const { result, sample } of upgraded) {
    for (const attribute of missingAttributes(model, hydrator, result)) {
      files.set(attribute, [...(files.get(attribute) ?? []), sample.file]);
    }
  }
  return [...files].map(([attribute, lacking]) => ({
    code: 'ATTRIBUTE_NOT_PROVIDED',
    entity: model.name,
    problem: `${attribute} is required, but ${shortList(lacking)} ${lacking.length === 1 ? 'becomes an item' : 'become items'} without it`,
    mend: `Set it in an upgrade (item.${attribute} ??= …), or declare it { optional: true }.`,
  }));
}

function wrongTypes(model: EntityModel, hydrator: Hydrator<object>, upgraded: readonly Upgraded[]): Finding[] {
  return upgraded.flatMap(({ result, sample }): Finding[] => {
    const problem = typeProblem(model, hydrator, result);
    if (problem === undefined) return [];
    const mend = 'Convert it in an upgrade, or declare the type that is stored.';
    return [{ code: 'SAMPLE_UNREADABLE', entity: model.name, problem: `${sample.file}: ${problem}`, mend }];
  });
}

function vanished(model: EntityModel, upgraded: readonly Upgraded[], lock: SchemaLock | undefined): Finding[] {
  const locked = lock && valueOf(lock.entities, entityName(model));
  const latest = locked && lockedVersions(locked).at(-1);
  if (!latest || latest.version >= model.version) return [];
  const removed = compareShapes(latest.locked, shapeOf(model)).filter(({ kind }) => kind === 'removed');
  return removed.flatMap(({ attribute }): Finding[] => {
    if (valueOf(latest.locked.attributes, attribute)?.deprecated) return [];
    if (upgraded.some((one) => one.version <= latest.version && isCarriedOn(model, one, attribute))) return [];
    const problem = `${attribute} vanished, and was not marked @Deprecated in version ${latest.version}, which is locked; no upgrade carries its value on, as far as the samples show`;
    const mend = `Bring it back with @Deprecated({ since: ${model.version} }), lock and deploy that, and remove it in a later version.`;
    return [{ code: 'ATTRIBUTE_VANISHED', entity: model.name, problem, mend }];
  });
}

/** Whether other attributes become something else without this one, or with another value of it: a rename, a conversion, a split. */
function isCarriedOn(model: EntityModel, { result, sample }: Upgraded, attribute: string): boolean {
  if (!Object.hasOwn(sample.item, attribute)) return false;
  const others = (item: Item) => Object.fromEntries(Object.entries(item).filter(([name]) => name !== attribute));
  const becomesElse = (item: Item) => {
    try {
      return !isDeepStrictEqual(others(upgrade(model, { ...sample, item }).result), others(result));
    } catch {
      // a step that needs it uses it
      return true;
    }
  };
  const changed = { ...copyPlain(sample.item), [attribute]: otherValue(sample.item[attribute]) };
  return becomesElse(others(copyPlain(sample.item))) || becomesElse(changed);
}

/** A value of the same kind that is not the same. */
function otherValue(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (Array.isArray(value)) return [...(value as unknown[]), 'another'];
  return typeof value === 'string' ? `${value} another` : 'another';
}

function shortList(files: readonly string[]): string {
  const [first, second, third, ...others] = files;
  const named = [first, second, third].filter((one) => one !== undefined).join(', ');
  return others.length > 0 ? `${named} and ${others.length} more` : named;
}
