import type { WireCondition } from '../codec/wire-condition.js';
import { compileCondition } from '../filter/compile-condition.js';
import type { Condition } from '../filter/condition.js';
import type { AttributeModel } from '../model/attribute-model.js';
import type { ItemContext } from './entity-context.js';

/**
 * A caller's condition by stored names and wire values; `at` is what errors call it. Throws like `compileCondition`.
 */
export function compiledCondition<T extends object>(
  { hydrator, model }: ItemContext<T>,
  condition: Condition<T>,
  at: string,
): WireCondition {
  const storedValue = (attribute: AttributeModel, value: unknown) =>
    hydrator.storedValue(attribute, value, {}, () => ({}));
  return compileCondition({ model, storedValue, placeAt: (path) => hydrator.placeAt(path) }, condition, at);
}
