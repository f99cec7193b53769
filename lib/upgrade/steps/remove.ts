import { defineStep, firstProblem, keep, nameProblem, type Step } from './step.js';
import { setDefault } from './set-default.js';

/** What code of the older version gets instead of a removed attribute. */
export interface RemoveOptions {
  /** Whether code of the older version can do without the attribute. */
  readonly optional?: boolean | undefined;
  /** The value that the downgrade sets if the item has none. */
  readonly restore?: unknown;
}

/**
 * Removes an attribute. Its value is gone for good, so without options the step is a point of no return.
 * `{ optional: true }` declares that code of the older version can do without the attribute, and `{ restore: value }`
 * gives the value that the downgrade sets. Either makes a downgrade possible.
 *
 * @example
 * remove('nickname', { optional: true }).loses; // → true
 */
export function remove(attribute: string, options: RemoveOptions = {}): Step {
  const { optional = false, restore } = options ?? {};
  const hasRestore = restore !== undefined;
  const back = hasRestore ? () => setDefault(attribute, restore) : () => keep(attribute);
  return defineStep({
    kind: 'remove',
    attribute,
    description: `removed ${attribute}`,
    reads: [],
    assigns: [attribute],
    loses: true,
    problem: firstProblem(
      nameProblem(attribute),
      optional && hasRestore && 'says optional and restore; one of them is enough',
      hasRestore && setDefault(attribute, restore).problem,
    ),
    back: optional || hasRestore ? back : undefined,
    apply(item) {
      delete item[attribute];
    },
    notes(_, notice) {
      notice.assign(attribute);
    },
  });
}
