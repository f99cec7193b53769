import { decodeItem } from '../codec/decode.js';
import { encodeReadValue, encodeValue, isEmptySet } from '../codec/encode.js';
import { equalWire, isSameValue, type WireValue } from '../codec/wire.js';
import type { Item } from '../item/item.js';
import type { AttributeModel } from '../model/attribute-model.js';
import type { EntityContext } from '../read/entity-context.js';
import type { Examined } from '../read/entity-reader.js';
import { isStorable } from '../upgrade/run.js';

/** An image of a change that could be read. */
export interface ReadImage<T extends object> {
  readonly examined: Examined;
  readonly entity: T;
}

/** How two images of an item differ once both are of the newest version. */
export interface ImageDifference {
  /** The properties whose values differ. */
  readonly changed: readonly string[];
  /** Whether nothing differs, undeclared attributes included. */
  readonly isSame: boolean;
}

/** Compares two images of an item; one that is missing has nothing. */
export function compareImages<T extends object>(
  context: EntityContext<T>,
  before: ReadImage<T> | undefined,
  after: ReadImage<T> | undefined,
): ImageDifference {
  const { model } = context;
  const [old, now] = [newestItem(before), newestItem(after)];
  const changed: string[] = [];
  let isSame = true;
  for (const name of new Set([...Object.keys(old), ...Object.keys(now)])) {
    // neither is the application's
    if (name === model.versionAttribute || name === model.discriminator?.attribute) continue;
    if (isSameValue(wireAt(old, name), wireAt(now, name))) continue;
    const attribute = model.byAttribute.get(name);
    if (attribute && isSameProperty(context, attribute, before, after)) continue;
    isSame = false;
    if (attribute) changed.push(attribute.property);
  }
  return { changed, isSame };
}

function newestItem(image: ReadImage<object> | undefined): Item {
  if (!image) return {};
  const { tracked, upgraded } = image.examined;
  return upgraded ?? decodeItem(tracked.wire);
}

function wireAt(item: Item, name: string): WireValue | undefined {
  const value = Object.hasOwn(item, name) ? item[name] : undefined;
  return isStorable(value) ? encodeReadValue(value, name) : undefined;
}

/** Whether a property has the same value twice although it was stored in two notations, such as a date. */
function isSameProperty<T extends object>(
  { hydrator }: EntityContext<T>,
  attribute: AttributeModel,
  before: ReadImage<T> | undefined,
  after: ReadImage<T> | undefined,
): boolean {
  const [old, now] = [before, after].map((image) => {
    if (!image) return undefined;
    try {
      const value = (image.entity as Readonly<Record<string, unknown>>)[attribute.property];
      const stored = hydrator.storedValue(attribute, value, image.entity, () => ({}));
      return stored === undefined || isEmptySet(stored) ? undefined : encodeValue(stored, attribute.attribute);
    } catch {
      // what an entity can't store counts as it was stored
      return undefined;
    }
  });
  return old !== undefined && now !== undefined && equalWire(old, now);
}
