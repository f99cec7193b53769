import { encodeItem } from '../codec/encode.js';
import type { Item } from '../codec/decode.js';
import { isMapperError } from '../errors.js';
import type { Hydrator } from '../hydration/hydrator.js';
import type { AttributeModel } from '../model/attribute-model.js';
import type { EntityModel } from '../model/entity-model.js';

/** Why an item of the newest version is none that the class could have stored, if so: the attribute, and what is wrong. */
export function typeProblem<T extends object>(
  model: EntityModel<T>,
  hydrator: Hydrator<T>,
  item: Item,
): string | undefined {
  const key = () => Object.fromEntries(model.keys.map(({ attribute }) => [attribute, item[attribute]]));
  try {
    encodeItem(item);
    hydrator.fromItem(item, key);
    return undefined;
  } catch (error) {
    if (!isMapperError(error)) throw error;
    const { attribute, expected, found } = error.details as Record<string, string>;
    return error.code === 'ATTRIBUTE_TYPE' ? `${attribute} is ${found}, expected ${expected}` : error.message;
  }
}

/** The required attributes that an item of the newest version lacks, by their stored names. */
export function missingAttributes(model: EntityModel, item: Item): string[] {
  const missing = model.attributes.filter((one) => isRequired(one) && !Object.hasOwn(item, one.attribute));
  return missing.map(({ attribute }) => attribute);
}

/** Whether every item has a value for the attribute: those that writes make, an old item may lack. */
function isRequired({ optional, roles, type }: AttributeModel): boolean {
  // an empty Set is stored as nothing
  const isMade = roles.has('created at') || roles.has('updated at') || roles.has('revision');
  return !optional && !isMade && type !== 'set';
}
