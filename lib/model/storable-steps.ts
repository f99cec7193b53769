import { encodeValue } from '../codec/encode.js';
import { isMapperError, MapperError } from '../errors.js';
import type { StepScope } from '../upgrade/steps/check-steps.js';
import { isStep, type Step } from '../upgrade/steps/step.js';
import type { StepList } from '../upgrade/steps/steps.js';

type Scope = Pick<StepScope, 'class' | 'from' | 'method' | 'to'>;

/**
 * Checks that the values that declared steps assign, in upgrades and in their inverses, can be stored. Otherwise items
 * could be read but not saved. Throws `INVALID_STEP`.
 */
export function checkStorable({ steps }: Pick<StepList, 'steps'>, scope: Scope, before = 'step '): void {
  for (const [at, step] of steps.entries()) {
    const position = `${before}${at + 1}`;
    // the chain reports what is wrong with the step itself
    if (!isStep(step) || step.problem !== undefined) continue;
    if (step.steps) checkStorable({ steps: step.steps }, scope, `${position}.`);
    const giving = step.kind === 'remove' ? step.reverse : step;
    if (giving?.kind === 'setDefault') checkValue(giving, { ...scope, step: `${position}, ${step.kind}(),` });
  }
}

function checkValue({ attribute, value }: Step, details: Scope & { readonly step: string }): void {
  try {
    encodeValue(value, attribute);
  } catch (cause) {
    if (!isMapperError(cause)) throw cause;
    const problem = `gives ${attribute} a value that can't be stored, see the cause`;
    throw new MapperError('INVALID_STEP', { ...details, problem }, { cause });
  }
}
