import { types } from 'node:util';
import { MapperError } from '../../errors.js';
import { isStep, type Step } from './step.js';
import type { StepList } from './steps.js';

/** Names the steps for errors, and says what is known about the items that they run on. */
export interface StepScope {
  readonly class: string;
  readonly method: string;
  readonly from: number;
  readonly to: number;
  /** The attributes that no step may change: keys, the discriminator and the version. */
  readonly protectedAttributes: readonly string[];
  /** The names that earlier versions used and that a step has moved away since. */
  readonly formerNames?: ReadonlySet<string>;
}

/**
 * Checks a list of steps for items that have the attributes `existing`, as far as those are known. Returns the
 * attributes that the items have afterwards. Throws `INVALID_STEP`, `ASYNC_UPGRADE`, `PROTECTED_STEP`,
 * `STEP_PATH_TWICE` or `STEP_TARGET_TAKEN`.
 */
export function checkSteps(
  { steps }: Pick<StepList, 'steps'>,
  existing: ReadonlySet<string>,
  scope: StepScope,
): ReadonlySet<string> {
  const state: State = {
    existing: new Map([...existing].map((name) => [name, 'an earlier version'])),
    done: new Map(),
  };
  for (const [at, step] of steps.entries()) {
    checkForm(step, `step ${at + 1}`, scope);
    checkProtected(step, scope);
    checkPlace(step, state, scope);
    if (step.kind === 'setDefault' && scope.formerNames?.has(step.attribute)) {
      const { class: owner, method, from, to } = scope;
      const by = 'an older version, where the way back would leave it';
      const details = { step: step.description, attribute: step.attribute, by };
      throw new MapperError('STEP_TARGET_TAKEN', { class: owner, method, from, to, ...details });
    }
  }
  return new Set(state.existing.keys());
}

interface State {
  /** What made each attribute that is known to exist. */
  readonly existing: Map<string, string>;
  /** The last step on each attribute, and whether it took the attribute away. */
  readonly done: Map<string, { readonly step: Step; readonly isGone: boolean }>;
}

/** Checks a step by itself. */
function checkForm(step: unknown, position: string, scope: StepScope): asserts step is Step {
  const refuse = (problem: string, name = position) => {
    const { class: owner, method, from, to } = scope;
    return new MapperError('INVALID_STEP', { class: owner, method, from, to, step: name, problem });
  };
  if (!isStep(step)) throw refuse("isn't a step; make it with rename(), setDefault() or another of them");
  if (step.problem !== undefined) throw refuse(step.problem, `${position}, ${step.kind}(),`);
  if (types.isAsyncFunction(step.convert) || types.isAsyncFunction(step.reverse?.convert)) {
    const { class: owner, method, from, to } = scope;
    throw new MapperError('ASYNC_UPGRADE', { class: owner, method, from, to });
  }
  const inner: State = { existing: new Map(), done: new Map() };
  for (const [at, innerStep] of (step.steps ?? []).entries()) {
    checkForm(innerStep, `${position}.${at + 1}`, scope);
    checkPlace(innerStep, inner, scope);
  }
}

function checkProtected(step: Step, { protectedAttributes, ...scope }: StepScope): void {
  const attribute = [...step.reads, ...step.assigns].find((name) => protectedAttributes.includes(name));
  if (attribute === undefined) return;
  const { class: owner, method, from, to } = scope;
  throw new MapperError('PROTECTED_STEP', { class: owner, method, from, to, step: step.description, attribute });
}

/** Checks a step against the steps before it. */
function checkPlace(step: Step, { done, existing }: State, scope: StepScope): void {
  const { class: owner, method, from, to } = scope;
  const details = { class: owner, method, from, to, step: step.description };
  for (const attribute of sourcesOf(step)) {
    const before = done.get(attribute);
    if (before?.isGone || before?.step.kind === step.kind) {
      throw new MapperError('STEP_PATH_TWICE', { ...details, attribute, other: before.step.description });
    }
    done.set(attribute, { step, isGone: takesAway(step, attribute) });
    if (takesAway(step, attribute)) existing.delete(attribute);
  }
  for (const attribute of targetsOf(step)) {
    const maker = existing.get(attribute);
    if (maker !== undefined) throw new MapperError('STEP_TARGET_TAKEN', { ...details, attribute, by: maker });
    done.delete(attribute);
  }
  for (const attribute of madeBy(step)) existing.set(attribute, step.description);
}

/** The attributes that a step starts from. */
function sourcesOf(step: Step): readonly string[] {
  return step.kind === 'nest' ? [...(step.members ?? new Map<string, string>()).keys()] : [step.attribute];
}

function takesAway(step: Step, attribute: string): boolean {
  if (step.kind === 'rename' || step.kind === 'remove') return attribute === step.attribute;
  return step.kind === 'nest' && attribute !== step.attribute;
}

/** The attributes that a list of steps moves away. */
export function movedAway({ steps }: Pick<StepList, 'steps'>): string[] {
  return steps.flatMap((step) => sourcesOf(step).filter((attribute) => takesAway(step, attribute)));
}

/** The attributes that must not exist before the step. */
function targetsOf(step: Step): readonly string[] {
  if (step.kind === 'rename') return [step.to as string];
  return step.kind === 'unnest' ? [...(step.members ?? new Map<string, string>()).keys()] : [];
}

function madeBy(step: Step): readonly string[] {
  if (step.kind === 'setDefault' || step.kind === 'nest') return [step.attribute];
  return targetsOf(step);
}
