import type { WireItem } from '../codec/wire.js';
import { valueAt } from '../codec/wire.js';
import type { ErrorKey } from '../errors.js';
import { judge, valuesOf } from '../hydration/judge.js';
import type { ItemContext } from '../read/entity-context.js';
import type { Generated } from './generated-values.js';
import type { Clauses } from './update-clauses.js';

/**
 * Throws `INVALID_ENTITY` for an entity that the schema of its class refuses, with what the write generates and
 * computes; `declared` is its stored form.
 */
export function assertValidEntity<T extends object>(
  { model, validatesWrites }: ItemContext<T>,
  entity: T,
  { declared, generated, key }: { readonly declared: WireItem; readonly generated: Generated; readonly key: ErrorKey },
): void {
  if (!model.schema || !validatesWrites) return;
  const values = valuesOf(model, entity, (attribute) => {
    const computed = attribute.template && valueAt(declared, attribute.attribute);
    return generated.get(attribute) ?? (computed && 'S' in computed ? computed.S : undefined);
  });
  const error = judge(model, values, () => key);
  if (error) throw error;
}

/**
 * Throws `INVALID_ENTITY` for properties that an update sets to what the schema refuses, or removes although they are
 * required. The rest of the item isn't known: issues of other properties, and of the entity as a whole, don't count.
 */
export function assertValidClauses<T extends object>(
  { model, validatesWrites }: ItemContext<T>,
  { remove = [], set = {} }: Clauses,
  key: ErrorKey,
): void {
  if (!model.schema || !validatesWrites) return;
  const given = Object.fromEntries(
    Object.entries(set).filter(([path, value]) => value !== undefined && model.byProperty.has(path)),
  );
  const named = new Set([...Object.keys(given), ...remove.filter((path) => model.byProperty.has(path))]);
  if (named.size === 0) return;
  const error = judge(model, valuesOf(model, given), () => key, named);
  if (error) throw error;
}
