import { encodeValue, isEmptySet } from '../codec/encode.js';
import { isSameValue, valueAt, type WireItem, type WireValue } from '../codec/wire.js';
import { assignProperty } from '../hydration/assign-property.js';
import type { AttributeModel } from '../model/attribute-model.js';
import type { ItemContext } from '../read/entity-context.js';
import { track, trackedOf, type VersionedWire } from '../read/tracked-item.js';
import { type Generated, propertyOf } from './generated-values.js';
import { LoadedItem } from './loaded-item.js';

/** A write that was applied to what others had stored in the meantime. */
export interface AppliedElsewhere {
  /** The declared attributes of the entity when the write began. */
  readonly sent: WireItem;
  /** The stored names of the attributes that the write changed. */
  readonly changed: ReadonlySet<string>;
}

/**
 * Updates an entity after it was stored. Assigns the values that the write generated and, if the write was applied to
 * what others had stored, their changes. Otherwise the next save would take the outdated values for changes and
 * overwrite theirs. Properties that the application has changed since the write began keep their values, and so do
 * those that refuse the assignment. Both are remembered as shown, but not stored.
 */
export function markStored<T extends object>(
  context: ItemContext<T>,
  entity: T,
  stored: VersionedWire,
  generated: Generated,
  elsewhere?: AppliedElsewhere,
): void {
  const { hydrator, keys, model, reader, table } = context;
  const shown = new Map<string, WireValue | undefined>();
  const give = (attribute: AttributeModel, value: unknown) => {
    if (assignProperty(entity, attribute.property, value)) return;
    const now = shownValue(context, entity, attribute);
    shown.set(attribute.attribute, now === unreadable ? undefined : now);
  };
  for (const [attribute, value] of generated) give(attribute, value);
  if (elsewhere) {
    const { declared } = new LoadedItem(context, stored, entity);
    const current = reader.read(stored.wire);
    for (const attribute of model.attributes) {
      const { attribute: name, template } = attribute;
      if (template || generated.has(attribute) || elsewhere.changed.has(name)) continue;
      const sent = valueAt(elsewhere.sent, name);
      if (isSameValue(valueAt(declared, name), sent)) continue;
      const now = shownValue(context, entity, attribute);
      if (now !== unreadable && isSameValue(now, sent)) give(attribute, propertyOf(current, attribute));
      else shown.set(name, sent);
    }
  }
  if (!elsewhere) keepShown(context, entity, stored, generated, shown);
  // it has been stored, so it can be encoded
  hydrator.templates.assign(entity, () =>
    hydrator.toWire(entity, () => keys.nameOf(stored.wire), undefined, 'as read'),
  );
  track(entity, table.name, shown.size > 0 ? { ...stored, shown } : stored);
}

/** Keeps, as shown, what the entity showed before and the write didn't change. */
function keepShown<T extends object>(
  context: ItemContext<T>,
  entity: T,
  stored: VersionedWire,
  generated: Generated,
  shown: Map<string, WireValue | undefined>,
): void {
  const before = trackedOf(entity, context.table.name);
  if (!before?.shown) return;
  const { declared: was } = new LoadedItem(context, { wire: before.wire, version: before.version }, entity);
  const { declared } = new LoadedItem(context, stored, entity);
  for (const attribute of context.model.attributes) {
    const { attribute: name } = attribute;
    if (!before.shown.has(name) || generated.has(attribute)) continue;
    const now = valueAt(declared, name);
    if (!isSameValue(valueAt(was, name), now)) continue;
    const value = shownValue(context, entity, attribute);
    if (value === unreadable || !isSameValue(value, now)) shown.set(name, before.shown.get(name));
  }
}

const unreadable = Symbol('unreadable');

/** The stored form of an entity's property; `unreadable` if it can't be stored. */
function shownValue<T extends object>(
  { hydrator }: ItemContext<T>,
  entity: T,
  attribute: AttributeModel,
): WireValue | undefined | typeof unreadable {
  try {
    const value = propertyOf(entity, attribute);
    const stored = value === undefined ? undefined : hydrator.storedValue(attribute, value, entity, () => ({}));
    return stored === undefined || isEmptySet(stored) ? undefined : encodeValue(stored, attribute.attribute);
  } catch {
    return unreadable;
  }
}
