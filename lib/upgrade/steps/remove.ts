import { defineStep, firstProblem, keep, nameProblem, type Step } from './step.js';
import { setDefault } from './set-default.js';

/** What the older version has instead of a removed attribute. */
export interface RemoveOptions {
  /** Whether the older version can do without it. */
  readonly optional?: boolean;
  /** The value that the older version is given where the item has none. */
  readonly restore?: unknown;
}

/**
 * Removes an attribute. What it held is gone for good, so without more this is a point of no return. `{ optional: true
 * }` says that code of the older version can do without the attribute, `{ restore: value }` what it is given instead;
 * either is a way back.
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
