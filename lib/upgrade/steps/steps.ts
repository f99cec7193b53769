import type { Item } from '../../item/item.js';
import { ownValue } from '../../item/own-value.js';
import { isStep, type Step, type StepNotice } from './step.js';

/** The declared steps from one version to another, in order. `@Upgrade` accepts it on a static field. */
export interface StepList {
  readonly steps: readonly Step[];
  /** What they do, for people. */
  readonly description: string;
  /** The stored attributes that they may read. */
  readonly reads: readonly string[];
  /** The attributes that they may set or remove. */
  readonly assigns: readonly string[];
  /** Whether one of them loses something that its downgrade doesn't restore. */
  readonly loses: boolean;
  /** The downgrades in reverse order; `undefined` if a step has none, which makes the list a point of no return. */
  readonly reverse: StepList | undefined;
  /** Applies the steps to an item, in place. */
  readonly apply: (item: Item) => void;
  /** Applies the steps in place, and reports what they read and assign on this item. */
  readonly record: (item: Item, notice: StepNotice) => void;
}

const brand = Symbol.for('dynamo-evolve:steps');

/**
 * A list of declared steps, for `@Upgrade` on a static field. Its downgrade, and what a write-back needs to know about
 * it, are derived from the steps. It is checked together with the other versions when the model is compiled. An empty
 * list declares that nothing stored changes.
 *
 * @example
 * steps(rename('state', 'session_state'), setDefault('blueprint', 'devassist')).description;
 * // → "renamed state to session_state, set blueprint to 'devassist' where it was absent"
 */
export function steps(...list: readonly Step[]): StepList {
  const known = list.filter(isStep);
  const applies = known.map((step) => step.apply);
  const reverses = known.map((step) => step.reverse);
  const canGoBack = known.length === list.length && reverses.every((step) => step !== undefined);
  const stepList = {
    [brand]: true,
    steps: Object.freeze([...list]),
    description: known.map((step) => step.description).join(', ') || 'changed nothing',
    reads: Object.freeze([...new Set(known.flatMap((step) => step.reads))]),
    assigns: Object.freeze([...new Set(known.flatMap((step) => step.assigns))]),
    loses: known.some((step) => step.loses),
    get reverse() {
      if (!canGoBack) return undefined;
      return steps(...reverses.toReversed());
    },
    apply(item: Item) {
      for (const apply of applies) apply(item);
    },
    record(item: Item, notice: StepNotice) {
      for (const step of known) step.record(item, notice);
    },
  };
  return Object.freeze(stepList);
}

/** Whether a value is a list of declared steps, made by this or another copy of the package. */
export function isStepList(value: unknown): value is StepList {
  return typeof value === 'object' && value !== null && ownValue(value, brand) === true;
}
