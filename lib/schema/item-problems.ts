import { encodeItem } from '../codec/encode.js';
import type { Item } from '../item/item.js';
import { isMapperError } from '../errors.js';
import type { Hydrator } from '../hydration/hydrator.js';
import type { AttributeModel } from '../model/attribute-model.js';
import type { EntityModel } from '../model/entity-model.js';
import type { MemberRole } from '../model/registry.js';

/** Why an item of the newest version is none that the class could have stored, if so: the attribute, and what is wrong. */
export function typeProblem<T extends object>(
  model: EntityModel<T>,
  hydrator: Hydrator<T>,
  item: Item,
): string | undefined {
  const key = () => Object.fromEntries(model.keys.map(({ attribute }) => [attribute, item[attribute]]));
  try {
    encodeItem(item);
    hydrator.fromItem(item, { key });
    return undefined;
  } catch (error) {
    if (!isMapperError(error)) throw error;
    const { attribute, expected, found } = error.details as Record<string, string>;
    return error.code === 'ATTRIBUTE_TYPE' ? `${attribute} is ${found}, expected ${expected}` : error.message;
  }
}

/**
 * The required attributes, other than keys, that an item of the newest version lacks, by their stored names; what a templated key
 * tells of its parts is there. None where it can't be read: `typeProblem` says why.
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

/** The keys that a stored document lacks, by their stored names. */
export function missingKeys({ keys }: EntityModel, item: Item): string[] {
  return keys.map(({ attribute }) => attribute).filter((attribute) => !Object.hasOwn(item, attribute));
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

/** Whether every item has a value for the attribute that an upgrade can give it: what writes make or compute, an old item may lack. */
function isRequired({ optional, roles, template, type }: AttributeModel): boolean {
  const isGiven = givenRoles.some((role) => roles.has(role)) || template !== undefined;
  // an empty Set is stored as nothing
  return !optional && !isGiven && type !== 'set';
}
