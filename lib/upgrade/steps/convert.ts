import { types } from 'node:util';
import { isEmptySet } from '../../codec/encode.js';
import { storedForm } from '../../codec/stored-form.js';
import { MapperError } from '../../errors.js';
import { ownValue, setOwn } from '../../item/own-value.js';
import { defineStep, firstProblem, nameProblem, type Step } from './step.js';

/** Turns a plain value into another one: pure and synchronous. `undefined` stands for no value. */
export type Conversion = (value: unknown) => unknown;

/**
 * Converts an attribute's value. `back` is the inverse: `back(forth(value))` equals `value`, and the other way round.
 * Pass `'one-way'` if there is no inverse; the step is then a point of no return. If the attribute is absent, nothing
 * happens. If the function returns `undefined`, the attribute is removed. Both functions must accept every value that
 * may be stored; what they throw is the cause of an `UPGRADE_FAILED`.
 *
 * @example
 * convert('age', Number, String).description; // → 'converted age'
 */
export function convert(attribute: string, forth: Conversion, back: Conversion | 'one-way'): Step {
  const isOneWay = back === 'one-way';
  return defineStep({
    kind: 'convert',
    attribute,
    convert: forth,
    description: `converted ${attribute}`,
    reads: [attribute],
    assigns: [attribute],
    loses: isOneWay,
    problem: firstProblem(
      nameProblem(attribute),
      typeof forth !== 'function' && 'has no function that converts',
      !isOneWay && typeof back !== 'function' && "has no inverse; give it one, or say 'one-way'",
    ),
    back: isOneWay ? undefined : () => convert(attribute, back, forth),
    apply(item) {
      const value = ownValue(item, attribute);
      if (value === undefined) return;
      const converted = forth(value);
      // the stored form is a copy: the function may keep the value that it returns
      if (converted === undefined || isEmptySet(converted)) delete item[attribute];
      else setOwn(item, attribute, storedForm(checked(attribute, converted)));
    },
    notes(item, notice) {
      notice.read(attribute);
      if (ownValue(item, attribute) !== undefined) notice.assign(attribute);
    },
  });
}

function checked(attribute: string, value: unknown): unknown {
  if (!types.isPromise(value)) return value;
  // nobody awaits it, and an unhandled rejection would end the process
  value.catch(() => {});
  throw new MapperError('STEP_TYPE', { attribute, expected: 'a value', found: 'a promise' });
}
