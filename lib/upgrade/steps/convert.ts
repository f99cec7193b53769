import { types } from 'node:util';
import { isEmptySet } from '../../codec/encode.js';
import { storedForm } from '../../codec/stored-form.js';
import { MapperError } from '../../errors.js';
import { ownValue, setOwn } from '../../item/own-value.js';
import { defineStep, firstProblem, nameProblem, type Step } from './step.js';

/** Makes one plain value of another: pure, synchronous, and `undefined` for nothing. */
export type Conversion = (value: unknown) => unknown;

/**
 * Makes another value of an attribute's value. `back` is the inverse: `back(forth(value))` equals `value`, and the
 * other way round; or `'one-way'` where there is none, which makes this a point of no return. Where the attribute is
 * absent, nothing happens; a function that answers `undefined` removes it. Both must take whatever may be stored; what
 * they throw is the cause of an `UPGRADE_FAILED`.
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
      // in its stored form: the function may hand out a value that it keeps
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
  // nobody will await it, and a rejection that nobody handles ends the process
  value.catch(() => {});
  throw new MapperError('STEP_TYPE', { attribute, expected: 'a value', found: 'a promise' });
}
