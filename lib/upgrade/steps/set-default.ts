import { inspect, types } from 'node:util';
import { storedForm } from '../../codec/stored-form.js';
import { ownValue, setOwn } from '../../item/own-value.js';
import { defineStep, firstProblem, keep, nameProblem, type Step } from './step.js';

/**
 * Sets an attribute if it is absent or `null`, so that it always exists from this version on. The downgrade leaves it
 * stored: code of the older version doesn't know the attribute and carries it along, so nothing that newer code has set
 * is lost.
 *
 * @example
 * setDefault('blueprint', 'devassist').description; // → "set blueprint to 'devassist' where it was absent"
 */
export function setDefault(attribute: string, value: unknown): Step {
  return defineStep({
    kind: 'setDefault',
    attribute,
    value,
    description: `set ${attribute} to ${inspect(value, { breakLength: Infinity })} where it was absent`,
    reads: [attribute],
    assigns: [attribute],
    problem: firstProblem(nameProblem(attribute), valueProblem(value)),
    back: () => keep(attribute),
    apply(item) {
      // a new value each time: items must not share an array, Set or object
      if (isAbsent(ownValue(item, attribute))) setOwn(item, attribute, storedForm(value));
    },
    notes(item, notice) {
      notice.read(attribute);
      if (isAbsent(ownValue(item, attribute))) notice.assign(attribute);
    },
  });
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function valueProblem(value: unknown): string | undefined {
  if (value === undefined) return "has the default undefined, which isn't a value";
  if (typeof value === 'function' || typeof value === 'symbol') return `has a ${typeof value} as its default`;
  if (types.isSet(value) && value.size === 0) return 'has an empty Set as its default, which is stored as nothing';
  return types.isDate(value) ? 'has a Date as its default; items hold the stored text or number' : undefined;
}
