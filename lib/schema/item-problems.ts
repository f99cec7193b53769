import { encodeItem } from '../codec/encode.js';
import type { Item } from '../item/item.js';
import { type ErrorKey, isMapperError } from '../errors.js';
import type { Hydrator } from '../hydration/hydrator.js';
import { type EntityIssue, judge, valuesOf } from '../hydration/judge.js';
import type { AttributeModel } from '../model/attribute-model.js';
import type { EntityModel } from '../model/entity-model.js';
import type { MemberRole } from '../model/registry.js';

/** Why the class couldn't have stored an item of its newest version; `undefined` if it could have. */
export function typeProblem<T extends object>(
  model: EntityModel<T>,
  hydrator: Hydrator<T>,
  item: Item,
): string | undefined {
  try {
    encodeItem(item);
    hydrator.fromItem(item, { key: () => keyOf(model, item) });
    return undefined;
  } catch (error) {
    if (!isMapperError(error)) throw error;
    const { attribute, expected, found } = error.details as Record<string, string>;
    return error.code === 'ATTRIBUTE_TYPE' ? `${attribute} is ${found}, expected ${expected}` : error.message;
  }
}

/**
 * What the schema of a class says against an item of its newest version. Nothing for an item without its keys, and for
 * one that `typeProblem` reports. Throws `INVALID_SCHEMA`.
 */
export function schemaIssues<T extends object>(
  model: EntityModel<T>,
  hydrator: Hydrator<T>,
  item: Item,
): readonly EntityIssue[] {
  if (!model.schema || missingKeys(model, item).length > 0 || typeProblem(model, hydrator, item) !== undefined)
    return [];
  const key = () => keyOf(model, item);
  return judge(model, valuesOf(model, hydrator.fromItem(item, { key })), key)?.details.issues ?? [];
}

/** An issue as text: where it is, and what the schema says. */
export function issueText({ message, path }: EntityIssue): string {
  return path === '' ? message : `${path}: ${message}`;
}

/**
 * The stored names of the required attributes, other than keys, that an item of the newest version lacks. The parts of
 * a templated key aren't missing: they can be read from the key. Empty for an item that can't be read at all, because
 * `typeProblem` reports it.
 */
export function missingAttributes<T extends object>(
  { attributes, keys }: EntityModel<T>,
  hydrator: Hydrator<T>,
  item: Item,
): string[] {
  const required = attributes.filter(isRequired);
  const absent = required.filter(({ attribute }) => !Object.hasOwn(item, attribute));
  if (!keys.some(({ template }) => template !== undefined)) return absent.map(({ attribute }) => attribute);
  const entity = read(hydrator, item);
  return absent.filter(({ property }) => entity && entity[property] === undefined).map(({ attribute }) => attribute);
}

/** The stored names of the keys that an item lacks. */
export function missingKeys({ keys }: EntityModel, item: Item): string[] {
  return keys.map(({ attribute }) => attribute).filter((attribute) => !Object.hasOwn(item, attribute));
}

function keyOf({ keys }: EntityModel, item: Item): ErrorKey {
  return Object.fromEntries(keys.map(({ attribute }) => [attribute, item[attribute]]));
}

function read<T extends object>(hydrator: Hydrator<T>, item: Item): Record<string, unknown> | undefined {
  try {
    return hydrator.fromItem(item, { key: () => ({}) }) as Record<string, unknown>;
  } catch (error) {
    if (isMapperError(error)) return undefined;
    throw error;
  }
}

const givenRoles: readonly MemberRole[] = ['partition key', 'sort key', 'created at', 'updated at', 'revision'];

/**
 * Whether every item must have the attribute after its upgrade. An old item may lack what writes generate or compute.
 */
function isRequired({ optional, roles, template, type }: AttributeModel): boolean {
  const isGiven = givenRoles.some((role) => roles.has(role)) || template !== undefined;
  // an empty Set isn't stored at all
  return !optional && !isGiven && type !== 'set';
}
