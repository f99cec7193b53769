import { MapperError } from '../errors.js';
import type { ClassRecord, DeprecatedOptions, MemberRecord } from './registry.js';

type Members = ReadonlyMap<string | symbol, MemberRecord>;

/**
 * What `@Deprecated` says about the members of a class and its parents. Throws `INVALID_MEMBER` if the member isn't an
 * attribute, if it is a key, or if `since` isn't a version of the class.
 */
export function compileDeprecations(
  className: string,
  records: readonly ClassRecord[],
  members: Members,
  newest: number,
): ReadonlyMap<string | symbol, DeprecatedOptions> {
  const deprecations = new Map(records.flatMap((record) => [...record.deprecations]));
  for (const [member, options] of deprecations) {
    const problem = problemOf(options, members.get(member), newest);
    if (problem === undefined) continue;
    const details = { class: className, member: String(member), decorator: '@Deprecated', problem };
    throw new MapperError('INVALID_MEMBER', details);
  }
  return deprecations;
}

function problemOf(options: DeprecatedOptions, record: MemberRecord | undefined, newest: number): string | undefined {
  if (record === undefined) return "it isn't an attribute; put @Attribute() on it, too";
  if (record.roles.has('partition key') || record.roles.has('sort key')) return 'it is a key, which every item needs';
  const since: unknown = options?.since;
  if (Number.isInteger(since) && (since as number) >= 1 && (since as number) <= newest) return undefined;
  const found = typeof since === 'number' ? `is ${since}` : "isn't a number";
  return `since ${found}; expected a version from 1 to ${newest}`;
}
