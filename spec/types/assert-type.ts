/** Whether two types are the same, not only assignable to one another. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- functions are compared by how they use T
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only if the condition holds. */
export type Holds<Condition extends true> = Condition;

/** Compiles only if the value has exactly this type. */
export function assertTypeOf<Expected>() {
  return <Actual>(_value: Actual, ..._same: Same<Actual, Expected> extends true ? [] : ['another type']): void => {};
}
