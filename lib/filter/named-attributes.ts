import { isPath, operandsOf, type WireCondition, type WirePredicate } from '../codec/wire-condition.js';

/** The names of the attributes that a condition looks at. */
export function attributesOf(condition: WireCondition): ReadonlySet<string> {
  const names = new Set<string>();
  for (const predicate of predicatesOf(condition)) {
    names.add(predicate.attribute);
    for (const operand of operandsOf(predicate)) if (isPath(operand)) names.add(operand.attribute);
  }
  return names;
}

/** The conditions on single values that a condition is made of. */
export function predicatesOf(condition: WireCondition): readonly WirePredicate[] {
  if ('and' in condition) return condition.and.flatMap(predicatesOf);
  if ('or' in condition) return condition.or.flatMap(predicatesOf);
  return 'not' in condition ? predicatesOf(condition.not) : [condition];
}
