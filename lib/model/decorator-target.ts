import { MapperError } from '../errors.js';
import type { Class } from './class.js';
import { type ClassRecord, recordIn, recordOf } from './registry.js';

/** What standard decorators are told about what they stand on. */
export interface StandardContext {
  readonly kind: string;
  readonly name: string | symbol | undefined;
  readonly static?: boolean | undefined;
  readonly private?: boolean | undefined;
  readonly metadata?: object | undefined;
}

/** A member to which a decorator was applied, and the record of its class. */
export interface MemberTarget {
  readonly record: ClassRecord;
  readonly member: string | symbol;
  readonly isStatic: boolean;
  readonly isPrivate: boolean;
  /** The class; `undefined` under standard decorators, which run before it is there. */
  readonly declaredBy: Class | undefined;
  /** Which kind of decorators the class was compiled with; `undefined` for calls by hand. */
  readonly compiledAs: 'experimental' | 'standard' | undefined;
}

/**
 * The member to which a decorator was applied. Compiled with `experimentalDecorators`, decorators receive the class (for
 * static members) or its prototype, the member's name, and a descriptor or `undefined`; by hand, the first two. Standard
 * decorators receive a value and a context. Throws `INVALID_MEMBER`.
 */
export function memberTarget(decorator: string, args: readonly unknown[]): MemberTarget {
  const [target, member] = args;
  if (isContext(member)) return standardTarget(decorator, member);
  if (typeof member !== 'string' && typeof member !== 'symbol') {
    const on = typeof target === 'function' ? target.name : 'A class';
    throw misplaced(on, 'constructor', decorator, 'it belongs on a member of the class');
  }
  const compiledAs = args.length > 2 ? 'experimental' : undefined;
  const found = { member, isPrivate: false, compiledAs } as const;
  if (typeof target === 'function') {
    return { ...found, record: recordOf(target as Class), declaredBy: target as Class, isStatic: true };
  }
  if (typeof target === 'object' && target !== null && typeof target.constructor === 'function') {
    const owner = target.constructor as Class;
    return { ...found, record: recordOf(owner), declaredBy: owner, isStatic: false };
  }
  throw misplaced('A class', String(member), decorator, 'it was called with neither a class nor a prototype');
}

/** The record of the class to which a class decorator was applied. Throws `INVALID_MEMBER`. */
export function classTarget(decorator: string, target: unknown, context: unknown): ClassRecord {
  if (isContext(context)) {
    if (context.kind === 'class') return standardRecord(decorator, context);
    throw misplaced('A class', String(context.name), decorator, 'it belongs on the class');
  }
  if (typeof target === 'function') return recordOf(target as Class);
  throw misplaced('A class', String(context), decorator, 'it belongs on the class');
}

function standardTarget(decorator: string, context: StandardContext): MemberTarget {
  const name = String(context.name);
  if (context.kind === 'class') throw misplaced(name, 'constructor', decorator, 'it belongs on a member of the class');
  return {
    record: standardRecord(decorator, context),
    member: context.name as string | symbol,
    isStatic: context.static === true,
    isPrivate: context.private === true,
    declaredBy: undefined,
    compiledAs: 'standard',
  };
}

function standardRecord(decorator: string, { metadata, name }: StandardContext): ClassRecord {
  if (typeof metadata === 'object' && metadata !== null) return recordIn(metadata as Record<PropertyKey, unknown>);
  const problem =
    'its compiler passes standard decorators no context.metadata; TypeScript since 5.2, esbuild since 0.21 and swc with decoratorVersion 2022-03 do';
  throw misplaced('A class', String(name), decorator, problem);
}

export function isContext(given: unknown): given is StandardContext {
  return typeof given === 'object' && given !== null && 'kind' in given && typeof given.kind === 'string';
}

function misplaced(className: string, member: string, decorator: string, problem: string): MapperError {
  return new MapperError('INVALID_MEMBER', { class: className, member, decorator, problem });
}
