import { ownValue, setOwn } from '../../item/own-value.js';
import { defineStep, firstProblem, nameProblem, type Step } from './step.js';

/**
 * Gives an attribute another stored name. If the item has no attribute under the old name, nothing happens. If it has
 * both, the value under the old name counts, because that is the one that its version knows. The downgrade renames it
 * back.
 *
 * @example
 * rename('state', 'session_state').description; // → 'renamed state to session_state'
 */
export function rename(from: string, to: string): Step {
  return defineStep({
    kind: 'rename',
    attribute: from,
    to,
    description: `renamed ${from} to ${to}`,
    reads: [from],
    assigns: [from, to],
    problem: firstProblem(nameProblem(from), nameProblem(to), from === to && 'renames an attribute to its own name'),
    back: () => rename(to, from),
    apply(item) {
      const value = ownValue(item, from);
      if (value === undefined) return;
      delete item[from];
      setOwn(item, to, value);
    },
    notes(item, notice) {
      notice.read(from);
      if (ownValue(item, from) === undefined) return;
      notice.assign(from);
      notice.assign(to);
    },
  });
}
