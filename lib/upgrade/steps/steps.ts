import type { Item } from '../../item/item.js';
import { ownValue } from '../../item/own-value.js';
import { isStep, type Step, type StepNotice } from './step.js';

/** The declared steps from one version to another, in order: what `@Upgrade` takes on a static field. */
export interface StepList {
  readonly steps: readonly Step[];
  /** What they do, for people. */
  readonly description: string;
  /** The attributes that they may look at as they are stored. */
  readonly reads: readonly string[];
  /** The attributes that they may set or remove. */
  readonly assigns: readonly string[];
  /** Whether one of them drops something that nothing brings back. */
  readonly loses: boolean;
  /** The way back; `undefined` if one of them has none: a point of no return. */
  readonly reverse: StepList | undefined;
  /** Does them, in place. */
  readonly apply: (item: Item) => void;
  /** Does them, in place, and tells what they look at and assign on this very item. */
  readonly record: (item: Item, notice: StepNotice) => void;
}

const brand = Symbol.for('dynamo-evolve:steps');

/**
 * A list of declared steps, for `@Upgrade` on a static field. Its way back, and what a write-back must know of it,
 * follow from the steps. It is checked when the model is compiled, with the versions around it. Without steps it says
 * that nothing stored changes.
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

/** Whether something is a list of declared steps, of this package or of another copy of it. */
export function isStepList(value: unknown): value is StepList {
  return typeof value === 'object' && value !== null && ownValue(value, brand) === true;
}
