import type { ItemWay } from '../item-way.js';
import type { Problem } from '../problem.js';

/** What stands beside an attribute that keeps its item from being read. */
export interface Blame {
  /** What fails, and where more is said of it. */
  readonly title: string;
  readonly jumpTo: string | undefined;
  readonly code: string;
  readonly reason: string;
}

/** Why, in the shortest form that is known. */
export function reasonText({ cause, message, reason }: Problem): string {
  return reason ?? cause ?? message;
}

/** What fails of an item's way: a step, reading its version, or making the entity. */
function whatFails({
  entityProblem,
  problem,
  steps,
}: ItemWay): (Omit<Blame, 'reason'> & { readonly problem: Problem }) | undefined {
  const failed = steps.find((step) => step.state === 'failed');
  if (failed?.problem) {
    const { from, to } = failed;
    return {
      title: `Step ${from} → ${to} fails`,
      jumpTo: `step-${from}-${to}`,
      code: failed.problem.code,
      problem: failed.problem,
    };
  }
  if (problem) return { title: 'No step was tried', jumpTo: undefined, code: problem.code, problem };
  if (entityProblem)
    return { title: 'It doesn’t fit the class', jumpTo: 'entity', code: entityProblem.code, problem: entityProblem };
  return undefined;
}

/** What is said of an attribute as it is after so many steps; nothing if it isn't in the way. */
export function blameAt(way: ItemWay, name: string, steps: number): Blame | undefined {
  if (!way.offending.some((each) => each.name === name && each.since === steps)) return undefined;
  const failing = whatFails(way);
  if (!failing) return undefined;
  const { code, jumpTo, problem, title } = failing;
  return { code, jumpTo, title, reason: reasonText(problem) };
}
