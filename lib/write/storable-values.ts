import { valueAt, type WireItem, type WireValue } from '../codec/wire.js';
import { type ErrorKey, MapperError } from '../errors.js';
import type { AttributeModel } from '../model/attribute-model.js';
import type { EntityModel } from '../model/entity-model.js';
import type { ItemContext } from '../read/entity-context.js';
import type { LoadedItem } from './loaded-item.js';

/** The last second of the year 9999. Larger numbers can't have been meant as seconds. */
const lastSecond = 253_402_300_799;

/**
 * Throws for values that engines accept by mistake or refuse without a clear error: `ATTRIBUTE_TYPE` for a time to live
 * in milliseconds, and `INVALID_KEY_VALUE` for an empty key of an index. Stored values that haven't changed are
 * accepted.
 */
export function assertStorable<T extends object>(
  { model }: ItemContext<T>,
  declared: WireItem,
  key: ErrorKey,
  loaded?: LoadedItem,
): void {
  const changed = (attribute: string) => {
    const value = valueAt(declared, attribute);
    return loaded?.isUnchanged(attribute, value) ? undefined : value;
  };
  const { timeToLive } = model;
  const expiry = timeToLive && changed(timeToLive.attribute);
  if (expiry && 'N' in expiry && Number(expiry.N) > lastSecond) {
    const details = { entity: model.name, key, attribute: timeToLive.attribute };
    const found = 'a time after the year 9999, as a number of milliseconds is';
    throw new MapperError('ATTRIBUTE_TYPE', { ...details, expected: 'a time to live in seconds', found });
  }
  for (const sortKey of [model.sortKey, ...model.indexes.map((index) => index.sortKey)]) {
    if (sortKey?.type === 'date') assertSorted(model, sortKey, changed(sortKey.attribute));
  }
  for (const { name, partitionKey, sortKey } of model.indexes) {
    for (const attribute of sortKey ? [partitionKey, sortKey] : [partitionKey]) {
      if (!isEmpty(changed(attribute.attribute))) continue;
      const expected = `a value that isn't empty, since it is a key of the index ${name}; undefined leaves the item out of it`;
      throw new MapperError('INVALID_KEY_VALUE', {
        class: model.name,
        member: attribute.property,
        expected,
        found: 'empty',
      });
    }
  }
}

/** Engines sort the texts of dates, and those of years with a sign before all others. */
function assertSorted({ name }: EntityModel, { property }: AttributeModel, value: WireValue | undefined): void {
  if (!value || !('S' in value) || !/^[+-]/.test(value.S)) return;
  const expected = 'a Date in the years 0000 to 9999, whose texts engines sort in the order of time';
  throw new MapperError('INVALID_KEY_VALUE', { class: name, member: property, expected, found: 'of another year' });
}

function isEmpty(value: WireValue | undefined): boolean {
  if (value === undefined) return false;
  if ('S' in value) return value.S === '';
  return 'B' in value && value.B.length === 0;
}
