import { isNumberValue } from '../codec/number.js';
import type { Item } from '../item/item.js';
import { ownValue, setOwn } from '../item/own-value.js';
import type { VersionStep } from '../upgrade/version-step.js';
import type { AttributeModel } from './attribute-model.js';
import type { KeyType } from './attribute-type.js';
import type { EntityModel } from './entity-model.js';

/** Values that a key can have, by its type. */
const samples: Readonly<Record<KeyType, readonly unknown[]>> = {
  string: ['a', '1', '2026-01-01T00:00:00.000Z'],
  number: [1, 0],
  bytes: [new Uint8Array([1])],
};

/**
 * What is wrong with storing a class's items by some downgrades, if they give a key of an index another type: engines
 * refuse to store such an item. Tried out on a few values, so only declared steps count, and conversions that take
 * those values. What this misses is found at the write.
 */
export function indexKeyProblem(
  { indexes }: Pick<EntityModel, 'indexes'>,
  steps: readonly VersionStep[],
): string | undefined {
  const lists = steps.map(({ declared }) => declared);
  for (const { name, partitionKey, sortKey } of indexes) {
    for (const key of sortKey ? [partitionKey, sortKey] : [partitionKey]) {
      const found = samples[key.keyType ?? 'string'].flatMap((value) => typeAfter(lists, key, value) ?? []);
      const [type] = found;
      if (type === undefined || found.some((each) => each === key.keyType)) continue;
      return `stores ${key.attribute} as ${type}, but the index ${name} has it as ${key.keyType}; engines refuse such items`;
    }
  }
  return undefined;
}

/** The type of a key after some steps; `undefined` if it isn't known or the key is absent. */
function typeAfter(
  lists: readonly VersionStep['declared'][],
  { attribute }: AttributeModel,
  value: unknown,
): string | undefined {
  const item: Item = {};
  setOwn(item, attribute, value);
  for (const list of lists) {
    if (!list) return undefined;
    try {
      list.apply(item);
    } catch {
      return undefined;
    }
  }
  const after = ownValue(item, attribute);
  if (after === undefined) return undefined;
  if (after instanceof Uint8Array) return 'bytes';
  return isNumberValue(after) || typeof after === 'bigint' ? 'number' : typeof after;
}
