import { type ErrorKey, MapperError } from '../errors.js';
import type { AttributeModel } from '../model/attribute-model.js';
import type { EntityModel } from '../model/entity-model.js';
import type { SchemaIssue, StandardSchema } from '../model/standard-schema.js';
import { issueMessage } from './issue-message.js';

/** Values by properties. */
export type Values = Readonly<Record<string, unknown>>;

/** Where a value isn't what its schema asks for, and what that says. No message holds a value. */
export interface EntityIssue {
  /** A property and the way into it, such as `tags[0]`; empty for the entity as a whole. */
  readonly path: string;
  readonly message: string;
}

/**
 * The error for values of a class that its schema refuses; `undefined` if there is nothing wrong, or no schema. With
 * `only`, the issues of other properties don't count. Throws `INVALID_SCHEMA` if the schema can't judge.
 */
export function judge(
  model: EntityModel,
  values: Values,
  key: () => ErrorKey,
  only?: ReadonlySet<string>,
): MapperError<'INVALID_ENTITY'> | undefined {
  const { schema } = model;
  if (!schema) return undefined;
  const found = issuesOf(model, schema, values).filter(
    ({ path = [] }) => !only || (path[0] !== undefined && only.has(String(nameIn(path[0])))),
  );
  if (found.length === 0) return undefined;
  const { vendor } = schema['~standard'];
  const issues = found.map((issue): EntityIssue => {
    return { path: pathText(issue.path ?? []), message: issueMessage(vendor, issue, values) };
  });
  return new MapperError('INVALID_ENTITY', { entity: model.name, key: key(), issues });
}

/** What a schema is asked about: the declared properties that have a value. `more` has those that aren't set yet. */
export function valuesOf(
  { attributes }: EntityModel,
  entity: object,
  more?: (attribute: AttributeModel) => unknown,
): Values {
  const values: Record<string, unknown> = {};
  for (const attribute of attributes) {
    const { property } = attribute;
    const value = more?.(attribute) ?? (entity as Values)[property];
    if (value === undefined) continue;
    Object.defineProperty(values, property, { value, enumerable: true, configurable: true, writable: true });
  }
  return values;
}

function issuesOf({ name }: EntityModel, schema: StandardSchema, values: Values): readonly SchemaIssue[] {
  let judged;
  try {
    judged = schema['~standard'].validate(values);
  } catch (cause) {
    throw new MapperError('INVALID_SCHEMA', { class: name, problem: 'threw instead of judging' }, { cause });
  }
  if (typeof (judged as Partial<Promise<unknown>> | undefined)?.then === 'function') {
    void Promise.resolve(judged).catch(() => {});
    throw new MapperError('INVALID_SCHEMA', { class: name, problem: 'is asynchronous' });
  }
  // arktype's is of a class of its own, whose methods make others of that class
  return [...((judged as { readonly issues?: readonly SchemaIssue[] } | undefined)?.issues ?? [])];
}

type PathPart = NonNullable<SchemaIssue['path']>[number];

function nameIn(part: PathPart): PropertyKey {
  return typeof part === 'object' ? part.key : part;
}

function pathText(path: readonly PathPart[]): string {
  const parts = path.map((part, at) => {
    const name = nameIn(part);
    if (typeof name === 'number') return `[${name}]`;
    if (/^[^.[\]]+$/.test(String(name))) return at === 0 ? String(name) : `.${String(name)}`;
    return `['${String(name)}']`;
  });
  return parts.join('');
}
