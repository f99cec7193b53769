import { isDeepStrictEqual } from 'node:util';
import { copyValue } from '../../item/copy.js';
import type { Item } from '../../item/item.js';
import { ownValue } from '../../item/own-value.js';
import { isMap, mapIn, unexpected } from './stored-map.js';
import { defineStep, firstProblem, isStep, nameProblem, type Step } from './step.js';

/**
 * Applies steps inside a map. If the map is absent, nothing happens; any other value there is an `UPGRADE_FAILED`. The
 * downgrade applies the steps' downgrades in reverse order.
 *
 * @example
 * within('settings', rename('colour', 'color')).description; // → 'within settings: renamed colour to color'
 */
export function within(attribute: string, ...steps: readonly Step[]): Step {
  return nested('within', `within ${attribute}`, attribute, steps, (item) => {
    const map = mapIn(item, attribute);
    return map ? [map] : [];
  });
}

/**
 * Applies steps to every element of a list, or to every value of a map. All of them must be maps; anything else is an
 * `UPGRADE_FAILED`. If the attribute is absent, nothing happens. The downgrade applies the steps' downgrades in reverse
 * order.
 *
 * @example
 * each('attachments', setDefault('size', 0)).description;
 * // → 'in each of attachments: set size to 0 where it was absent'
 */
export function each(attribute: string, ...steps: readonly Step[]): Step {
  return nested('each', `in each of ${attribute}`, attribute, steps, (item) => {
    const value = ownValue(item, attribute);
    if (value === undefined) return [];
    if (Array.isArray(value)) return elementsOf(attribute, value);
    if (isMap(value)) return elementsOf(attribute, Object.values(value));
    throw unexpected(attribute, 'a list or a map', value);
  });
}

function elementsOf(attribute: string, elements: readonly unknown[]): readonly Item[] {
  for (const element of elements) if (!isMap(element)) throw unexpected(`each of ${attribute}`, 'a map', element);
  return elements as readonly Item[];
}

function nested(
  kind: 'within' | 'each',
  where: string,
  attribute: string,
  steps: readonly Step[],
  mapsOf: (item: Item) => readonly Item[],
): Step {
  const known = steps.filter(isStep);
  const applies = known.map((step) => step.apply);
  const backs = known.map((step) => step.reverse).toReversed();
  const canGoBack = backs.every((back) => back !== undefined);
  return defineStep({
    kind,
    attribute,
    steps,
    description: `${where}: ${known.map((step) => step.description).join(', ')}`,
    reads: [attribute],
    assigns: [attribute],
    loses: known.some((step) => step.loses),
    problem: firstProblem(nameProblem(attribute), steps.length === 0 && 'has no steps'),
    back: canGoBack ? () => (kind === 'within' ? within(attribute, ...backs) : each(attribute, ...backs)) : undefined,
    apply(item) {
      for (const map of mapsOf(item)) for (const apply of applies) apply(map);
    },
    notes(item, notice) {
      notice.read(attribute);
      const before = copyValue(ownValue(item, attribute));
      return () => {
        if (!isDeepStrictEqual(before, ownValue(item, attribute))) notice.assign(attribute);
      };
    },
  });
}
