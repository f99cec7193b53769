import { MapperError } from '../errors.js';
import { checkStoredForm, decoratorOf, memberProblem, typeForRole } from '../model/attribute-model.js';
import { type ResolvedType, resolveType } from '../model/attribute-type.js';
import type { Class } from '../model/class.js';
import { entityNameOf } from '../model/entity-name.js';
import { checkDecoratorOptions } from '../model/decorator-options.js';
import { designType, inheritedRecords, type MemberRecord } from '../model/registry.js';

/** A property of a nested class with `@Attribute`. */
export interface DeclaredMember {
  readonly record: MemberRecord;
  readonly type: ResolvedType;
}

/**
 * The properties of a nested class with `@Attribute`, by name. Throws `INVALID_MEMBER`, `INVALID_OPTION`,
 * `UNDEFINED_CLASS` or `UNKNOWN_TYPE`.
 */
export function declaredMembers(target: Class): ReadonlyMap<string, DeclaredMember> {
  const name = entityNameOf(target);
  const records = inheritedRecords(target).map(({ record }) => record);
  const isEntity = records.some(({ entity }) => entity !== undefined);
  const members = new Map<string, DeclaredMember>();
  for (const record of records) {
    checkDecoratorOptions(name, record);
    for (const member of record.members.values()) members.set(String(member.member), compile(target, member, isEntity));
  }
  return members;
}

function compile(target: Class, record: MemberRecord, isEntity: boolean): DeclaredMember {
  const { options, roles } = record;
  const [role] = roles;
  const decorator = role ? decoratorOf[role] : '@Attribute';
  const details = { class: entityNameOf(target), member: String(record.member) };
  const refuse = (problem: string) => new MapperError('INVALID_MEMBER', { ...details, decorator, problem });
  const problem = memberProblem(target, record) ?? (isEntity ? undefined : nestedProblem(record));
  if (problem) throw refuse(problem);
  let type = resolveType(options.type, designType(record)?.type, details);
  for (const each of roles) type = typeForRole(each, type, refuse);
  checkStoredForm(details.class, record, type, refuse);
  return { record, type };
}

/** What only an entity can have. An entity that is a nested value elsewhere has no keys or defaults there. */
function nestedProblem({ options, roles }: MemberRecord): string | undefined {
  const [role] = roles;
  if (role) return 'its class is a nested value; only entities have it';
  if (options.template !== undefined)
    return 'it has a template, and its class is a nested value; only entities have them';
  if (options.default !== undefined) {
    return 'it has a default, and its class is a nested value, whose constructor and fields can set it';
  }
  return undefined;
}
