import { otherNotations } from '../codec/number-notations.js';
import { equalWire, type WireItem } from '../codec/wire.js';

/** Reads the items that there are of some keys. */
type ReadMany = (keys: readonly WireItem[]) => Promise<readonly WireItem[]>;

/**
 * The key under which ScyllaDB keeps an item, where it isn't found by the number that ScyllaDB hands out for its
 * partition key: `5.0` comes back as `5`, which is the key of another partition. `'several'` if different items are
 * kept under notations of the number, and `undefined` if none is.
 *
 * An answer doesn't say to which key an item belongs, so the keys are halved until one is left.
 */
export async function keyInStoredNotation(
  readMany: ReadMany,
  key: WireItem,
  partitionKey: string,
): Promise<WireItem | 'several' | undefined> {
  const value = key[partitionKey];
  if (!value || !('N' in value)) return undefined;
  let keys = otherNotations(value.N).map((text): WireItem => Object.assign({}, key, { [partitionKey]: { N: text } }));
  const [found, ...others] = await readMany(keys);
  if (!found) return undefined;
  if (others.length > 0) {
    // engines that compare numbers by their values find one item by all of them: it was stored again just now
    const isOne = others.length + 1 === keys.length && others.every((item) => equalWire({ M: item }, { M: found }));
    return isOne ? undefined : 'several';
  }
  while (keys.length > 1) {
    const half = keys.slice(0, Math.ceil(keys.length / 2));
    keys = (await readMany(half)).length > 0 ? half : keys.slice(half.length);
  }
  return keys[0];
}
