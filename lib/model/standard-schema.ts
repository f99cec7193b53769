/**
 * A schema of zod, valibot, arktype or any other library that follows Standard Schema, as far as it is used here: it
 * judges values, and what it would turn them into is ignored.
 */
export interface StandardSchema {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => JudgedValue | Promise<JudgedValue>;
  };
}

interface JudgedValue {
  /** Missing if there are none. */
  readonly issues?: readonly SchemaIssue[] | undefined;
}

/** What a schema says is wrong with a part of a value. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Whether a value is such a schema. Those of some libraries are functions. */
export function isStandardSchema(value: unknown): value is StandardSchema {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const { '~standard': standard } = value as Partial<StandardSchema>;
  return typeof standard === 'object' && standard !== null && typeof standard.validate === 'function';
}
