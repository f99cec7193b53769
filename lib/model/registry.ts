import 'reflect-metadata';
import { MapperError } from '../errors.js';
import type { AttributeTypeOption } from './attribute-type.js';
import type { Class, ClassReference } from './class.js';

export interface EntityOptions {
  /** The table's name, without the mapper's `tablePrefix`. */
  readonly table: string;
  /** Which items of a shared table are of this class. */
  readonly discriminator?: {
    readonly attribute: string;
    readonly value: string;
    /** Whether items without the attribute are of this class. */
    readonly default?: boolean;
  };
}

export interface VersionedOptions {
  /** The stored attribute that holds the version; `schema_version` unless given. */
  readonly attribute?: string;
  /** The version of items without that attribute; 1 unless given. */
  readonly initial?: number;
  /**
   * The oldest version that can still be read; the initial one unless given. Every version from here on must lead to
   * the newest.
   */
  readonly floor?: number;
  /** The classes that hold the `@Upgrade` methods, beside the entity class itself. */
  readonly upgrades?: ClassReference;
}

export interface UpgradeOptions {
  /** What changed, for people. */
  readonly description?: string;
  /** Whether the step is harmless when it runs on its own output; true unless said otherwise. */
  readonly repeatable?: boolean;
  /** Whether the step looks at attributes that it doesn't name; false unless said otherwise. */
  readonly dynamic?: boolean;
  /**
   * The stored names of the attributes that can change what the step does, present or absent: it passes on all others as they are. For
   * methods whose looks at a copy can't be followed; `describeUpgrades` checks it.
   */
  readonly reads?: readonly string[];
}

export interface IndexOptions {
  /** The property of the partition key; without it the index is a local one. */
  readonly partitionKey?: string;
  /** The property of the sort key. */
  readonly sortKey?: string;
  /**
   * The version since which the index's keys have their present names and meanings; unless given, that of the last declared step that
   * makes or changes one of them.
   */
  readonly since?: number;
  /** Whether every item older than `since` has been rewritten. */
  readonly complete?: boolean;
}

export interface MemberOptions {
  /** The stored name, where it is not the property's. */
  readonly name?: string;
  /** The type, where `design:type` doesn't tell. */
  readonly type?: AttributeTypeOption;
  /**
   * Of a `date`: every stored text is what `toISOString` writes. Then engines compare dates alone, and reading another
   * notation is `ATTRIBUTE_TYPE`.
   */
  readonly notation?: 'canonical';
  /** The value that `create` gives when there is none, or a function that makes it. Never applied on read. */
  readonly default?: unknown;
  /** Whether it may be absent from what is stored. */
  readonly optional?: boolean;
  /** Whether it may be `null`, which is a value: stored, read and compared like any other. */
  readonly nullable?: boolean;
  /** How the value is computed from other properties, which stand in braces: `'USER#{user_id}'`. */
  readonly template?: string;
}

/** What `@Deprecated` says. */
export interface DeprecatedOptions {
  /** The version since which the attribute shall not be used any more. */
  readonly since: number;
  /** Why, and what to use instead, for people. */
  readonly reason?: string;
}

/** What a property is, beside an attribute. */
export type MemberRole = 'partition key' | 'sort key' | 'created at' | 'updated at' | 'time to live' | 'revision';

/** What the decorators of one property say. */
export interface MemberRecord {
  readonly member: string | symbol;
  readonly isStatic: boolean;
  readonly roles: Set<MemberRole>;
  options: MemberOptions;
  /** The class whose decorator made the record. */
  readonly declaredBy: Class;
}

/** What one `@Upgrade` or `@Downgrade` says. */
export interface StepRecord {
  readonly member: string | symbol;
  readonly isStatic: boolean;
  readonly from: number;
  readonly to: number;
  readonly options: UpgradeOptions;
}

/**
 * Everything that decorators said about one class itself, in the order in which it was said. Nothing is checked yet.
 */
export interface ClassRecord {
  entity?: EntityOptions;
  versioned?: { readonly version: number; readonly options: VersionedOptions };
  readonly members: Map<string | symbol, MemberRecord>;
  /** What `@Deprecated` says, by member: it comes before or after what makes the member an attribute. */
  readonly deprecations: Map<string | symbol, DeprecatedOptions>;
  readonly indexes: { readonly name: string; readonly options: IndexOptions }[];
  readonly upgrades: StepRecord[];
  readonly downgrades: StepRecord[];
}

// reflect-metadata keeps its metadata by class identity, in one place even when this package is loaded twice
const metadataKey = Symbol.for('dynamo-evolve:class');

/** What the decorators of this very class said, without its parents. */
function ownRecord(target: Class): ClassRecord | undefined {
  return Reflect.getOwnMetadata(metadataKey, target) as ClassRecord | undefined;
}

/** The records of a class and of those it extends, the most general one first. */
export function inheritedRecords(target: Class): { readonly class: Class; readonly record: ClassRecord }[] {
  const records = [];
  for (
    let at: unknown = target;
    typeof at === 'function' && at !== Function.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    const record = ownRecord(at as Class);
    if (record) records.unshift({ class: at as Class, record });
  }
  return records;
}

/** The record of a class to write to. */
export function recordOf(target: Class): ClassRecord {
  const record = ownRecord(target) ?? {
    members: new Map(),
    deprecations: new Map(),
    indexes: [],
    upgrades: [],
    downgrades: [],
  };
  Reflect.defineMetadata(metadataKey, record, target);
  return record;
}

/**
 * The class that a member's decorator was applied to: on the class for static members, else on its prototype. Throws
 * `INVALID_MEMBER` where the compiler calls decorators as the standard has it, with no class at hand.
 */
export function classOfMember(
  target: object | undefined,
  member: unknown,
): { readonly class: Class; readonly isStatic: boolean } {
  if (typeof target === 'function') return { class: target as Class, isStatic: true };
  if (typeof target === 'object' && target !== null) return { class: target.constructor as Class, isStatic: false };
  const name = typeof member === 'object' && member !== null && 'name' in member ? member.name : member;
  const problem = "it was called as the standard's decorators are; compile with experimentalDecorators: true";
  throw new MapperError('INVALID_MEMBER', { class: 'A class', member: String(name), decorator: 'decorators', problem });
}

const primitives: ReadonlySet<unknown> = new Set([String, Number, Boolean, BigInt]);

/** The type that the compiler emitted for a property, if it emitted one. */
export function designType({ declaredBy, member }: MemberRecord): { readonly type: unknown } | undefined {
  const prototype = declaredBy.prototype as object;
  if (!Reflect.hasMetadata('design:type', prototype, member)) return undefined;
  const type: unknown = Reflect.getMetadata('design:type', prototype, member);
  const above = Object.getPrototypeOf(prototype) as object | null;
  const inherited: unknown = above && Reflect.getMetadata('design:type', above, member);
  // what narrows a text is a text, even `never`, for which compilers emit undefined
  return { type: type === undefined && primitives.has(inherited) ? inherited : type };
}
