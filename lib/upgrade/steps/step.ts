import type { Item } from '../../item/item.js';
import { ownValue } from '../../item/own-value.js';

/** What a step of a list does: tells steps apart, and with its parameters says all there is to say of it. */
export type StepKind = 'rename' | 'setDefault' | 'remove' | 'convert' | 'nest' | 'unnest' | 'within' | 'each' | 'keep';

/** Is told which attributes a step looks at and which it sets or removes. */
export interface StepNotice {
  readonly read: (attribute: string) => void;
  readonly assign: (attribute: string) => void;
}

/**
 * One declared step: what it does to an item as data, so that its way back, its read and assigned sets and its
 * description follow from it. Made by `rename`, `setDefault`, `remove`, `convert`, `nest`, `unnest`, `within` and
 * `each`.
 */
export interface Step {
  readonly kind: StepKind;
  /** The attribute that it starts from: the old name, the one to fill, the map to go into. */
  readonly attribute: string;
  /** What it does, for people, such as `renamed state to session_state`. */
  readonly description: string;
  /** The attributes that it may look at. */
  readonly reads: readonly string[];
  /** The attributes that it may set or remove. */
  readonly assigns: readonly string[];
  /** Whether it drops something that nothing brings back. */
  readonly loses: boolean;
  /** The step back; `undefined` for a point of no return. */
  readonly reverse: Step | undefined;
  /** `rename`: the new name. */
  readonly to?: string;
  /** `setDefault`: the value. */
  readonly value?: unknown;
  /** `convert`: makes the new value. */
  readonly convert?: (value: unknown) => unknown;
  /** `nest` and `unnest`: attribute → its name within the map. */
  readonly members?: ReadonlyMap<string, string>;
  /** `within` and `each`: what is done inside. */
  readonly steps?: readonly Step[];
  /** What is wrong with its parameters, if anything is. */
  readonly problem: string | undefined;
  /** Does it, in place. */
  readonly apply: (item: Item) => void;
  /** Does it, in place, and tells what it looked at and assigned on this very item. */
  readonly record: (item: Item, notice: StepNotice) => void;
}

type StepInit = Omit<Step, 'reverse' | 'loses' | 'record'> & {
  readonly loses?: boolean;
  /** Makes the way back when it is asked for. */
  readonly back: (() => Step) | undefined;
  /** Tells what the step will look at and assign; may return what to tell once it is done. */
  readonly notes: (item: Item, notice: StepNotice) => (() => void) | undefined;
};

const brand = Symbol.for('dynamo-evolve:step');

/** A frozen step. */
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

/** Whether something is a declared step, of this package or of another copy of it. */
export function isStep(value: unknown): value is Step {
  return typeof value === 'object' && value !== null && ownValue(value, brand) === true;
}

/** What is wrong with a name as a stored one, if anything is. */
export function nameProblem(name: unknown): string | undefined {
  if (typeof name !== 'string') return `names an attribute by ${name === null ? 'null' : typeof name}, not by its name`;
  if (name === '') return 'names an attribute without a name';
  return name.isWellFormed() ? undefined : 'names an attribute by text with half a surrogate pair';
}

/** The first thing that is wrong. */
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
