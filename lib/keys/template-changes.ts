import { decodeValue } from '../codec/decode.js';
import { encodeValue } from '../codec/encode.js';
import { valueAt, type WireItem, type WireValue } from '../codec/wire.js';
import { type ErrorKey, MapperError } from '../errors.js';
import { type Hydrator, readKey } from '../hydration/hydrator.js';
import type { EntityModel } from '../model/entity-model.js';
import type { TemplatedAttribute } from '../model/template.js';
import type { WireChange } from '../store/update.js';

/** What attributes are computed with. */
interface Computing {
  readonly model: EntityModel;
  readonly hydrator: Pick<Hydrator<object>, 'templates'>;
}

/**
 * The changes that an update must make to computed attributes whose parts it changes. Throws `INCOMPLETE_KEY` if it
 * changes some of their parts but not all, and `INVALID_ARGUMENT` if the new value of a part isn't known.
 */
export function templateChanges(
  { hydrator, model }: Computing,
  keyItem: WireItem,
  changes: readonly WireChange[],
): WireChange[] {
  return model.computed.flatMap((attribute): WireChange[] => {
    const { parts } = attribute.template;
    const changed = changes.filter((change) => parts.some((part) => part.attribute === change.attribute));
    if (changed.length === 0) return [];
    for (const change of changed) assertSays(attribute, change);
    if (changed.some((change) => 'remove' in change || ('set' in change && 'NULL' in change.set)))
      return [{ attribute: attribute.attribute, remove: true }];

    const known = knownParts(hydrator, keyItem);
    for (const change of changed) if ('set' in change) known.set(change.attribute, change.set);
    const missing = parts.filter((part) => !known.has(part.attribute)).map((part) => part.property);
    if (missing.length > 0) {
      const details = { entity: model.name, key: readKey(model, keyItem), member: attribute.property };
      throw new MapperError('INCOMPLETE_KEY', { ...details, template: attribute.template.text, missing });
    }
    const values = parts.map((part) => known.get(part.attribute) as WireValue);
    return [{ attribute: attribute.attribute, set: { S: hydrator.templates.textOf(attribute.template, values) } }];
  });
}

/** The values of attributes that an item's key contains. */
function knownParts(hydrator: Pick<Hydrator<object>, 'templates'>, keyItem: WireItem): Map<string, WireValue> {
  const valueOf = (attribute: string) => {
    const value = valueAt(keyItem, attribute);
    return value && decodeValue(value, attribute);
  };
  const parts = [...(hydrator.templates.missingParts(valueOf, noKey) ?? [])];
  return new Map([
    ...Object.entries(keyItem),
    ...parts.map(([name, value]) => [name, encodeValue(value, name)] as const),
  ]);
}

/** The key itself has been checked before. */
const noKey = (): ErrorKey => ({});

function assertSays({ property, template }: TemplatedAttribute, change: WireChange): void {
  if (change.within === undefined && ('set' in change || 'remove' in change)) return;
  const part = template.parts.find(({ attribute }) => attribute === change.attribute);
  const problem = `is part of the template of ${property}, ${template.text}; set it to a value instead`;
  throw new MapperError('INVALID_ARGUMENT', { call: 'update()', argument: part?.property ?? '', problem });
}
