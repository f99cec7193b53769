import { isDeepStrictEqual } from 'node:util';
import type { Item } from '../item/item.js';
import { Hydrator } from '../hydration/hydrator.js';
import type { EntityModel } from '../model/entity-model.js';
import { copyPlain } from '../item/copy.js';
import { isBelow, versionOf } from '../read/item-version.js';
import { upgradeItem } from '../read/upgrade-item.js';
import { entityName, shapeOf } from './entity-shape.js';
import type { Finding } from './finding.js';
import { issueText, missingAttributes, missingKeys, schemaIssues, typeProblem } from './item-problems.js';
import { readSample, type Sample, sampleFiles } from './sample.js';
import { lockedVersions, type SchemaLock } from './schema-lock.js';
import { compareShapes, valueOf } from './shape-difference.js';

/** A sample, and the item that its upgrades made of it. */
interface Upgraded {
  readonly sample: Sample;
  readonly version: number;
  readonly result: Item;
}

/**
 * Checks a class with its samples: every version has one, each becomes an item that the class and its schema accept, and an attribute
 * only vanishes after it was deprecated.
 */
export function checkSamples(model: EntityModel, folder: string | undefined, lock: SchemaLock | undefined): Finding[] {
  const entity = model.name;
  if (folder === undefined) {
    const problem = 'the configuration names no samples folder for this class';
    const fix = `Export it: export const samples = new Map([[${entity}, 'spec/samples/${entity.toLowerCase()}']])`;
    return [{ code: 'SAMPLE_MISSING', entity, problem, fix }];
  }
  const hydrator = new Hydrator(model, 'throw');
  const unreadable: Finding[] = [];
  const upgraded = filesOf(folder).flatMap((file) => {
    try {
      const sample = readSample(file);
      // what is left of a retired version is harmless; the check says that it can be deleted
      return isBelow(model, sample.item, model.chain.floor) ? [] : [upgrade(model, sample)];
    } catch (error) {
      const fix = 'Fix the sample, or the upgrade that fails on it.';
      unreadable.push({ code: 'SAMPLE_UNREADABLE', entity, problem: `${file}: ${(error as Error).message}`, fix });
      return [];
    }
  });
  return [
    ...unreadable,
    ...withoutKeys(model, upgraded),
    ...missingVersions(model, folder, upgraded),
    ...notProvided(model, hydrator, upgraded),
    ...wrongTypes(model, hydrator, upgraded),
    ...invalid(model, hydrator, upgraded),
    ...vanished(model, upgraded, lock),
  ];
}

function filesOf(folder: string): readonly string[] {
  try {
    return sampleFiles(folder);
  } catch {
    // then every version is reported as missing, with the name of the folder
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
    fix: `Add a stored document of that version, such as ${folder}/v${version}-plain.json.`,
  }));
}

/** A sample must have its keys: no upgrade can add them. */
function withoutKeys(model: EntityModel, upgraded: readonly Upgraded[]): Finding[] {
  return upgraded.flatMap(({ sample }) =>
    missingKeys(model, sample.item).map((key): Finding => {
      const problem = `${sample.file} has no ${key}, which is a key of the table`;
      return { code: 'SAMPLE_UNREADABLE', entity: model.name, problem, fix: 'Fix the sample: stored items have it.' };
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
    problem:
      `${attribute} is required, but ${shortList(lacking)} ` +
      `${lacking.length === 1 ? 'becomes an item' : 'become items'} without it`,
    fix: `Set it in an upgrade (item.${attribute} ??= …), or declare it { optional: true }.`,
  }));
}

function wrongTypes(model: EntityModel, hydrator: Hydrator<object>, upgraded: readonly Upgraded[]): Finding[] {
  return upgraded.flatMap(({ result, sample }): Finding[] => {
    const problem = typeProblem(model, hydrator, result);
    if (problem === undefined) return [];
    const fix = 'Convert the value in an upgrade, or declare the type that is stored.';
    return [{ code: 'SAMPLE_UNREADABLE', entity: model.name, problem: `${sample.file}: ${problem}`, fix }];
  });
}

function invalid(model: EntityModel, hydrator: Hydrator<object>, upgraded: readonly Upgraded[]): Finding[] {
  return upgraded.flatMap(({ result, sample }): Finding[] => {
    const issues = schemaIssues(model, hydrator, result).map(issueText);
    if (issues.length === 0) return [];
    const problem = `the schema refuses what ${sample.file} becomes: ${issues.join('; ')}`;
    const fix = 'Make it valid in an upgrade, or let the schema accept it.';
    return [{ code: 'SAMPLE_INVALID', entity: model.name, problem, fix }];
  });
}

function vanished(model: EntityModel, upgraded: readonly Upgraded[], lock: SchemaLock | undefined): Finding[] {
  const locked = lock && valueOf(lock.entities, entityName(model));
  const latest = locked && lockedVersions(locked).at(-1);
  if (!latest || latest.version >= model.version) return [];
  const removed = compareShapes(latest.locked, shapeOf(model)).filter(({ kind }) => kind === 'removed');
  return removed.flatMap(({ attribute }): Finding[] => {
    if (valueOf(latest.locked.attributes, attribute)?.deprecated) return [];
    const earlier = upgraded.filter(({ version }) => version <= latest.version);
    if (earlier.some((sample) => isCarriedOn(model, sample, attribute))) return [];
    const problem =
      `${attribute} vanished, but it was not marked @Deprecated in version ${latest.version}, which is locked; ` +
      `as far as the samples show, no upgrade uses its value`;
    const fix =
      `Restore it with @Deprecated({ since: ${model.version} }), lock and deploy that version, ` +
      `and remove the attribute in a later one.`;
    return [{ code: 'ATTRIBUTE_VANISHED', entity: model.name, problem, fix }];
  });
}

/**
 * Whether an upgrade uses the value of an attribute, as renames and conversions do: without the attribute, or with
 * another value, the other attributes come out differently.
 */
function isCarriedOn(model: EntityModel, { result, sample }: Upgraded, attribute: string): boolean {
  if (!Object.hasOwn(sample.item, attribute)) return false;
  const without = (item: Item) => Object.fromEntries(Object.entries(item).filter(([name]) => name !== attribute));
  const differs = (item: Item) => {
    try {
      return !isDeepStrictEqual(without(upgradeItem(model.class, item)), without(result));
    } catch {
      // an upgrade that fails without the value uses it
      return true;
    }
  };
  const changed = { ...copyPlain(sample.item), [attribute]: otherValue(sample.item[attribute]) };
  return differs(without(copyPlain(sample.item))) || differs(changed);
}

/** A different value of the same type. */
function otherValue(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (Array.isArray(value)) return [...(value as unknown[]), 'another'];
  return typeof value === 'string' ? `${value} another` : 'another';
}

function shortList(files: readonly string[]): string {
  const named = files.slice(0, 3).join(', ');
  return files.length > 3 ? `${named} and ${files.length - 3} more` : named;
}
