import type { Item } from '../../item/item.js';
import { ownValue } from '../../item/own-value.js';

/** What a declared step does. */
export type StepKind = 'rename' | 'setDefault' | 'remove' | 'convert' | 'nest' | 'unnest' | 'within' | 'each' | 'keep';

/** Receives the attributes that a step reads and those that it sets or removes. */
export interface StepNotice {
  readonly read: (attribute: string) => void;
  readonly assign: (attribute: string) => void;
}

/**
 * A declared step. It describes a change of an item as data, from which its downgrade, the attributes that it reads and
 * assigns, and its description are derived. Made by `rename`, `setDefault`, `remove`, `convert`, `nest`, `unnest`,
 * `within` and `each`.
 */
export interface Step {
  readonly kind: StepKind;
  /** The attribute that it starts from: the old name, the attribute to set, or the map to change. */
  readonly attribute: string;
  /** What it does, for people, such as `renamed state to session_state`. */
  readonly description: string;
  /** The attributes that it may read. */
  readonly reads: readonly string[];
  /** The attributes that it may set or remove. */
  readonly assigns: readonly string[];
  /** Whether it loses something that its downgrade doesn't restore. */
  readonly loses: boolean;
  /** The downgrade; `undefined` for a point of no return. */
  readonly reverse: Step | undefined;
  /** `rename`: the new name. */
  readonly to?: string;
  /** `setDefault`: the value. */
  readonly value?: unknown;
  /** `convert`: returns the new value. */
  readonly convert?: (value: unknown) => unknown;
  /** `nest` and `unnest`: attribute → its name within the map. */
  readonly members?: ReadonlyMap<string, string>;
  /** `within` and `each`: the steps inside. */
  readonly steps?: readonly Step[];
  /** What is wrong with its parameters, if anything. */
  readonly problem: string | undefined;
  /** Applies the step to an item, in place. */
  readonly apply: (item: Item) => void;
  /** Applies the step in place, and reports what it reads and assigns on this item. */
  readonly record: (item: Item, notice: StepNotice) => void;
}

type StepInit = Omit<Step, 'reverse' | 'loses' | 'record'> & {
  readonly loses?: boolean;
  /** Returns the downgrade. Called when it is asked for. */
  readonly back: (() => Step) | undefined;
  /** Reports what the step will read and assign; may return a function that reports more after the step. */
  readonly notes: (item: Item, notice: StepNotice) => (() => void) | undefined;
};

const brand = Symbol.for('dynamo-evolve:step');

/** Returns a frozen step. */
export function defineStep({ back, notes, ...init }: StepInit): Step {
  const step = {
    [brand]: true,
    loses: false,
    ...init,
    get reverse() {
      return back?.();
    },
    record(item: Item, notice: StepNotice) {
      const afterwards = notes(item, notice);
      init.apply(item);
      afterwards?.();
    },
  };
  return Object.freeze(step);
}

/** Whether a value is a declared step, made by this or another copy of the package. */
export function isStep(value: unknown): value is Step {
  return typeof value === 'object' && value !== null && ownValue(value, brand) === true;
}

/** What is wrong with a stored name, if anything. */
export function nameProblem(name: unknown): string | undefined {
  if (typeof name !== 'string') return `names an attribute by ${name === null ? 'null' : typeof name}, not by its name`;
  if (name === '') return 'names an attribute without a name';
  return name.isWellFormed() ? undefined : 'names an attribute by text with half a surrogate pair';
}

/** The first problem among several. */
export function firstProblem(...problems: readonly (string | false | undefined)[]): string | undefined {
  return problems.find((problem) => typeof problem === 'string');
}

/** Leaves an attribute as it is: what an older version doesn't know stays stored. */
export function keep(attribute: string): Step {
  return defineStep({
    kind: 'keep',
    attribute,
    description: `kept ${attribute}`,
    reads: [],
    assigns: [],
    problem: undefined,
    back: () => keep(attribute),
    apply: () => {},
    notes: () => undefined,
  });
}
